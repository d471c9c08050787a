"""The formats and ranges of FHIR's primitive types, per version.

Source: FHIR STU3 3.0.2 and R4 4.0.1, section Data Types (datatypes.html), table of primitive types.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

INT32 = 2**31 - 1
INT64 = 2**63 - 1
YEAR = r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
DAY = rf"{YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1]))?)?"
FULL_DAY = rf"{YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])"
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
DATE_TIME = rf"{YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1])(T{TIME}{ZONE})?)?)?"


@dataclass(frozen=True, slots=True)
class Primitive:
    """How to check one primitive type: the Python type it has in the internal form and a test of the value."""

    name: str
    python: type
    accepts: Callable[[Any], object] | None
    expected: str
    plain: Callable[[Any], object] | None = (
        None  # accepts only values no rule on texts and URIs has anything to say about
    )


def _pattern(text: str) -> Callable[[Any], object]:
    return re.compile(text, re.DOTALL).fullmatch


def _dated(text: str) -> Callable[[Any], object]:
    """A format that starts with a date: 30 February has the right digits and does not exist."""
    matches = re.compile(text).fullmatch

    def accepts(value: str) -> bool:
        if matches(value) is None:
            return False
        return value[8:10] <= "28" or int(value[8:10]) <= calendar.monthrange(int(value[:4]), int(value[5:7]))[1]

    return accepts


def _between(low: int, high: int) -> Callable[[Any], object]:
    return lambda value: low <= value <= high


def _base64(value: str) -> bool:
    tight = "".join(value.split())
    return bool(tight) and len(tight) % 4 == 0 and BASE64(tight) is not None


BASE64 = re.compile(r"[0-9a-zA-Z+/]*={0,2}").fullmatch

STRINGS: dict[str, tuple[Callable[[Any], object], str]] = {
    "string": (
        _pattern(r"\s*[^\s\x00-\x1f][^\x00-\x08\x0b\x0c\x0e-\x1f]*"),
        "text with at least one visible character",
    ),
    "markdown": (_pattern(r"\s*\S.*"), "text with at least one visible character"),
    "uri": (_pattern(r"\S+"), "a URI without whitespace"),
    "url": (_pattern(r"\S+"), "a URL without whitespace"),
    "canonical": (_pattern(r"\S+"), "a canonical URL without whitespace"),
    "code": (_pattern(r"[^\s]+(\s[^\s]+)*"), "a code without leading, trailing or double spaces"),
    "oid": (_pattern(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+"), "urn:oid: and an OID"),
    "uuid": (
        _pattern(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        "urn:uuid: and a UUID",
    ),
    "id": (_pattern(r"[A-Za-z0-9\-.]{1,64}"), "1 to 64 letters, digits, '-' and '.'"),
    "base64Binary": (_base64, "base64"),
    "instant": (_dated(rf"{FULL_DAY}T{TIME}{ZONE}"), "YYYY-MM-DDThh:mm:ss with a time zone"),
    "date": (_dated(DAY), "YYYY, YYYY-MM or YYYY-MM-DD"),
    "dateTime": (_dated(DATE_TIME), "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a time zone"),
    "time": (_pattern(TIME), "hh:mm:ss"),
    "xhtml": (_pattern(r"\s*\S.*"), "an XHTML div"),
}
PLAIN: dict[str, Callable[[Any], object]] = {
    "string": _pattern(r"\s*[^\s\x00-\x1f<][^\x00-\x08\x0b\x0c\x0e-\x1f<]*"),
    "markdown": _pattern(r"\s*[^\s<][^<]*"),
    "uri": _pattern(r"[^u\s]\S*"),
    "url": _pattern(r"[^u\s]\S*"),
    "canonical": _pattern(r"https?://\S+"),
}
INTEGERS = {
    "integer": (-INT32 - 1, INT32),
    "positiveInt": (1, INT32),
    "unsignedInt": (0, INT32),
}
# R5's integer64 is a JSON string there; in the internal form it stays one.
INTEGER64 = _pattern(r"-?(0|[1-9][0-9]{0,18})")


def primitive(name: str) -> Primitive | None:
    """The checks of a primitive type by name, or None when the name is no primitive type."""
    if name in STRINGS:
        accepts, expected = STRINGS[name]
        return Primitive(name, str, accepts, expected, PLAIN.get(name, accepts))
    if name in INTEGERS:
        low, high = INTEGERS[name]
        return Primitive(name, int, _between(low, high), f"a whole number from {low} to {high}", _between(low, high))
    if name == "integer64":
        return Primitive(name, str, INTEGER64, "a whole number of 64 bits, as text", INTEGER64)
    if name == "boolean":
        return Primitive(name, bool, None, "true or false")
    if name == "decimal":
        return Primitive(name, Decimal, _decimal, "a decimal number", _decimal)
    return None


def _decimal(value: Decimal) -> bool:
    """Numbers no other system can hold are not numbers to exchange: beyond IEEE double's range."""
    return value.is_finite() and -400 < value.adjusted() < 400
