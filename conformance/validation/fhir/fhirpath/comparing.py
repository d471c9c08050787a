"""Equality, equivalence and order of collections and items (FHIRPath sections 6.1 and 6.2)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Item, Items, Node
from conformance.validation.fhir.fhirpath.quantity import PRECISE, Quantity
from conformance.validation.fhir.fhirpath.temporal import TIME, Temporal
from conformance.validation.fhir.fhirpath.values import kind_of, normalized_text, plain, quantity_of

_MAX_UNORDERED = 2_000  # every item may be compared with every other


def equal(left: Items, right: Items) -> bool | None:
    """`=`: unknown when either side is empty; else the same items in the same order."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    answer: bool | None = True
    for one, other in zip(left, right, strict=True):
        found = items_equal(one, other)
        if found is False:
            return False
        answer = answer and found
    return answer


def items_equal(left: Item, right: Item) -> bool | None:
    """Equality of two items; None when precisions leave it open or a primitive has no value."""
    one, other = plain(left), plain(right)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        one, other = quantity_of(one), quantity_of(other)
    if one is None or other is None:
        return None
    if isinstance(one, str) or isinstance(other, str):
        return _text_equal(left, right, one, other)
    if isinstance(one, Node) or isinstance(other, Node):
        return isinstance(one, Node) and isinstance(other, Node) and one.value == other.value
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Temporal) and isinstance(other, Temporal):
        return _temporal_equal(one, other)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        return _quantity_equal(one, other)
    return one == other


def equivalent(left: Items, right: Items) -> bool:
    """`~`: never unknown; order does not count."""
    if len(left) != len(right):
        return False
    if len(left) == 1:
        return items_equivalent(left[0], right[0])
    return _same_in_any_order(left, right, items_equivalent)


def items_equivalent(left: Item, right: Item) -> bool:
    """Equivalence of two items: text without case, numbers to the lesser precision, elements without order."""
    one, other = plain(left), plain(right)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        one, other = quantity_of(one), quantity_of(other)
    if one is None or other is None:
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return normalized_text(one) == normalized_text(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, Decimal)) and isinstance(other, (int, Decimal)):
        return _rounded_equal(Decimal(one), Decimal(other))
    if isinstance(one, Temporal) and isinstance(other, Temporal):
        return one.precision == other.precision and one.compare(other) == 0
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return _quantity_equivalent(one, other)
    if isinstance(one, Node) and isinstance(other, Node):
        return _content_equivalent(one.value, other.value)
    return one == other


def compare(left: Items, right: Items, operator: str) -> int | None:
    """Negative, zero or positive as left is below, equal to or above right; None when empty or unknown."""
    if not left or not right:
        return None
    if len(left) > 1 or len(right) > 1:
        raise FhirPathEvaluationError(f"{operator} needs one item on each side, found {len(left)} and {len(right)}")
    return items_compare(left[0], right[0], operator)


def items_compare(left: Item, right: Item, operator: str) -> int | None:
    """The order of two items; raises FhirPathEvaluationError for types without a common order."""
    one, other = _orderable(left), _orderable(right)
    if one is None or other is None:
        return None
    numbers = _is_number(one), _is_number(other)
    if isinstance(one, Quantity) and numbers[1]:
        other = Quantity(Decimal(str(other)))
    elif isinstance(other, Quantity) and numbers[0]:
        one = Quantity(Decimal(str(one)))
    if isinstance(one, Temporal) and isinstance(other, Temporal) and (one.kind == TIME) == (other.kind == TIME):
        return one.compare(other)
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return _quantity_order(one, other)
    if all(numbers) or (isinstance(one, str) and isinstance(other, str)):
        return _sign(one, other)
    raise FhirPathEvaluationError(f"{operator} cannot order {kind_of(one)} and {kind_of(other)}")


def ordering(operator: str) -> Callable[[int], bool]:
    """The test on the outcome of `compare` that the operator stands for."""
    tests: dict[str, Callable[[int], bool]] = {
        "<": lambda order: order < 0,
        ">": lambda order: order > 0,
        "<=": lambda order: order <= 0,
        ">=": lambda order: order >= 0,
    }
    return tests[operator]


def _orderable(item: Item) -> Item | None:
    return quantity_of(plain(item))


def _is_number(value: Item) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _sign(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)


def _text_equal(left: Item, right: Item, one: Item, other: Item) -> bool:
    """Text equals text; a FHIR date also equals the text it is written as."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    written = [item.value if isinstance(item, Node) else item for item in (left, right)]
    return isinstance(written[0], str) and written[0] == written[1]


def _temporal_equal(one: Temporal, other: Temporal) -> bool | None:
    if (one.kind == TIME) != (other.kind == TIME):
        return False
    order = one.compare(other)
    return None if order is None else order == 0


def _quantity_equal(one: Item, other: Item) -> bool | None:
    if _is_number(one):
        one = Quantity(Decimal(str(one)))
    if _is_number(other):
        other = Quantity(Decimal(str(other)))
    if not isinstance(one, Quantity) or not isinstance(other, Quantity):
        return False
    order = _quantity_order(one, other)
    if order is None:
        # A calendar month is no fixed number of days: unknown. Unlike dimensions are simply different.
        return None if one.calendar != other.calendar or one.measure() is None or other.measure() is None else False
    return order == 0


def _quantity_order(one: Quantity, other: Quantity) -> int | None:
    value, target = one.value_in(other), other.value_in(other)
    return None if value is None or target is None else _sign(value, target)


def _quantity_equivalent(one: Quantity, other: Quantity) -> bool:
    # Rounded in the unit of the side that is written with fewer decimals.
    if _decimals(one.value) > _decimals(other.value):
        one, other = other, one
    converted = other.value_in(one)
    if converted is None:
        return False
    return _rounded_to(one.value, PRECISE.divide(converted.numerator, converted.denominator), _decimals(one.value))


def _rounded_equal(one: Decimal, other: Decimal) -> bool:
    return _rounded_to(one, other, min(_decimals(one), _decimals(other)))


def _rounded_to(one: Decimal, other: Decimal, decimals: int) -> bool:
    if max(one.adjusted(), other.adjusted()) > 20:
        return one == other
    step = Decimal(1).scaleb(-decimals)
    return one.quantize(step, ROUND_HALF_UP) == other.quantize(step, ROUND_HALF_UP)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _content_equivalent(one: Any, other: Any) -> bool:
    """Equivalence inside elements: the same properties, lists in any order, text without case."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_content_equivalent(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and _same_in_any_order(one, other, _content_equivalent)
    if isinstance(one, str) and isinstance(other, str):
        return normalized_text(one) == normalized_text(other)
    return bool(one == other)


def _same_in_any_order(left: list[Any], right: list[Any], same: Callable[[Any, Any], bool]) -> bool:
    """Whether every entry of one list has a partner of its own in the other, which is as long."""
    if len(left) > _MAX_UNORDERED:
        raise FhirPathEvaluationError(f"~ compares at most {_MAX_UNORDERED} items, found {len(left)}")
    remaining = list(right)
    for entry in left:
        place = next((index for index, each in enumerate(remaining) if same(entry, each)), None)
        if place is None:
            return False
        del remaining[place]
    return True
