"""Combining (FHIRPath section 5.4)."""

from __future__ import annotations

from conformance.validation.fhir.fhirpath import operators
from conformance.validation.fhir.fhirpath.environment import MAX_ITEMS, Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Items
from conformance.validation.fhir.fhirpath.registry import function


@function("union", 1)
def union(_: Context, items: Items, other: Items) -> Items:
    """Both collections without duplicates."""
    return operators.union(items, other)


@function("combine", 1)
def combine(_: Context, items: Items, other: Items) -> Items:
    """Both collections with duplicates."""
    if len(items) + len(other) > MAX_ITEMS:
        raise FhirPathEvaluationError(f"combine() grew beyond {MAX_ITEMS} items")
    return items + other
