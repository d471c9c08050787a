"""Subsetting (FHIRPath section 5.3)."""

from __future__ import annotations

from collections.abc import Hashable

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Item, Items
from conformance.validation.fhir.fhirpath.registry import function
from conformance.validation.fhir.fhirpath.values import identity, single_integer


@function("single")
def single(_: Context, items: Items) -> Items:
    """The one item; more than one is an error."""
    if len(items) > 1:
        raise FhirPathEvaluationError(f"single() needs one item, found {len(items)}")
    return items


@function("first")
def first(_: Context, items: Items) -> Items:
    """The first item."""
    return items[:1]


@function("last")
def last(_: Context, items: Items) -> Items:
    """The last item."""
    return items[-1:]


@function("tail")
def tail(_: Context, items: Items) -> Items:
    """All but the first item."""
    return items[1:]


@function("skip", 1)
def skip(_: Context, items: Items, number: Items) -> Items:
    """All but the first so many items."""
    return items[max(single_integer(number, "skip()") or 0, 0) :]


@function("take", 1)
def take(_: Context, items: Items, number: Items) -> Items:
    """The first so many items."""
    return items[: max(single_integer(number, "take()") or 0, 0)]


@function("intersect", 1)
def intersect(_: Context, items: Items, other: Items) -> Items:
    """The items that are in both collections, once."""
    wanted = {identity(item) for item in other}
    found: dict[Hashable, Item] = {}
    for item in items:
        key = identity(item)
        if key in wanted:
            found.setdefault(key, item)
    return list(found.values())


@function("exclude", 1)
def exclude(_: Context, items: Items, other: Items) -> Items:
    """The items that are not in the other collection; order and duplicates stay."""
    unwanted = {identity(item) for item in other}
    return [item for item in items if identity(item) not in unwanted]
