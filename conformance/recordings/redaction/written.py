"""Which number a text means, however it is written: with blanks, dashes or an exponent, below an OID, encoded."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from html import unescape
from quopri import decodestring
from unicodedata import category, normalize
from urllib.parse import unquote

from conformance.recordings.identities import BETWEEN

DEEP = 3
"""So often a text is decoded (percent signs, base64) and looked at again."""

DAY = r"(?!(?:19|20)\d\d-\d\d-\d\d(?!\d))(?!\d\d?-\d\d?-(?:19|20)\d\d(?!\d))"
RUN = rf"\d(?:{BETWEEN}\d)"
OID = r"2\.16\.840\.1\.113883\.2\.4\.6\.3"
_EIGHT = re.compile(rf"{RUN}{{7}}")
_WHOLE = re.compile(rf"{DAY}{RUN}{{7,8}}")
_ARC = re.compile(rf"(?:urn:oid:)?{OID}(?:\.\d{{1,7}}){{0,3}}\.(\d{{8,9}})", re.IGNORECASE)
_DECIMAL = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,9})?")
_CODED = re.compile(r"(?:[A-Za-z0-9+/]{60,76}\s{1,4})+[A-Za-z0-9+/]{2,76}={0,2}|[A-Za-z0-9+/_-]{12,}={0,2}")
"""Signs that may be base64: in one piece, or in lines as MIME breaks them (RFC 2045 section 6.8)."""
_URL_SAFE = str.maketrans("-_", "+/")


def holds_number(text: str) -> bool:
    """Whether so many digits stand together that they could be a patient's number."""
    return _EIGHT.search(text) is not None


@lru_cache(maxsize=4096)
def decoded(text: str) -> str:
    """The text in base64; empty when it is none."""
    held = "".join(text.split()).translate(_URL_SAFE)
    if len(held) < 8 or not _CODED.fullmatch(held):
        return ""
    try:
        inner = b64decode(held.rstrip("=") + "=" * (-len(held.rstrip("=")) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return inner if _BREAKS.sub("", inner).isprintable() else ""


def packed(text: str) -> Iterator[bytes]:
    """What in a text is in base64 and no text itself, but holds one: packed with gzip or zlib, or in UTF-16."""
    for found in _PACKED.finditer(text):
        held = "".join(found.group().split()).translate(_URL_SAFE).rstrip("=")
        try:
            yield b64decode(held + "=" * (-len(held) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue


_PACKED = re.compile(r"(?<![A-Za-z0-9+/_-])(?:H4sI|eJ|eN|eA|//[4-7]|/v8|__[4-7]|_v8)[A-Za-z0-9+/_-]{12,}={0,2}")
"""How the first bytes of these look in base64."""
_BREAKS = re.compile(r"[\r\n\t]|\0+\Z")


def plain(text: str) -> str:
    """The text without its percent signs, also when they were put on more than once."""
    for _ in range(DEEP):
        if "%" not in text:
            break
        text = unquote(text)
    return text


def readings(text: str, depth: int = 0) -> tuple[str, ...]:
    """What a text says once its encodings are taken off: each way of reading it that differs from it."""
    # The same short texts (codes, systems, header values) come by the thousand; long ones are not kept in memory.
    return _known_readings(text, depth) if len(text) <= _SHORT else tuple(_readings(text, depth))


_SHORT = 256


@lru_cache(maxsize=8192)
def _known_readings(text: str, depth: int) -> tuple[str, ...]:
    return tuple(_readings(text, depth))


def _readings(text: str, depth: int) -> Iterator[str]:
    if (seen := _bared(text)) != text:
        yield seen
    if depth == 0 and (seen := _unquoted(text)) != text:
        yield seen
    for found in _CODED.finditer(text):
        if inner := decoded(found.group()):
            yield inner


def _bared(text: str) -> str:
    """The text as whoever looks at it reads it: without percent signs, signs that nobody sees, markup and escapes."""
    if "%" in text:
        text = unquote(text)
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found.group(1) or found.group(2), 16)), text)
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    if "&" in text:
        text = unescape(text)
    return folded(text)


_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_MARKUP = re.compile(r"<[^<>]{0,400}>")


def _unquoted(text: str) -> str:
    """The text of a part or header in quoted-printable (RFC 2045 section 6.7, RFC 2047)."""
    if "=" not in text or not _QUOTED.search(text):
        return text
    return decodestring(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


_QUOTED = re.compile(r"=(?:\r?\n|[0-9A-F]{2})")


def folded(text: str) -> str:
    """The text with its letters and digits in their plain form, and without marks and signs that nobody sees."""
    if text.isascii():
        return text
    return _BEYOND.sub(_seen, normalize("NFKD", text))


_BEYOND = re.compile(r"[^\x00-\x7f]")
_HIDDEN = frozenset({"Cf", "Mn", "Me"})


def _seen(found: re.Match[str]) -> str:
    sign = found.group()
    return "" if category(sign) in _HIDDEN else sign


def meant(text: str) -> str:
    """The number of nine digits written here, a lost zero restored; empty when nothing else could be meant."""
    held = folded(text).split("^", 1)[0].strip(_UNSEEN)
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
