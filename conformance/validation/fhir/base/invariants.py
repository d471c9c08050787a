"""Invariants: FHIRPath constraints of definitions, with the same rule written in Python where it is met everywhere.

A Python rule stands in for an expression text, never for a key: a profile that writes another expression under a known
key gets its own expression evaluated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.native import CORRECTED, NATIVE, plain
from conformance.validation.fhir.base.paths import PathRule
from conformance.validation.fhir.base.rules import Invariant
from conformance.validation.fhir.codes import Severity
from conformance.validation.fhir.findings import Origin, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

BEST_PRACTICE = "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice"


def invariants_of(element: Mapping[str, Any], definition: str) -> tuple[Invariant, ...]:
    """The constraints of an element, ready to evaluate. ele-1 and ext-1 are built into the structure pass."""
    found = []
    for constraint in element.get("constraint", ()):
        expression = constraint.get("expression")
        key = str(constraint.get("key", ""))
        if not expression or key in {"ele-1", "ext-1"}:
            continue
        origin = Origin(str(constraint.get("source") or definition), str(element.get("id", "")))
        best = any(each.get("url") == BEST_PRACTICE for each in constraint.get("extension", ()))
        severity = Severity.WARNING if best or constraint.get("severity") == "warning" else Severity.ERROR
        human = str(constraint.get("human") or expression)
        native = NATIVE.get(plain(expression))
        path = PathRule(CORRECTED.get(plain(expression), expression))
        found.append(Invariant(key, severity, best, Text(human, human), origin, path, native))
    return tuple(found)
