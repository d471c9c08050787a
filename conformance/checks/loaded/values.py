"""What a value is in the terms of a table, and when two of them say the same.

A coding is the list of its tokens, a quantity `81.4 kg` (a comparator before it, another system than UCUM's named), all
else a text. None is a value that could not be seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Any

from conformance.checks.fhir.reading import tokens
from conformance.codecs.moments import same_moment

Value = str | list[str] | None
Units = Mapping[str, Mapping[str, str]]
"""How many of another unit one of a unit is: `kg: { g: "1000" }`."""

UCUM = "http://unitsofmeasure.org"
_QUANTITY = re.compile(r"(?P<comparator>[<>]=?)?(?P<number>\S*) (?P<unit>.*)", re.DOTALL)
_ANNOTATION = re.compile(r"\{[^}]*\}")
"""UCUM section 6: what stands in braces tells people something and changes no unit."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value is read from an element, and when another one says the same."""

    read: Callable[[Any], Value]
    same: Callable[[Value, Value], bool]


def kinds(units: Units) -> Mapping[str, Kind]:
    """Every kind of value that a table may name; `units`: what may be turned into what."""
    return {
        "coding": Kind(_coding, _same_coding),
        "quantity": Kind(_quantity, partial(_same_quantity, units=units)),
        "moment": Kind(_plain, lambda one, other: same_moment(str(one), str(other))),
        "number": Kind(_plain, lambda one, other: _same_number(str(one), str(other))),
        "code": Kind(_plain, _same),
        "text": Kind(_text, lambda one, other: _bare(one) == _bare(other)),
    }


def _coding(value: Any) -> Value:
    return sorted(token for token in tokens(value) if "|" in token)


def _quantity(value: Any) -> Value:
    if not isinstance(value, dict):
        return _plain(value)
    system, code = value.get("system"), value.get("code", "?")
    unit = f"{code}" if system == UCUM else f"{system or '?'}|{code}"
    return f"{value.get('comparator', '')}{value.get('value', '?')} {unit}"


def _plain(value: Any) -> Value:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: Any) -> Value:
    return " ".join(unicodedata.normalize("NFC", str(value)).split())


def _bare(value: Value) -> str:
    return "".join(str(value).split())


def _same(one: Value, other: Value) -> bool:
    return one == other


def _same_coding(one: Value, other: Value) -> bool:
    return not set(one or ()).isdisjoint(other or ())


def _same_number(one: str, other: str) -> bool:
    left, right = _decimal(one), _decimal(other)
    return left is not None and left == right


def _same_quantity(one: Value, other: Value, *, units: Units) -> bool:
    if one == other:
        return True
    left, right = _QUANTITY.fullmatch(str(one)), _QUANTITY.fullmatch(str(other))
    if not left or not right or left["comparator"] != right["comparator"]:
        return False
    unit, counted = (_ANNOTATION.sub("", found["unit"]) or "1" for found in (left, right))
    times = Decimal(1) if unit == counted else _decimal(units.get(unit, {}).get(counted, ""))
    amount, count = _decimal(left["number"]), _decimal(right["number"])
    return None not in (times, amount, count) and amount * times == count  # type: ignore[operator]


@lru_cache(maxsize=4096)
def _decimal(written: str) -> Decimal | None:
    try:
        found = Decimal(written)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
