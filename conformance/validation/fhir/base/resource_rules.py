"""Rules of every resource: an id where one is needed, no experimental content where it is unwanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run


def check_resource_rules(run: Run, value: dict[str, Any], at: At) -> None:
    """Run after the base pass of each resource."""
    if run.scope.contained:
        if not isinstance(value.get("id"), str) and not value.get("id"):
            run.report(Code.CONTAINED_NO_ID, at)
        return
    if not run.engine.options.experimental_content and value.get("experimental") is True:
        run.report(
            Code.DEFINITION_RULE, at, expected="experimental content is not allowed here", found="experimental = true"
        )
