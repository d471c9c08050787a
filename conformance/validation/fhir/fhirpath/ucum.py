"""Units of UCUM: whether a text is one, and what it is in base units (The Unified Code for Units of Measure, 2.1).

Units with an offset (degree Celsius, Fahrenheit), logarithmic and arbitrary units convert only to themselves, so they
stand for a dimension of their own.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple, TypeAlias

Dimension: TypeAlias = tuple[tuple[str, int], ...]


class Measure(NamedTuple):
    """A unit as a factor times base units; the dimension holds (base, power) pairs in alphabetic order."""

    factor: Fraction
    dimension: Dimension


class Atom(NamedTuple):
    """A unit that is no product: `factor` times `unit`, or a dimension of its own when the unit is empty."""

    metric: bool
    factor: Fraction
    unit: str


_PREFIXES = {
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1,
    "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
}  # fmt: skip
_BINARY_PREFIXES = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4}
_MAX_LENGTH = 200
_MAX_BRACKETS = 8
_ATOM = r"10[*^]|(?:[^\d\s./(){}\[\]+-]|\[[^\]\s]*\])+"
_COMPONENT = re.compile(rf"(?P<atom>{_ATOM})(?P<power>[+-]?\d{{1,2}})?(?:\{{[^{{}}]*\}})?")
_NUMBER = re.compile(r"[1-9]\d{0,19}(?![*^\d])(?:\{[^{}]*\})?")
_ANNOTATION = re.compile(r"\{[^{}]*\}")
_ONE = Measure(Fraction(1), ())


@lru_cache(maxsize=4096)
def measure(unit: str) -> Measure | None:
    """The unit in base units, or None when the text is no UCUM unit (codes are case sensitive)."""
    if not unit or len(unit) > _MAX_LENGTH or not unit.isascii():
        return None
    try:
        found, end = _product(unit, 0, 0)
    except ValueError:
        return None
    return found if end == len(unit) else None


def _product(text: str, start: int, depth: int) -> tuple[Measure, int]:
    """A chain of components joined by `.` and `/`; ends at the end of the text or at a closing bracket."""
    if depth > _MAX_BRACKETS:
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
        annotation = _ANNOTATION.match(text, end + 1)
        return inner, annotation.end() if annotation else end + 1
    if annotation := _ANNOTATION.match(text, position):
        return _ONE, annotation.end()
    if number := _NUMBER.match(text, position):
        return Measure(Fraction(number[0].partition("{")[0]), ()), number.end()
    match = _COMPONENT.match(text, position)
    if match is None:
        raise ValueError(text)
    return _times(_ONE, _prefixed(match["atom"]), int(match["power"] or 1)), match.end()


@cache
def _atoms() -> dict[str, Atom]:
    """All atoms by code."""
    text = (files(__package__) / "ucum_atoms.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")][1:]
    return {code: Atom(metric == "yes", Fraction(factor or 1), unit) for code, metric, factor, unit in rows}


def _prefixed(code: str) -> Measure:
    """An atom with or without prefix."""
    atoms = _atoms()
    if code in atoms:
        return _atom(code)
    for length in (2, 1):
        prefix, rest = code[:length], code[length:]
        if rest in atoms and atoms[rest].metric:
            inner = _atom(rest)
            if prefix in _PREFIXES:
                return Measure(Fraction(10) ** _PREFIXES[prefix] * inner.factor, inner.dimension)
            if prefix in _BINARY_PREFIXES:
                return Measure(Fraction(1024) ** _BINARY_PREFIXES[prefix] * inner.factor, inner.dimension)
    raise ValueError(code)


@cache
def _atom(code: str) -> Measure:
    atom = _atoms()[code]
    if not atom.unit:
        return Measure(Fraction(1), ((code, 1),))
    inner, _ = _product(atom.unit, 0, 0)
    return Measure(atom.factor * inner.factor, inner.dimension)


def _times(left: Measure, right: Measure, power: int) -> Measure:
    powers = dict(left.dimension)
    for base, exponent in right.dimension:
        powers[base] = powers.get(base, 0) + exponent * power
    dimension = tuple(sorted((base, exponent) for base, exponent in powers.items() if exponent))
    return Measure(left.factor * right.factor**power, dimension)
