"""Rules of questionnaires and search parameters that no invariant states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

Placed = tuple[dict[str, Any], "At"]


def check_questionnaire(run: Run, value: dict[str, Any], at: At) -> None:
    """enableWhen refers to a question of the form that is not below the item (R4, Questionnaire.item.enableWhen)."""
    items = list(_items(value, at))
    links = {str(item.get("linkId")) for item, _ in items}
    for item, here in items:
        conditions = item.get("enableWhen")
        for index, condition in enumerate(conditions if isinstance(conditions, list) else ()):
            question = condition.get("question") if isinstance(condition, dict) else None
            if not isinstance(question, str):
                continue
            place = (here, "enableWhen", index)
            inner = {str(each.get("linkId")) for each, _ in _items(item, here)}
            if question not in links:
                run.report(
                    Code.QUESTIONNAIRE_ENABLE_WHEN, place, expected="is not in the questionnaire", found=question
                )
            elif question == item.get("linkId") or question in inner:
                run.report(Code.QUESTIONNAIRE_ENABLE_WHEN, place, expected="is this item or inside it", found=question)


def _items(holder: dict[str, Any], at: At, depth: int = 0) -> Iterator[Placed]:
    items = holder.get("item")
    for index, item in enumerate(items if isinstance(items, list) and depth < 60 else ()):
        if isinstance(item, dict):
            here = (at, "item", index)
            yield item, here
            yield from _items(item, here, depth + 1)


def check_search_parameter(run: Run, value: dict[str, Any], at: At) -> None:
    """A composite parameter has two or more components (R4, SearchParameter.component)."""
    components = value.get("component")
    if value.get("type") == "composite" and (not isinstance(components, list) or len(components) < 2):
        run.report(Code.DEFINITION_RULE, at, expected="a composite has two or more components", found="SearchParameter")
