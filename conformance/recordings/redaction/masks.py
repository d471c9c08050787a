"""Values that stand in for others: keyed pseudonyms for secrets, and text of the same shape for what is personal.

A mask neither repairs nor breaks: what the grammar of a date, number or base64 says of a value, it says of its mask.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date
from hashlib import blake2b
from string import ascii_lowercase, ascii_uppercase, digits

from conformance.agreements.bsn import passes_eleven_test

KEY_BYTES = 32
EMPTY_BASE64 = "UkVEQUNURUQ="
"""'REDACTED' in base64: stands in for any valid base64."""

_ASCII = str.maketrans(ascii_lowercase + ascii_uppercase + digits, "x" * 26 + "X" * 26 + "0" * 10)
LETTER, DIGIT = "\u00e9", "\u0660"
"""Stand for letters and digits beyond ASCII: most grammars know none of them."""
_LETTERS, _DIGITS = re.compile(r"(?![\x00-\x7f])[^\W\d_]"), re.compile(r"(?![\x00-\x7f])\d")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d)", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?", re.ASCII)
_REAL_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?", re.ASCII)
_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_MOMENT = re.compile(rf"T{_REAL_TIME.pattern}{_ZONE}", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_WHOLE, _MOST = re.compile(r"-?\d{10}"), 2**31
_POWER, _HIGHEST = re.compile(r"([eE][+-]?)"), 400
"""What may be a whole number of 32 bits or be too large for one (the others are as long as their mask), and the power
of ten from which on no system holds a decimal."""


def new_key() -> bytes:
    """A key for one run's pseudonyms; it lives in memory only."""
    return os.urandom(KEY_BYTES)


def shape(text: str) -> str:
    """Text of the same shape: letters become x or X, digits 0, those beyond ASCII another of their kind."""
    kept = text.translate(_ASCII)
    return kept if kept.isascii() else _DIGITS.sub(DIGIT, _LETTERS.sub(LETTER, kept))


def number(text: str) -> str:
    """A JSON number of the same kind and length: every digit becomes 1, and a zero in front stays one; what is too
    large for a whole number or a decimal stays that."""
    if _WHOLE.fullmatch(text) and not -_MOST <= int(text) < _MOST:
        return re.sub(r"\d", "9", text)
    mantissa, power, exponent = _POWER.split(text, 1) if _POWER.search(text) else (text, "", "")
    ones = r"[1-9]" if re.match(r"-?0(?:\.|$)", mantissa) else r"\d"
    return re.sub(ones, "1", mantissa) + power + _exponent(exponent)


def _exponent(digits: str) -> str:
    """A power of ten that systems can hold, where this is one."""
    small = len(digits.lstrip("0")) < 4 and int(digits or 0) < _HIGHEST
    return "1".zfill(len(digits))[: len(digits)] if small else "9" * len(digits)


def day(text: str) -> str:
    """A date of the same precision that is nobody's birthday (the first of January 1900); no date stays none."""
    if re.fullmatch(r"[0-9]{4}|[0-9]{4}-(?:0[1-9]|1[0-2])", text) and not text.startswith("0000"):
        return ("0001-01" if text.startswith("0") else "1900-01")[: len(text)]
    found = _DAY.match(text)
    if not found or not _exists(*(int(part) for part in found.groups() if part)):
        return shape(text)
    rest = text[found.end() :]
    if rest and not _MOMENT.fullmatch(rest):
        return shape(text)
    return ("1900-01-01" if "-" in found.group() else "19000101") + ("T00:00:00Z" if rest else "")


def kind(text: str) -> str:
    """A value of the same kind and length: a number for a number, a date for a date, no time for what is none, else a
    text of the same shape."""
    if _TIME.fullmatch(text) and not _REAL_TIME.fullmatch(text):
        return re.sub(r"\d", "9", text)
    return number(text) if _NUMBER.fullmatch(text) else day(text)


def _exists(year: int, month: int, day_: int) -> bool:
    try:
        return bool(date(year, month, day_))
    except ValueError:
        return False


def base64(text: str) -> str:
    """Base64 that says nothing; what is no base64 stays none."""
    tight = "".join(text.split())
    if len(tight) % 4 or not _BASE64.fullmatch(tight):
        return shape(text)
    return EMPTY_BASE64 if text.strip() else text


class Pseudonyms:
    """Replaces values under a key that exists only in memory and dies with the run.

    Equal values get equal pseudonyms within one run, whichever of its processes saw them; a plain digest would be
    reversed in seconds.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self.key = key or new_key()
        self.counts: Counter[str] = Counter()

    def secret(self, value: str) -> str:
        """A pseudonym for a token, cookie or key."""
        self.counts["secrets"] += 1
        return f"token-{self.digest(value.encode('utf-8', 'surrogatepass'), 8)}"

    def digest(self, data: bytes, size: int = 32) -> str:
        """A keyed digest in hexadecimal digits: equal for equal bytes within the run, and not to be reversed."""
        return blake2b(data, key=self.key, digest_size=size).hexdigest()

    def stand_in(self, digits: str) -> str:
        """For a number of nine digits: another that is nobody's, as it fails the eleven test; equal for equal ones."""
        for turn in range(256):
            stirred = blake2b(digits.encode(), key=self.key, digest_size=8, salt=bytes([turn])).digest()
            found = str(100_000_000 + int.from_bytes(stirred, "big") % 900_000_000)
            if not passes_eleven_test(found):
                return found
        return "0" * len(digits)
