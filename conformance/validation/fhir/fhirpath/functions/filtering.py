"""Filtering, projection and aggregates (FHIRPath sections 5.2 and 7): everything that runs a criterion per item."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cmp_to_key
from typing import Any

from conformance.validation.fhir.fhirpath.comparing import items_compare
from conformance.validation.fhir.fhirpath.environment import MAX_ITEMS, Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.functions.type_tests import type_named
from conformance.validation.fhir.fhirpath.nodes import Item, Items, Node
from conformance.validation.fhir.fhirpath.paths import each
from conformance.validation.fhir.fhirpath.registry import ItemsCode, Site, form
from conformance.validation.fhir.fhirpath.syntax import Expression, Sign
from conformance.validation.fhir.fhirpath.values import identity, kind_of, single


@form("where", 1)
def where(site: Site) -> ItemsCode:
    """The items for which the criterion holds."""
    source, criterion = site.source, site.truth(site.arguments[0])

    def code(context: Context) -> Items:
        return [item for item in each(context, source(context)) if criterion(context) is True]

    return code


@form("select", 1)
def select(site: Site) -> ItemsCode:
    """What the projection gives for each item, in one flat collection."""
    source, projection = site.source, site.items(site.arguments[0])

    def code(context: Context) -> Items:
        found: Items = []
        for _ in each(context, source(context)):
            found.extend(projection(context))
            if len(found) > MAX_ITEMS:
                raise FhirPathEvaluationError(f"select() grew beyond {MAX_ITEMS} items")
        return found

    return code


@form("repeat", 1)
def repeat(site: Site) -> ItemsCode:
    """What the projection gives for each item, for each of those, and so on; every item once."""
    source, projection = site.source, site.items(site.arguments[0])

    def code(context: Context) -> Items:
        found: Items = []
        seen = set()
        waiting = source(context)
        while waiting:
            produced: Items = []
            for _ in each(context, waiting):
                produced.extend(projection(context))
            context.spend(len(produced))
            waiting = []
            for item in produced:
                key = _own_key(item)
                if key not in seen:
                    seen.add(key)
                    waiting.append(item)
            found.extend(waiting)
        return found

    return code


@form("aggregate", 1, 2)
def aggregate(site: Site) -> ItemsCode:
    """The value of the aggregator after the last item; `$total` is what it gave for the item before."""
    source, aggregator = site.source, site.items(site.arguments[0])
    start = site.items(site.arguments[1]) if len(site.arguments) > 1 else None

    def code(context: Context) -> Items:
        items = source(context)
        saved, position, outer = context.this, context.index, context.total
        total: Items = start(context) if start else []
        for index, item in enumerate(items):
            context.spend(1 + len(total))
            context.this, context.index, context.total = [item], index, total
            total = aggregator(context)
        context.this, context.index, context.total = saved, position, outer
        return total

    return code


@form("iif", 2, 3)
def iif(site: Site) -> ItemsCode:
    """The second argument when the criterion holds, else the third; the other is never evaluated."""
    source, criterion, then = site.source, site.items(site.arguments[0]), site.items(site.arguments[1])
    otherwise = site.items(site.arguments[2]) if len(site.arguments) > 2 else _nothing
    has_input = site.source_tree is not None

    def code(context: Context) -> Items:
        saved = context.this
        if has_input:
            context.this = source(context)
            if len(context.this) > 1:
                raise FhirPathEvaluationError(f"iif() works on one item, found {len(context.this)}")
        answer = criterion(context)
        holds = single(answer, "the criterion of iif()")
        if not isinstance(holds, bool | None):
            raise FhirPathEvaluationError(f"the criterion of iif() must be a Boolean, found {kind_of(holds)}")
        found = then(context) if holds else otherwise(context)
        context.this = saved
        return found

    return code


@form("sort", 0, 10)
def sort(site: Site) -> ItemsCode:
    """The items in the order of the keys; a key with a minus sorts downwards; items without a key come first."""
    source = site.source
    keys = [_sort_key(site, argument) for argument in site.arguments]

    def code(context: Context) -> Items:
        rows = [([key(context) for key, _ in keys] or [[item]], item) for item in each(context, source(context))]
        directions = [direction for _, direction in keys] or [1]
        rows.sort(key=_row_key(directions))
        return [item for _, item in rows]

    return code


@form("ofType", 1)
def of_type(site: Site) -> ItemsCode:
    """The items of that type."""
    source, wanted = site.source, type_named(site.arguments[0], site.name)
    return lambda context: [item for item in source(context) if wanted.exactly(item)]


def _nothing(_: Context) -> Items:
    return []


def _own_key(item: Item) -> Hashable:
    # An element is itself, however equal its content is to another's; a value is known by its content.
    return ("element", id(item.value)) if isinstance(item, Node) and not item.is_primitive else identity(item)


def _sort_key(site: Site, argument: Expression) -> tuple[ItemsCode, int]:
    if isinstance(argument, Sign) and argument.operator == "-":
        return site.items(argument.operand), -1
    return site.items(argument), 1


def _row_key(directions: list[int]) -> Callable[[tuple[list[Items], Item]], Any]:
    def compared(one: tuple[list[Items], Item], other: tuple[list[Items], Item]) -> int:
        return _order(one[0], other[0], directions)

    return cmp_to_key(compared)


def _order(one: list[Items], other: list[Items], directions: list[int]) -> int:
    for left, right, direction in zip(one, other, directions, strict=True):
        if not left or not right:
            order = bool(left) - bool(right)
        else:
            order = (items_compare(left[0], right[0], "sort()") or 0) * direction
        if order:
            return order
    return 0
