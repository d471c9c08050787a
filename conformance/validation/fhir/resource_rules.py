"""Rules of every resource: ids that are unique, contained resources that are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code, Severity

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run


def check_resource_rules(run: Run, value: dict[str, Any], at: At) -> None:
    """Run after the base pass of each resource."""
    if run.scope.contained:
        if not isinstance(value.get("id"), str) and not value.get("id"):
            run.report(Code.CONTAINED_NO_ID, at)
        return
    seen: set[str] = set()
    for key, each in value.items():
        if isinstance(each, (dict, list)) and key not in {"contained", "snapshot", "differential"}:
            _unique(run, each, (at, key, -1), seen)
    if not run.engine.options.experimental_content and value.get("experimental") is True:
        run.report(Code.DEFINITION_RULE, at, expected="experimental content is not allowed here", found="experimental = true")


def _unique(run: Run, value: Any, at: At, seen: set[str]) -> None:
    """Element ids are unique within a resource (FHIR R4, element.html#id); resources inside count for themselves."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            if isinstance(each, (dict, list)):
                _unique(run, each, (at[0], at[1], index), seen)
        return
    if "resourceType" in value:
        return
    own = value.get("id")
    if isinstance(own, str):
        if own in seen:
            run.report(Code.ID_DUPLICATE, at, found=own, severity=Severity.ERROR)
        seen.add(own)
    for key, each in value.items():
        if isinstance(each, (dict, list)):
            _unique(run, each, (at, key, -1), seen)
