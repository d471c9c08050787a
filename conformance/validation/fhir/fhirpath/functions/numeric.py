"""Mathematics (FHIRPath section 5.7). Decimal throughout; what cannot be expressed is empty."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation, Overflow

from conformance.validation.fhir.fhirpath.arithmetic import Number, bounded, is_number
from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Items
from conformance.validation.fhir.fhirpath.quantity import PRECISE, Quantity
from conformance.validation.fhir.fhirpath.registry import function
from conformance.validation.fhir.fhirpath.values import kind_of, quantity_of, single, single_integer

_MAX_DIGITS = 28


@function("abs")
def absolute(_: Context, items: Items) -> Items:
    """The value without its sign."""
    value = quantity_of(single(items, "abs()"))
    if isinstance(value, Quantity):
        return [Quantity(abs(value.value), value.unit, value.calendar)]
    return _calculated(items, "abs()", lambda number: -number if number < 0 else number)


@function("ceiling")
def ceiling(_: Context, items: Items) -> Items:
    """The first whole number at or above."""
    return _calculated(items, "ceiling()", lambda value: int(Decimal(value).to_integral_value(ROUND_CEILING)))


@function("floor")
def floor(_: Context, items: Items) -> Items:
    """The first whole number at or below."""
    return _calculated(items, "floor()", lambda value: int(Decimal(value).to_integral_value(ROUND_FLOOR)))


@function("truncate")
def truncate(_: Context, items: Items) -> Items:
    """The whole part."""
    return _calculated(items, "truncate()", int)


@function("round", 0, 1)
def rounded(_: Context, items: Items, precision: Items | None = None) -> Items:
    """To so many decimals (0 when left out), halves away from zero."""
    digits = single_integer(precision or [0], "round()") or 0
    if not 0 <= digits <= _MAX_DIGITS:
        raise FhirPathEvaluationError(f"round() takes a precision of 0 to {_MAX_DIGITS}, found {digits}")
    return _calculated(items, "round()", lambda value: _quantized(value, digits))


@function("sqrt")
def square_root(_: Context, items: Items) -> Items:
    """The square root; nothing for a negative number."""
    return _calculated(items, "sqrt()", lambda value: PRECISE.sqrt(Decimal(value)))


@function("exp")
def exponential(_: Context, items: Items) -> Items:
    """e to the power of the number."""
    return _calculated(items, "exp()", lambda value: PRECISE.exp(Decimal(value)))


@function("ln")
def natural_logarithm(_: Context, items: Items) -> Items:
    """The natural logarithm."""
    return _calculated(items, "ln()", lambda value: PRECISE.ln(Decimal(value)))


@function("log", 1)
def logarithm(_: Context, items: Items, base: Items) -> Items:
    """The logarithm to the base."""
    to = single(base, "log()")
    if to is None:
        return []
    if not is_number(to):
        raise FhirPathEvaluationError(f"log() needs a number as base, found {kind_of(to)}")
    number = Decimal(str(to))

    def calculate(value: Number) -> Number:
        # Rounded because a quotient of two logarithms misses whole results by the last digit.
        quotient = PRECISE.divide(PRECISE.ln(Decimal(value)), PRECISE.ln(number))
        return quotient.quantize(Decimal(1).scaleb(-20), ROUND_HALF_UP, PRECISE)

    return _calculated(items, "log()", calculate)


@function("power", 1)
def power(_: Context, items: Items, exponent: Items) -> Items:
    """The number to the power of the exponent; nothing when that is no real number."""
    raised = single(exponent, "power()")
    if raised is None:
        return []
    if not is_number(raised):
        raise FhirPathEvaluationError(f"power() needs a number as exponent, found {kind_of(raised)}")
    to = Decimal(str(raised))

    def calculate(value: Number) -> Number:
        result = PRECISE.power(Decimal(value), to)
        whole = isinstance(value, int) and isinstance(raised, int) and raised >= 0
        return int(result) if whole and bounded(result) is not None else result

    return _calculated(items, "power()", calculate)


def _quantized(value: Number, digits: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, PRECISE)


def _calculated(items: Items, name: str, calculate: Callable[[Number], Number]) -> Items:
    value = single(items, name)
    if value is None:
        return []
    if not isinstance(value, (int, Decimal)) or isinstance(value, bool):
        raise FhirPathEvaluationError(f"{name} needs a number, found {kind_of(value)}")
    if bounded(value) is None:
        return []
    try:
        result = bounded(calculate(value))
    except (InvalidOperation, DivisionByZero, Overflow):
        return []
    return [] if result is None else [result]
