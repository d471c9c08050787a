"""Findings: what a validator says, in one shape for every output."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.model.words import Text
from conformance.validation.fhir.codes import Code, Severity


@dataclass(frozen=True, slots=True)
class Origin:
    """The definition and the element in it that state a rule."""

    definition: str = ""
    element: str = ""


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a resource.

    `path` is FHIRPath from the root of the document; `line` counts from 1, 0 when unknown. `expected` and `found` are
    the two halves of the judgement in terms of the resource; `definition`, `element` and `constraint` name the rule.
    """

    code: Code
    severity: Severity
    path: str
    line: int
    expected: str
    found: str
    text: Text
    definition: str = ""
    element: str = ""
    constraint: str = ""


def has_errors(findings: tuple[Finding, ...]) -> bool:
    """Whether the resource is invalid: warnings and information never make it so."""
    return any(finding.severity is Severity.ERROR for finding in findings)
