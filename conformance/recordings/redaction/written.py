"""Which number a text means, however it is written: with blanks, dashes or an exponent, below an OID, encoded."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from decimal import Decimal
from functools import lru_cache
from urllib.parse import unquote

DEEP = 3
"""So often a text is decoded (percent signs, base64) and looked at again."""

DAY = r"(?!(?:19|20)\d\d-\d\d-\d\d(?!\d))(?!\d\d?-\d\d?-(?:19|20)\d\d(?!\d))"
_BETWEEN = r"[\s.\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff-]{0,3}"
"""What may stand between the digits of a number: blanks of any width, dots, dashes, and signs that nobody sees."""
RUN = rf"\d(?:{_BETWEEN}\d)"
OID = r"2\.16\.840\.1\.113883\.2\.4\.6\.3"
_WHOLE = re.compile(rf"{DAY}{RUN}{{7,8}}")
_ARC = re.compile(rf"(?:urn:oid:)?{OID}(?:\.\d{{1,7}}){{0,3}}\.(\d{{8,9}})", re.IGNORECASE)
_DECIMAL = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,9})?")
CODED = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_URL_SAFE = str.maketrans("-_", "+/")


@lru_cache(maxsize=4096)
def decoded(text: str) -> str:
    """The text in base64; empty when it is none."""
    held = "".join(text.split()).translate(_URL_SAFE)
    if len(held) < 8 or not CODED.fullmatch(held):
        return ""
    try:
        inner = b64decode(held.rstrip("=") + "=" * (-len(held.rstrip("=")) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return inner if inner.isprintable() or inner.strip().replace("\n", "").replace("\r", "").isprintable() else ""


def plain(text: str) -> str:
    """The text without its percent signs, also when they were put on more than once."""
    for _ in range(DEEP):
        if "%" not in text:
            break
        text = unquote(text)
    return text


def meant(text: str) -> str:
    """The number of nine digits written here, a lost zero restored; empty when nothing else could be meant."""
    held = text.split("^", 1)[0].strip(_UNSEEN)
    if "|" in held:
        held = held.rsplit("|", 1)[1].strip(_UNSEEN)
    if arc := _ARC.fullmatch(held):
        held = arc.group(1)
    if _WHOLE.fullmatch(held):
        # Digits of any script: int() reads them all.
        return "".join(str(int(sign)) for sign in held if sign.isdecimal()).rjust(9, "0")
    return whole(held)


_UNSEEN = " \t\r\n\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff'\""


def whole(written: str) -> str:
    """The nine digits of a whole number of eight or nine, however it is written; empty for any other."""
    if not _DECIMAL.fullmatch(written):
        return ""
    value = Decimal(written).copy_abs()
    if not value or value.adjusted() not in (7, 8) or value != value.to_integral_value():
        return ""
    return str(int(value)).rjust(9, "0")
