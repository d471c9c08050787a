"""StructureDefinitions as instances: a differential must be applicable to its base (R4, profiling.html 5.1.0.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run


def check_structure_definition(run: Run, value: dict[str, Any], at: At) -> None:
    """Hook of the resource StructureDefinition: what goes wrong when its snapshot is made."""
    base = value.get("baseDefinition")
    if "differential" not in value or not isinstance(base, str) or run.engine.definitions.structure(base) is None:
        return
    _, problems = run.engine.definitions.try_snapshot(value)
    for problem in problems:
        if problem.is_error:
            run.report(Code.DEFINITION_RULE, (at, "differential", -1), expected=problem.message, found=problem.element)
