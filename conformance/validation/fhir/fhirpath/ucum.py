"""The part of UCUM that comparing clinical quantities needs: prefixes, products, quotients, powers and common atoms.

Units with an offset (degree Celsius, Fahrenheit), logarithmic and arbitrary units convert only to themselves, so they
stand for a dimension of their own. Source: The Unified Code for Units of Measure, tables 1 to 15.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

Dimension: TypeAlias = tuple[tuple[str, int], ...]


class Measure(NamedTuple):
    """A unit as a factor times base units; the dimension holds (base, power) pairs in alphabetic order."""

    factor: Decimal
    dimension: Dimension


_PREFIXES = {
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1,
    "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
}  # fmt: skip

_BASES = ("m", "s", "g", "rad", "K", "C", "cd", "mol")

# Metric atoms take a prefix: code -> (factor, definition in simpler units).
_METRIC = {
    "L": ("0.001", "m3"), "l": ("0.001", "m3"), "Hz": ("1", "s-1"), "N": ("1000", "g.m/s2"),
    "Pa": ("1", "N/m2"), "J": ("1", "N.m"), "W": ("1", "J/s"), "A": ("1", "C/s"), "V": ("1", "J/C"),
    "Ohm": ("1", "V/A"), "F": ("1", "C/V"), "S": ("1", "A/V"), "T": ("1", "V.s/m2"), "H": ("1", "V.s/A"),
    "Bq": ("1", "s-1"), "Gy": ("1", "J/kg"), "Sv": ("1", "J/kg"), "kat": ("1", "mol/s"), "bar": ("100000", "Pa"),
    "m[Hg]": ("133322", "Pa"), "m[H2O]": ("9806.65", "Pa"), "t": ("1000000", "g"), "eV": ("1.602176634E-19", "J"),
    "cal": ("4.184", "J"), "U": ("0.0000166666666666666666666667", "mol/s"), "eq": ("1", "mol"), "osm": ("1", "mol"),
    "ar": ("100", "m2"), "g%": ("10", "g/L"), "Lm": ("1", "cd"), "st": ("1", "m3"),
}  # fmt: skip

# Atoms without prefix.
_PLAIN = {
    "%": ("0.01", "1"), "[ppth]": ("0.001", "1"), "[ppm]": ("0.000001", "1"), "[ppb]": ("0.000000001", "1"),
    "min": ("60", "s"), "h": ("60", "min"), "d": ("24", "h"), "wk": ("7", "d"), "a": ("365.25", "d"),
    "a_j": ("365.25", "d"), "mo": ("30.4375", "d"), "mo_j": ("30.4375", "d"), "deg": ("0.0174532925199433", "rad"),
    "[in_i]": ("0.0254", "m"), "[ft_i]": ("0.3048", "m"), "[yd_i]": ("0.9144", "m"), "[mi_i]": ("1609.344", "m"),
    "[nmi_i]": ("1852", "m"), "[lb_av]": ("453.59237", "g"), "[oz_av]": ("28.349523125", "g"),
    "[stone_av]": ("6350.29318", "g"), "[gr]": ("0.06479891", "g"), "[gal_us]": ("0.003785411784", "m3"),
    "[qt_us]": ("0.000946352946", "m3"), "[pt_us]": ("0.000473176473", "m3"), "[foz_us]": ("0.0000295735295625", "m3"),
    "[cup_us]": ("0.0002365882365", "m3"), "[tbs_us]": ("0.00001478676478125", "m3"),
    "[tsp_us]": ("0.00000492892159375", "m3"), "[psi]": ("6894.757293168361", "Pa"), "[Cal]": ("4184", "J"),
    "atm": ("101325", "Pa"), "10*": ("10", "1"), "10^": ("10", "1"), "[pi]": ("3.14159265358979323846", "1"),
    "[drp]": ("0.00000005", "m3"), "[in_i'H2O]": ("249.08891", "Pa"), "[in_i'Hg]": ("3386.3788", "Pa"),
}  # fmt: skip

_MAX_LENGTH = 100
_COMPONENT = re.compile(r"(?P<atom>10[*^]|(?:[^\d\s./(){}\[\]+-]|\[[^\]]*\])+)(?P<power>[+-]?\d{1,2})?(?:\{[^}]*\})?")
_NUMBER = re.compile(r"\d{1,20}(?![*^\d])")
_ANNOTATION = re.compile(r"\{[^}]*\}")
_ONE = Measure(Decimal(1), ())


@lru_cache(maxsize=2048)
def measure(unit: str) -> Measure | None:
    """The unit in base units, or None when it is no UCUM known here."""
    if not unit or len(unit) > _MAX_LENGTH or not unit.isascii():
        return None
    try:
        found, end = _product(unit, 0, 0)
    except ValueError:
        return None
    return found if end == len(unit) else None


def _product(text: str, start: int, depth: int) -> tuple[Measure, int]:
    """A chain of components joined by `.` and `/`; ends at the end of the text or at a closing bracket."""
    if depth > 8:
        raise ValueError(text)
    total, position, sign = _ONE, start, 1
    if text.startswith("/", position):
        position, sign = position + 1, -1
    while True:
        part, position = _component(text, position, depth)
        total = _times(total, part, sign)
        if position >= len(text) or text[position] == ")":
            return total, position
        if text[position] not in "./":
            raise ValueError(text)
        sign = -1 if text[position] == "/" else 1
        position += 1


def _component(text: str, position: int, depth: int) -> tuple[Measure, int]:
    if text.startswith("(", position):
        inner, end = _product(text, position + 1, depth + 1)
        if not text.startswith(")", end):
            raise ValueError(text)
        return inner, end + 1
    if annotation := _ANNOTATION.match(text, position):
        return _ONE, annotation.end()
    if number := _NUMBER.match(text, position):
        return Measure(Decimal(number[0]), ()), number.end()
    match = _COMPONENT.match(text, position)
    if match is None:
        raise ValueError(text)
    return _times(_ONE, _atom(match["atom"], depth), int(match["power"] or 1)), match.end()


def _atom(code: str, depth: int) -> Measure:
    if code in _BASES:
        return Measure(Decimal(1), ((code, 1),))
    for table in (_PLAIN, _METRIC):
        if code in table:
            factor, definition = table[code]
            inner, _ = _product(definition, 0, depth + 1)
            return Measure(Decimal(factor) * inner.factor, inner.dimension)
    for length in (2, 1):
        prefix, rest = code[:length], code[length:]
        if prefix in _PREFIXES and (rest in _BASES or rest in _METRIC):
            inner = _atom(rest, depth)
            return Measure(Decimal(1).scaleb(_PREFIXES[prefix]) * inner.factor, inner.dimension)
    if code.startswith("[") or code in ("Cel", "B", "Np", "dB"):
        return Measure(Decimal(1), ((code, 1),))
    raise ValueError(code)


def _times(left: Measure, right: Measure, power: int) -> Measure:
    powers = dict(left.dimension)
    for base, exponent in right.dimension:
        powers[base] = powers.get(base, 0) + exponent * power
    dimension = tuple(sorted((base, exponent) for base, exponent in powers.items() if exponent))
    return Measure(left.factor * right.factor**power, dimension)
