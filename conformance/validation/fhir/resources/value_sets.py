"""ValueSets as instances: what a definition lists must exist (FHIR R4, valueset.html 4.9.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.datatypes import code_exists
from conformance.validation.fhir.base.strings import ABSOLUTE
from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run


def check_value_set(run: Run, value: dict[str, Any], at: At) -> None:
    """Hook of the resource ValueSet: systems are absolute, and listed codes exist where the code system is known."""
    compose = value.get("compose")
    if not isinstance(compose, dict):
        return
    for part in ("include", "exclude"):
        clauses = compose.get(part)
        for index, clause in enumerate(clauses if isinstance(clauses, list) else ()):
            if isinstance(clause, dict):
                _clause(run, clause, ((at, "compose", -1), part, index))


def _clause(run: Run, clause: dict[str, Any], at: At) -> None:
    system, concepts = clause.get("system"), clause.get("concept")
    if not isinstance(system, str):
        return
    if not ABSOLUTE.match(system):
        run.report(Code.SYSTEM_FORMAT, (at, "system", -1), expected="an absolute URI", found=system)
        return
    for index, concept in enumerate(concepts if isinstance(concepts, list) else ()):
        code = concept.get("code") if isinstance(concept, dict) else None
        if isinstance(code, str) and code_exists(run, system, code) is False:
            run.report(Code.CODE_UNKNOWN, ((at, "concept", index), "code", -1), expected=system, found=code)
