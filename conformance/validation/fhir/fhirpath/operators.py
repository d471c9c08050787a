"""Code for operators: logic, equality, order, membership and union (FHIRPath section 6)."""

from __future__ import annotations

from collections.abc import Callable

from conformance.validation.fhir.fhirpath import arithmetic as calculation
from conformance.validation.fhir.fhirpath.comparing import (
    compare,
    equal,
    equivalent,
    items_compare,
    items_equal,
    ordering,
)
from conformance.validation.fhir.fhirpath.environment import MAX_ITEMS, Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Items, Node
from conformance.validation.fhir.fhirpath.registry import ItemsCode, TruthCode, measured
from conformance.validation.fhir.fhirpath.values import identity

COMPARISONS = frozenset(("=", "!=", "~", "!~", "in", "contains", "<", ">", "<=", ">="))


def conjunction(left: TruthCode, right: TruthCode) -> TruthCode:
    """`and`: false decides, else unknown spreads."""

    def code(context: Context) -> bool | None:
        one = left(context)
        if one is False:
            return False
        other = right(context)
        return other if one or other is False else None

    return code


def disjunction(left: TruthCode, right: TruthCode) -> TruthCode:
    """`or`: true decides, else unknown spreads."""

    def code(context: Context) -> bool | None:
        one = left(context)
        if one is True:
            return True
        other = right(context)
        return other if one is False or other is True else None

    return code


def exclusive(left: TruthCode, right: TruthCode) -> TruthCode:
    """`xor`: unknown when either side is."""

    def code(context: Context) -> bool | None:
        one, other = left(context), right(context)
        return None if one is None or other is None else one is not other

    return code


def implication(left: TruthCode, right: TruthCode) -> TruthCode:
    """`implies`: a false left or a true right decides."""

    def code(context: Context) -> bool | None:
        one = left(context)
        if one is False:
            return True
        other = right(context)
        return other if one is True or other is True else None

    return code


def comparison(operator: str, left: ItemsCode, right: ItemsCode) -> TruthCode:
    """Operators that compare two collections."""
    if operator == "=":
        return lambda context: equal(measured(context, left(context)), right(context))
    if operator == "!=":
        return _unequal(left, right)
    if operator == "~":
        return lambda context: equivalent(measured(context, left(context)), right(context))
    if operator == "!~":
        return lambda context: not equivalent(measured(context, left(context)), right(context))
    if operator == "in":
        return lambda context: contained(left(context), measured(context, right(context)), operator)
    if operator == "contains":
        return lambda context: contained(right(context), measured(context, left(context)), operator)
    return _ordered(operator, left, right)


def equals_text(left: ItemsCode, text: str, *, negated: bool) -> TruthCode:
    """`path = 'text'`, the most frequent comparison in invariants, without building the right side."""
    right: Items = [text]

    def code(context: Context) -> bool | None:
        items = left(context)
        if len(items) == 1:
            item = items[0]
            if item.__class__ is Node and item.value.__class__ is str:
                return (item.value == text) is not negated
        answer = equal(items, right)
        return answer if answer is None else answer is not negated

    return code


def member_equals_text(name: str, text: str, general: TruthCode, *, negated: bool) -> TruthCode:
    """`name = 'text'` on the item itself, straight from the JSON; whatever is not plain text takes the general way."""

    def code(context: Context) -> bool | None:
        if len(context.this) == 1 and (item := context.this[0]).__class__ is Node and item.value.__class__ is dict:
            slots = item.type.slots(name)
            if slots is not None and len(slots) == 1:
                child = item.value.get(slots[0].key)
                if child.__class__ is str and slots[0].type.convert is not None:
                    return (child == text) is not negated
        return general(context)

    return code


def contained(items: Items, collection: Items, operator: str) -> bool | None:
    """Whether the one item is in the collection; unknown without an item."""
    if not items:
        return None
    if len(items) > 1:
        raise FhirPathEvaluationError(f"{operator} looks for one item, found {len(items)}")
    return any(items_equal(items[0], item) is True for item in collection)


def arithmetic(operator: str, left: ItemsCode, right: ItemsCode) -> ItemsCode:
    """Union and the operators that calculate."""
    if operator == "|":
        return lambda context: union(measured(context, left(context)), measured(context, right(context)))
    if operator == "&":
        return lambda context: calculation.concatenate(left(context), right(context))
    calculate = calculation.OPERATIONS[operator]

    def code(context: Context) -> Items:
        one, other = left(context), right(context)
        return calculation.binary(operator, calculate, one, other) if one and other else []

    return code


def union(left: Items, right: Items) -> Items:
    """Both collections without duplicates."""
    found: Items = []
    seen = set()
    for items in (left, right):
        for item in items:
            key = identity(item)
            if key not in seen:
                seen.add(key)
                found.append(item)
    if len(found) > MAX_ITEMS:
        raise FhirPathEvaluationError(f"a collection grew beyond {MAX_ITEMS} items")
    return found


def signed(operator: str, operand: ItemsCode) -> ItemsCode:
    """Unary plus and minus."""
    return lambda context: calculation.signed(operator, operand(context))


def _unequal(left: ItemsCode, right: ItemsCode) -> TruthCode:
    def code(context: Context) -> bool | None:
        answer = equal(measured(context, left(context)), right(context))
        return None if answer is None else not answer

    return code


def _ordered(operator: str, left: ItemsCode, right: ItemsCode) -> TruthCode:
    holds: Callable[[int], bool] = ordering(operator)

    def code(context: Context) -> bool | None:
        one, other = left(context), right(context)
        if len(one) == 1 and len(other) == 1:
            order = items_compare(one[0], other[0], operator)
        else:
            order = compare(one, other, operator)
        return None if order is None else holds(order)

    return code
