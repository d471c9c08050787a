"""One answer against its question: its type, the permitted answers, and the limits that extensions set."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.comparing import ordered
from conformance.validation.fhir.base.patterns import shape_text
from conformance.validation.fhir.base.resolving import contained, literal
from conformance.validation.fhir.base.value_rules import decimal_places
from conformance.validation.fhir.codes import Code, Severity

if TYPE_CHECKING:
    from conformance.validation.fhir.definitions.expansion import Expansion
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.resources.questions import Question
    from conformance.validation.fhir.run import Run

TYPES: dict[str, tuple[str, ...]] = {
    "boolean": ("boolean",),
    "decimal": ("decimal",),
    "integer": ("integer",),
    "date": ("date",),
    "dateTime": ("dateTime", "date"),
    "time": ("time",),
    "string": ("string",),
    "text": ("string",),
    "url": ("uri",),
    "attachment": ("Attachment",),
    "reference": ("Reference",),
    "quantity": ("Quantity",),
    "choice": ("Coding", "date", "time", "integer", "string", "Reference"),
    "open-choice": ("Coding", "date", "time", "integer", "string", "Reference"),
    "coding": ("Coding", "string"),
}
LONGEST_TESTED = 10_000


def check_answer(run: Run, question: Question, answer: dict[str, Any], at: At) -> None:
    """Check one answer of a question that is enabled."""
    name = next((key for key in answer if key.startswith("value")), None)
    if name is None:
        return
    found = (
        name[5].lower() + name[6:] if name[5:] not in {"Coding", "Attachment", "Reference", "Quantity"} else name[5:]
    )
    here, value = (at, name, -1), answer[name]
    allowed = TYPES.get(question.type)
    if allowed is not None and found not in allowed:
        run.report(Code.ANSWER_TYPE, here, expected=" or ".join(allowed), found=found)
        return
    _options(run, question, found, value, here)
    _limits(run, question, value, here)
    if isinstance(value, dict):
        _units(run, question, value, here) if found == "Quantity" else None
        _targets(run, question, value, here) if found == "Reference" else None
        _attachment(run, question, value, here) if found == "Attachment" else None


def _options(run: Run, question: Question, found: str, value: Any, at: At) -> None:
    """answerOption lists the answers; a value set holds the codes. An open choice also takes any text."""
    if found == "string" and question.type == "open-choice":
        return
    if question.options:
        kinds = {kind[0].upper() + kind[1:] if kind == "coding" else kind for kind, _ in question.options}
        if not any(_chosen(kind, each, found, value) for kind, each in question.options) and not _is_open(
            question, found
        ):
            expected = (
                ", ".join(shape_text(each) for _, each in question.options[:10])
                if found in kinds
                else f"values of type {', '.join(sorted(kinds))}"
            )
            run.report(Code.ANSWER_OPTION, at, expected=expected, found=shape_text(value))
    elif question.value_set and question.type != "quantity":
        _in_value_set(
            run, question.value_set, value, at, Severity.WARNING if _is_open(question, found) else Severity.ERROR
        )


def _is_open(question: Question, found: str) -> bool:
    return question.type == "open-choice" and found == "string"


def _chosen(kind: str, option: Any, found: str, value: Any) -> bool:
    if isinstance(option, dict) and isinstance(value, dict) and found == "Coding":
        return option.get("code") == value.get("code") and option.get("system") == value.get("system")
    if isinstance(option, dict) and isinstance(value, dict):
        return bool(option.get("reference") == value.get("reference"))
    return bool(option == value) and kind.lower() == found.lower()


def _in_value_set(run: Run, canonical: str, value: Any, at: At, severity: Severity) -> None:
    expansion = _expansion(run, canonical)
    code = value.get("code") if isinstance(value, dict) else value
    if expansion is None or not isinstance(code, str):
        return
    system = (value.get("system") or "") if isinstance(value, dict) else None
    known = expansion.contains(system, code)
    if known is None:
        run.report(Code.CODE_NOT_CHECKED, at, expected=canonical, found=shape_text(value), constraint=expansion.why)
    elif known is False:
        run.report(Code.ANSWER_OPTION, at, expected=canonical, found=shape_text(value), severity=severity)


def _expansion(run: Run, canonical: str) -> Expansion | None:
    """The expansion; a contained value set belongs to the questionnaire, which the definitions do not hold apart."""
    if canonical.startswith("#"):
        target = contained(run.scope, canonical[1:])
        return None if target is None else run.engine.terminology.expand(target.resource)
    return run.engine.terminology.expansion(canonical)


def _limits(run: Run, question: Question, value: Any, at: At) -> None:
    low = question.extension("minValue", "sdc-questionnaire-minQuantity")
    high = question.extension("maxValue", "sdc-questionnaire-maxQuantity")
    for limit, code, wrong in ((low, Code.VALUE_MIN, -1), (high, Code.VALUE_MAX, 1)):
        if limit is None or isinstance(value, bool):
            continue
        order = ordered(value, limit)
        if order is None:
            run.report(Code.VALUE_NOT_COMPARABLE, at, expected=shape_text(limit), found=shape_text(value))
        elif order == wrong:
            run.report(code, at, expected=shape_text(limit), found=shape_text(value), constraint=question.link_id)
    places = question.extension("maxDecimalPlaces")
    if isinstance(places, int) and decimal_places(value) > places:
        run.report(Code.ANSWER_LIMIT, at, expected=f"at most {places} decimal places", found=shape_text(value))
    if isinstance(value, str):
        _text(run, question, value, at)


def _text(run: Run, question: Question, value: str, at: At) -> None:
    least, most = question.extension("minLength"), question.item.get("maxLength")
    if isinstance(least, int) and len(value) < least:
        run.report(Code.ANSWER_LIMIT, at, expected=f"at least {least} characters", found=f"{len(value)} characters")
    if isinstance(most, int) and len(value) > most:
        run.report(Code.ANSWER_LIMIT, at, expected=f"at most {most} characters", found=f"{len(value)} characters")
    pattern = question.extension("regex")
    if isinstance(pattern, str) and len(value) < LONGEST_TESTED and not _fits(pattern, value):
        run.report(
            Code.ANSWER_LIMIT, at, expected=f"the form {question.extension('entryFormat') or pattern}", found=value
        )


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True  # the questionnaire's own validation says what is wrong with its expression


def _units(run: Run, question: Question, value: dict[str, Any], at: At) -> None:
    options = [each for each in question.extensions("questionnaire-unitOption") if isinstance(each, dict)]
    if options and not any(
        each.get("code") == value.get("code") and each.get("system") == value.get("system") for each in options
    ):
        run.report(Code.ANSWER_OPTION, at, expected=", ".join(map(shape_text, options)), found=shape_text(value))
    units = question.extension("questionnaire-unitValueSet")
    if isinstance(units, str) and isinstance(value.get("code"), str):
        _in_value_set(run, units, {"system": value.get("system"), "code": value["code"]}, at, Severity.ERROR)


def _targets(run: Run, question: Question, value: dict[str, Any], at: At) -> None:
    parts = literal(str(value.get("reference", "")))
    if parts is None:
        return
    if not run.engine.model.is_resource(parts.type):
        run.report(Code.REFERENCE_FORMAT, at, expected="a resource type of this FHIR version", found=parts.type)
    allowed = [str(each) for each in question.extensions("questionnaire-referenceResource")]
    if allowed and parts.type not in allowed:
        run.report(Code.REFERENCE_TYPE, at, expected=", ".join(allowed), found=parts.type)


def _attachment(run: Run, question: Question, value: dict[str, Any], at: At) -> None:
    kinds = [str(each) for each in question.extensions("mimeType")]
    if kinds and value.get("contentType") not in kinds:
        run.report(Code.ANSWER_LIMIT, at, expected=f"one of {', '.join(kinds)}", found=str(value.get("contentType")))
    most = question.extension("maxSize")
    size = value.get("size")
    if not isinstance(size, int) and isinstance(value.get("data"), str):
        try:
            size = len(base64.b64decode(value["data"]))
        except (binascii.Error, ValueError):
            return
    if most is not None and isinstance(size, int) and size > most:
        run.report(Code.ANSWER_LIMIT, at, expected=f"at most {most} bytes", found=f"{size} bytes")
