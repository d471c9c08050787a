"""Values that stand in for others: keyed pseudonyms for secrets, and text of the same shape for what is personal.

A mask neither repairs nor breaks: what the grammar of a date, number or base64 says of a value, it says of its mask.
"""

from __future__ import annotations

import binascii
import os
import re
from base64 import b64decode
from collections import Counter
from datetime import date
from hashlib import blake2b

from conformance.agreements.bsn import passes_eleven_test

KEY_BYTES = 32
EMPTY_BASE64 = "UkVEQUNURUQ="
"""'REDACTED' in base64: stands in for any valid base64."""

_LOWER, _UPPER, _DIGIT = re.compile(r"[^\W\d_A-Z]"), re.compile(r"[A-Z]"), re.compile(r"\d")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d)")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


def new_key() -> bytes:
    """A key for one run's pseudonyms; it lives in memory only."""
    return os.urandom(KEY_BYTES)


def shape(text: str) -> str:
    """Text of the same shape: letters become x or X, digits 0, the rest stays."""
    return _DIGIT.sub("0", _UPPER.sub("X", _LOWER.sub("x", text)))


def number(text: str) -> str:
    """A JSON number of the same kind and length: every digit becomes 1, and a zero in front stays one."""
    return re.sub(r"\d", "1", text) if not re.match(r"-?0(?:\.|$)", text) else re.sub(r"[1-9]", "1", text)


def day(text: str) -> str:
    """A date of the same precision that is nobody's birthday (the first of January 1900); no date stays none."""
    if re.fullmatch(r"\d{4}|\d{4}-(?:0[1-9]|1[0-2])", text) and not text.startswith("0000"):
        return "1900-01"[: len(text)]
    found = _DAY.match(text)
    if not found or not _exists(*(int(part) for part in found.groups() if part)):
        return shape(text)
    rest = text[found.end() :]
    moment = re.fullmatch(r"T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", rest)
    if rest and not moment:
        return shape(text)
    return ("1900-01-01" if "-" in found.group() else "19000101") + ("T00:00:00Z" if rest else "")


def kind(text: str) -> str:
    """A value of the same kind and length: a number for a number, a date for a date, else a text of the same shape."""
    return number(text) if _NUMBER.fullmatch(text) else day(text)


def _exists(year: int, month: int, day_: int) -> bool:
    try:
        return bool(date(year, month, day_))
    except ValueError:
        return False


def base64(text: str) -> str:
    """Base64 that says nothing; what is no base64 stays none."""
    try:
        b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
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
