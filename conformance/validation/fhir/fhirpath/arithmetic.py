"""Calculating with numbers, text, quantities and dates (FHIRPath section 6.6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TypeAlias, TypeGuard

from conformance.validation.fhir.fhirpath.durations import shifted
from conformance.validation.fhir.fhirpath.environment import MAX_TEXT
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Item, Items
from conformance.validation.fhir.fhirpath.quantity import PRECISE, Quantity
from conformance.validation.fhir.fhirpath.temporal import Temporal
from conformance.validation.fhir.fhirpath.values import kind_of, quantity_of, single, single_string

Number: TypeAlias = int | Decimal

_LARGEST = 10**28


def concatenate(left: Items, right: Items) -> Items:
    """`&`: like `+` on text, with empty as the empty text."""
    one = single_string(left, "&") or ""
    other = single_string(right, "&") or ""
    return [bounded_text(one + other)]


def bounded_text(text: str) -> str:
    """The text, unless an expression made it grow without bounds."""
    if len(text) > MAX_TEXT:
        raise FhirPathEvaluationError(f"a text grew beyond {MAX_TEXT} characters")
    return text


def binary(operator: str, calculate: Callable[[Number, Number], Number | None], left: Items, right: Items) -> Items:
    """A calculation on the one item of each side; empty when either has no value or the result cannot be expressed."""
    one = quantity_of(single(left, operator))
    other = quantity_of(single(right, operator))
    if one is None or other is None:
        return []
    result = _calculated(operator, calculate, one, other)
    return [] if result is None else [result]


def signed(operator: str, items: Items) -> Items:
    """Unary plus and minus on a number or quantity."""
    value = quantity_of(single(items, f"unary {operator}"))
    if value is None:
        return []
    negative = operator == "-"
    if isinstance(value, Quantity):
        return [Quantity(-value.value, value.unit, value.calendar) if negative else value]
    if is_number(value):
        return [-value if negative else value]
    raise FhirPathEvaluationError(f"unary {operator} needs a number, found {kind_of(value)}")


def is_number(value: Item) -> TypeGuard[Number]:
    """Whether the value is an Integer or a Decimal."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def bounded(value: Number) -> Number | None:
    """The number, or None when it is larger than any that FHIRPath can express."""
    return value if -_LARGEST < value < _LARGEST else None


def _calculated(
    operator: str, calculate: Callable[[Number, Number], Number | None], one: Item, other: Item
) -> Item | None:
    if isinstance(one, Temporal) and isinstance(other, Quantity) and operator in "+-":
        return shifted(one, other, 1 if operator == "+" else -1)
    if isinstance(one, str) and isinstance(other, str) and operator == "+":
        return bounded_text(one + other)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        return _quantities(operator, _as_quantity(operator, one), _as_quantity(operator, other))
    if not is_number(one) or not is_number(other):
        raise FhirPathEvaluationError(f"{operator} cannot be applied to {kind_of(one)} and {kind_of(other)}")
    try:
        result = calculate(one, other)
    except (InvalidOperation, DivisionByZero, Overflow):
        return None
    return None if result is None else bounded(result)


def _as_quantity(operator: str, value: Item) -> Quantity:
    if isinstance(value, Quantity):
        return value
    if is_number(value):
        return Quantity(Decimal(str(value)))
    raise FhirPathEvaluationError(f"{operator} cannot be applied to a Quantity and {kind_of(value)}")


def _quantities(operator: str, one: Quantity, other: Quantity) -> Quantity | None:
    if operator == "*":
        return Quantity(PRECISE.multiply(one.value, other.value), _joined(one.unit, ".", other.unit))
    if operator == "/":
        if other.value == 0:
            return None
        return Quantity(PRECISE.divide(one.value, other.value), _joined(one.unit, "/", other.unit))
    if operator in "+-":
        converted = other.value_in(one)
        if converted is None:
            return None
        amount = PRECISE.divide(converted.numerator, converted.denominator)
        total = PRECISE.add(one.value, amount if operator == "+" else -amount)
        return Quantity(total, one.unit, one.calendar)
    raise FhirPathEvaluationError(f"{operator} cannot be applied to quantities")


def _joined(one: str, sign: str, other: str) -> str:
    if other == "1":
        return one
    other = f"({other})" if "." in other or "/" in other else other
    if one == "1":
        return other if sign == "." else "/" + other
    return f"{one}{sign}{other}"


def _add(one: Number, other: Number) -> Number:
    return one + other if isinstance(one, int) and isinstance(other, int) else PRECISE.add(one, other)


def _subtract(one: Number, other: Number) -> Number:
    return one - other if isinstance(one, int) and isinstance(other, int) else PRECISE.subtract(one, other)


def _multiply(one: Number, other: Number) -> Number:
    return one * other if isinstance(one, int) and isinstance(other, int) else PRECISE.multiply(one, other)


def _divide(one: Number, other: Number) -> Number | None:
    return None if other == 0 else PRECISE.divide(one, other)


def _whole(one: Number, other: Number) -> Number | None:
    if other == 0:
        return None
    return int(PRECISE.divide(one, other).to_integral_value(ROUND_DOWN))


def _remainder(one: Number, other: Number) -> Number | None:
    if other == 0:
        return None
    rest = PRECISE.remainder(one, other)
    return int(rest) if isinstance(one, int) and isinstance(other, int) else rest


OPERATIONS: dict[str, Callable[[Number, Number], Number | None]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "div": _whole,
    "mod": _remainder,
}
