"""Precision and boundaries of values (FHIRPath 2.1, section "Utility functions")."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Items
from conformance.validation.fhir.fhirpath.quantity import PRECISE, Quantity
from conformance.validation.fhir.fhirpath.registry import function, predicate
from conformance.validation.fhir.fhirpath.temporal import (
    DATE,
    TIME,
    Precision,
    Temporal,
    days_in_month,
    make_temporal,
)
from conformance.validation.fhir.fhirpath.values import kind_of, quantity_of, single, single_integer

_MAX_DIGITS = 28
_DEFAULT_DIGITS = 8
# Digits that a value written to this precision has: 2014 has 4, 10:30 has 4 as a time and 12 as a date-time.
_DATE_DIGITS = {4: Precision.YEAR, 6: Precision.MONTH, 8: Precision.DAY}
_CLOCK_DIGITS = {2: Precision.HOUR, 4: Precision.MINUTE, 6: Precision.SECOND, 9: Precision.SECOND}
_EASTERNMOST, _WESTERNMOST = 14 * 60, -12 * 60


@function("lowBoundary", 0, 1)
def low_boundary(_: Context, items: Items, precision: Items | None = None) -> Items:
    """The least value that the input may stand for."""
    return _boundary(items, precision, upper=False)


@function("highBoundary", 0, 1)
def high_boundary(_: Context, items: Items, precision: Items | None = None) -> Items:
    """The greatest value that the input may stand for."""
    return _boundary(items, precision, upper=True)


@function("precision")
def precision_of(_: Context, items: Items) -> Items:
    """The number of digits that are specified."""
    value = single(items, "precision()")
    if value is None:
        return []
    if isinstance(value, Temporal):
        return [sum(character.isdigit() for character in _without_zone(value))]
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        exponent = Decimal(value).as_tuple().exponent
        return [max(-exponent, 0) if isinstance(exponent, int) else 0]
    raise FhirPathEvaluationError(f"precision() needs a number, date or time, found {kind_of(value)}")


@predicate("comparable", 1)
def comparable(_: Context, items: Items, other: Items) -> bool | None:
    """Whether two quantities are of one dimension, so that they can be compared."""
    one, second = quantity_of(single(items, "comparable()")), quantity_of(single(other, "comparable()"))
    if one is None or second is None:
        return None
    if not isinstance(one, Quantity) or not isinstance(second, Quantity):
        raise FhirPathEvaluationError("comparable() needs two quantities")
    return one.value_in(second) is not None


def _boundary(items: Items, precision: Items | None, *, upper: bool) -> Items:
    value = quantity_of(single(items, "a boundary"))
    digits = single_integer(precision, "a boundary") if precision is not None else None
    if value is None:
        return []
    if isinstance(value, Temporal):
        found = _moment_boundary(value, digits, upper=upper)
        return [] if found is None else [found]
    if isinstance(value, Quantity):
        number = _number_boundary(value.value, digits, upper=upper)
        return [] if number is None else [Quantity(number, value.unit, value.calendar)]
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        number = _number_boundary(Decimal(value), digits, upper=upper)
        return [] if number is None else [number]
    raise FhirPathEvaluationError(f"a boundary needs a number, quantity, date or time, found {kind_of(value)}")


def _number_boundary(value: Decimal, digits: int | None, *, upper: bool) -> Decimal | None:
    wanted = _DEFAULT_DIGITS if digits is None else digits
    exponent = value.as_tuple().exponent
    if not 0 <= wanted <= _MAX_DIGITS or not isinstance(exponent, int) or value.adjusted() > _MAX_DIGITS:
        return None
    half = Decimal(5).scaleb(min(exponent, 0) - 1)
    bound = PRECISE.add(value, half if upper else -half)
    return bound.quantize(Decimal(1).scaleb(-wanted), ROUND_CEILING if upper else ROUND_FLOOR, PRECISE)


def _moment_boundary(value: Temporal, digits: int | None, *, upper: bool) -> Temporal | None:
    target = _target(value, digits)
    if target is None:
        return None
    precision, milliseconds = target
    first = 3 if value.kind == TIME else 0
    numbers = [value.year, value.month, value.day, value.hour, value.minute, value.second]
    filled: list[int | None] = [None] * 6
    for place in range(first, precision):
        known = place < value.precision
        filled[place] = numbers[place] if known else _extreme(place, filled, upper=upper)
    fraction = (value.fraction + ("999" if upper else "000")[len(value.fraction) :])[:3] if milliseconds else ""
    zone = value.zone
    if zone is None and value.kind != TIME and precision > Precision.DAY:
        zone = _WESTERNMOST if upper else _EASTERNMOST
    kind = value.kind if precision > Precision.DAY or value.kind == TIME else DATE
    return make_temporal(kind, filled, fraction, zone if precision > Precision.DAY and kind != TIME else None)


def _target(value: Temporal, digits: int | None) -> tuple[Precision, bool] | None:
    """The precision wanted, and whether milliseconds are; None when no value has that many digits."""
    if value.kind == TIME:
        wanted = 9 if digits is None else digits
        return (_CLOCK_DIGITS[wanted], wanted == 9) if wanted in _CLOCK_DIGITS else None
    wanted = digits if digits is not None else 8 if value.kind == DATE else 17
    if wanted in _DATE_DIGITS:
        return _DATE_DIGITS[wanted], False
    if value.kind == DATE or wanted - 8 not in _CLOCK_DIGITS:
        return None
    return _CLOCK_DIGITS[wanted - 8], wanted == 17


def _extreme(place: int, filled: list[int | None], *, upper: bool) -> int:
    """The least or greatest value of an unspecified part: month, day, hour, minute or second."""
    if not upper:
        return 1 if place < 3 else 0
    if place == 2:
        return days_in_month(filled[0] or 1, filled[1] or 1)
    return (9999, 12, 31, 23, 59, 59)[place]


def _without_zone(value: Temporal) -> str:
    text = str(value)
    return text if value.zone is None else text.removesuffix("Z") if value.zone == 0 else text[:-6]
