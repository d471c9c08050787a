"""Conversion (FHIRPath section 5.5): `toX()` gives a value or nothing, `convertsToX()` tells which."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.nodes import Item, Items
from conformance.validation.fhir.fhirpath.quantity import CALENDAR_UNITS, PRECISE, Quantity
from conformance.validation.fhir.fhirpath.registry import function, predicate
from conformance.validation.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, Precision, Temporal, parse_temporal
from conformance.validation.fhir.fhirpath.values import quantity_of, single

_TRUE = ("true", "t", "yes", "y", "1", "1.0")
_FALSE = ("false", "f", "no", "n", "0", "0.0")
_MAX_PLAIN = 100  # digits; a longer number is shown with an exponent
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_DECIMAL = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?")
_QUANTITY = re.compile(rf"(?P<value>{_DECIMAL.pattern})\s*(?:'(?P<unit>[^']+)'|(?P<calendar>[a-z]+))?")


def _to_boolean(value: Item) -> Item | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, Decimal)):
        return bool(value) if value in (0, 1) else None
    if isinstance(value, str):
        text = value.lower()
        return True if text in _TRUE else False if text in _FALSE else None
    return None


def _to_integer(value: Item) -> Item | None:
    if isinstance(value, int):
        return int(value)
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


def _to_decimal(value: Item) -> Item | None:
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def _to_string(value: Item) -> Item | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < _MAX_PLAIN else str(value)
    return str(value) if isinstance(value, (int, str, Temporal, Quantity)) else None


def _to_quantity(value: Item) -> Item | None:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, (int, Decimal)):
        return Quantity(Decimal(value))
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    if calendar := match["calendar"]:
        return Quantity(Decimal(match["value"]), calendar, calendar=True) if calendar in CALENDAR_UNITS else None
    return Quantity(Decimal(match["value"]), match["unit"] or "1")


def _to_date(value: Item) -> Item | None:
    if isinstance(value, Temporal) and value.kind == DATE_TIME:
        return parse_temporal(str(value).partition("T")[0], DATE)
    return _to_temporal(value, DATE)


def _to_date_time(value: Item) -> Item | None:
    if isinstance(value, Temporal) and value.kind == DATE:
        return parse_temporal(str(value) + ("T" if value.precision == Precision.DAY else ""), DATE_TIME)
    return _to_temporal(value, DATE_TIME)


def _to_temporal(value: Item, kind: str) -> Item | None:
    if isinstance(value, Temporal):
        return value if value.kind == kind else None
    return parse_temporal(value.removeprefix("T") if kind == TIME else value, kind) if isinstance(value, str) else None


_CONVERSIONS: dict[str, Callable[[Item], Item | None]] = {
    "Boolean": _to_boolean,
    "Integer": _to_integer,
    "Decimal": _to_decimal,
    "String": _to_string,
    "Quantity": _to_quantity,
    "Date": _to_date,
    "DateTime": _to_date_time,
    "Time": partial(_to_temporal, kind=TIME),
}


def _converted(items: Items, name: str) -> Item | None:
    value = quantity_of(single(items, f"to{name}()"))
    return None if value is None else _CONVERSIONS[name](value)


def _in_unit(value: Item | None, unit: Items) -> Quantity | None:
    wanted = single(unit, "toQuantity()")
    if not isinstance(value, Quantity) or not isinstance(wanted, str):
        return None
    target = Quantity(Decimal(1), wanted, calendar=wanted in CALENDAR_UNITS)
    converted = value.value_in(target)
    if converted is None:
        return None
    return Quantity(PRECISE.divide(converted.numerator, converted.denominator), wanted, target.calendar)


@function("toQuantity", 0, 1)
def to_quantity(_: Context, items: Items, unit: Items | None = None) -> Items:
    """The quantity, converted to the unit when one is asked for."""
    value = _converted(items, "Quantity")
    if unit is not None:
        value = _in_unit(value, unit)
    return [] if value is None else [value]


@predicate("convertsToQuantity", 0, 1)
def converts_to_quantity(_: Context, items: Items, unit: Items | None = None) -> bool | None:
    """Whether toQuantity() gives a value."""
    return None if not items else bool(to_quantity(_, items, unit))


def _register(name: str) -> None:
    @function(f"to{name}")
    def to_type(_: Context, items: Items) -> Items:
        value = _converted(items, name)
        return [] if value is None else [value]

    @predicate(f"convertsTo{name}")
    def converts(_: Context, items: Items) -> bool | None:
        return None if not items else _converted(items, name) is not None


for _name in _CONVERSIONS:
    if _name != "Quantity":
        _register(_name)
