"""Invariants: FHIRPath constraints of definitions, with the same rule written in Python where it is met everywhere.

A Python rule stands in for an expression text, never for a key: a profile that writes another expression under a known
key gets its own expression evaluated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.model.words import Text
from conformance.validation.fhir.base.native import CORRECTED, NATIVE, plain
from conformance.validation.fhir.base.paths import PathRule
from conformance.validation.fhir.base.rules import Invariant
from conformance.validation.fhir.codes import Severity
from conformance.validation.fhir.findings import Origin

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
        human = str(constraint.get("human", ""))
        native = NATIVE.get(plain(expression))
        path = PathRule(CORRECTED.get(plain(expression), expression))
        unsaid = Text(nl=f"Deze regel geldt niet: {expression}", en=f"This rule does not hold: {expression}")
        text = Text(nl=_dutch(constraint) or human, en=human) if human else unsaid
        found.append(Invariant(key, severity, best, text, origin, path, native))
    return tuple(found)


def _dutch(constraint: Mapping[str, Any]) -> str:
    """The Dutch text of a constraint, where the profile carries it in FHIR's translation extension."""
    for extension in (constraint.get("_human") or {}).get("extension", ()):
        parts = {each.get("url"): _value(each) for each in extension.get("extension", ())}
        if parts.get("lang", "").startswith("nl"):
            return parts.get("content", "")
    return ""


def _value(extension: Mapping[str, Any]) -> str:
    return next((str(value) for key, value in extension.items() if key.startswith("value")), "")
