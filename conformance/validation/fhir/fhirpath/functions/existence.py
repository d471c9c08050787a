"""Existence (FHIRPath section 5.1)."""

from __future__ import annotations

from collections.abc import Hashable

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Item, Items
from conformance.validation.fhir.fhirpath.paths import all_where, any_where
from conformance.validation.fhir.fhirpath.registry import (
    ItemsCode,
    Site,
    TruthCode,
    criterion,
    form,
    function,
    predicate,
)
from conformance.validation.fhir.fhirpath.values import identity, plain, truth_of


@criterion("exists", 0, 1)
def exists(site: Site) -> TruthCode:
    """Whether there is an item, or one for which the criterion holds."""
    if site.arguments:
        return any_where(site.source, site.truth(site.arguments[0]))
    return _source_exists(site)


@criterion("empty")
def empty(site: Site) -> TruthCode:
    """Whether there is no item."""
    found = _source_exists(site)
    return lambda context: not found(context)


def _source_exists(site: Site) -> TruthCode:
    if site.source_tree is None:
        return lambda context: bool(context.this)
    return site.exists(site.source_tree)


@criterion("not")
def negation(site: Site) -> TruthCode:
    """The opposite; unknown stays unknown."""
    source = site.truth(site.source_tree) if site.source_tree is not None else _this_truth

    def code(context: Context) -> bool | None:
        value = source(context)
        return None if value is None else not value

    return code


def _this_truth(context: Context) -> bool | None:
    return truth_of(context.this)


@criterion("all", 1)
def all_hold(site: Site) -> TruthCode:
    """Whether the criterion holds for every item; unknown does not hold."""
    return all_where(site.source, site.truth(site.arguments[0]))


@predicate("allTrue")
def all_true(_: Context, items: Items) -> bool:
    """Whether every item is true."""
    return all(_booleans(items, "allTrue"))


@predicate("anyTrue")
def any_true(_: Context, items: Items) -> bool:
    """Whether any item is true."""
    return any(_booleans(items, "anyTrue"))


@predicate("allFalse")
def all_false(_: Context, items: Items) -> bool:
    """Whether every item is false."""
    return not any(_booleans(items, "allFalse"))


@predicate("anyFalse")
def any_false(_: Context, items: Items) -> bool:
    """Whether any item is false."""
    return not all(_booleans(items, "anyFalse"))


def _booleans(items: Items, name: str) -> list[bool]:
    values = [plain(item) for item in items]
    if not all(isinstance(value, bool) for value in values):
        raise FhirPathEvaluationError(f"{name}() needs Booleans only")
    return [value is True for value in values]


@predicate("subsetOf", 1)
def subset_of(_: Context, items: Items, other: Items) -> bool:
    """Whether every item is in the other collection."""
    return _keys(items) <= _keys(other)


@predicate("supersetOf", 1)
def superset_of(_: Context, items: Items, other: Items) -> bool:
    """Whether every item of the other collection is in this one."""
    return _keys(other) <= _keys(items)


@predicate("isDistinct")
def is_distinct(_: Context, items: Items) -> bool:
    """Whether no item occurs twice."""
    return len(items) < 2 or len(_keys(items)) == len(items)


@function("distinct")
def distinct(_: Context, items: Items) -> Items:
    """Every item once, in order of first appearance."""
    found: dict[Hashable, Item] = {}
    for item in items:
        found.setdefault(identity(item), item)
    return list(found.values())


@form("count")
def count(site: Site) -> ItemsCode:
    """The number of items."""
    source = site.source
    return lambda context: [len(source(context))]


def _keys(items: Items) -> set[object]:
    return {identity(item) for item in items}
