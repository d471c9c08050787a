"""enableWhen: whether a question is enabled by the answers given (FHIR R4, Questionnaire.item.enableWhen)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.comparing import ordered
from conformance.validation.fhir.base.patterns import equals

if TYPE_CHECKING:
    from conformance.validation.fhir.resources.questions import Question

EXPRESSION = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"
ORDERS = {">": {1}, "<": {-1}, ">=": {0, 1}, "<=": {-1, 0}}


class Answers:
    """The answers of a response by linkId."""

    def __init__(self, response: dict[str, Any]) -> None:
        self.by_link: dict[str, list[dict[str, Any]]] = {}
        self._gather(response)

    def _gather(self, holder: dict[str, Any]) -> None:
        items = holder.get("item")
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, dict):
                continue
            answers = (
                [each for each in item["answer"] if isinstance(each, dict)]
                if isinstance(item.get("answer"), list)
                else []
            )
            self.by_link.setdefault(str(item.get("linkId")), []).extend(answers)
            self._gather(item)
            for answer in answers:
                self._gather(answer)


def enabled(question: Question, answers: Answers) -> bool | None:
    """Whether a question is enabled; None when that takes an expression that is not evaluated here."""
    if question.parent is not None and enabled(question.parent, answers) is False:
        return False
    conditions = question.item.get("enableWhen")
    if any(isinstance(each, dict) and each.get("url") == EXPRESSION for each in question.item.get("extension", ())):
        return None
    if not isinstance(conditions, list) or not conditions:
        return True
    held = [_holds(each, answers) for each in conditions if isinstance(each, dict)]
    # STU3 has no enableBehavior: any condition is enough there.
    return all(held) if question.item.get("enableBehavior") == "all" else any(held)


def _holds(condition: dict[str, Any], answers: Answers) -> bool:
    given = answers.by_link.get(str(condition.get("question")), [])
    operator = str(condition.get("operator"))
    if operator == "exists" or "hasAnswer" in condition:
        wanted = condition.get("hasAnswer", condition.get("answerBoolean", True))
        return bool(given) is bool(wanted)
    expected = next((value for key, value in condition.items() if key.startswith("answer")), None)
    if operator == "!=":
        return not any(_equal(value, expected) for value in _values(given))
    if operator in ORDERS:
        return any(ordered(value, expected) in ORDERS[operator] for value in _values(given))
    return any(_equal(value, expected) for value in _values(given))


def _values(answers: list[dict[str, Any]]) -> list[Any]:
    return [value for each in answers for key, value in each.items() if key.startswith("value")]


def _equal(value: Any, expected: Any) -> bool:
    if isinstance(value, dict) and isinstance(expected, dict) and "code" in expected:
        return value.get("code") == expected["code"] and value.get("system") == expected.get("system")
    return equals(value, expected)
