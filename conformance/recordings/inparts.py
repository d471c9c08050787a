"""A patient in the parts he is written in: a number divided anyhow, first name and surname in members of their own, and
a surname by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from conformance.synthesis.patients import patients

_BETWEEN = rb"(?:[\s.,/+_-]|\xc2[\xa0\xad]|\xe2\x80[\x80-\xaf]|\xe2\x81\xa0|%20|&nbsp;|&#160;|&#xa0;|\\u00a0){0,3}"
"""What people and programs put between the digits of a number."""
_NEAR = 600
"""Within so many bytes the parts of a name belong together; extensions may stand between them."""


def divided_in(text: bytes) -> set[str]:
    """The roles whose number stands in a text, its digits apart; one that is whole is seen elsewhere."""
    numbers = _numbers()
    return {numbers[digits] for one in _apart().findall(text) if (digits := _digits(one)) != one}


def _digits(written: bytes) -> bytes:
    """The digits of a number, without those of what stands between them as an escape."""
    return b"".join(re.findall(rb"\d", re.sub(rb"%20|&#(?:160|xa0);|\\u00a0", b"", written)))


@cache
def _numbers() -> Mapping[bytes, str]:
    return {one.bsn.encode(): role for role, one in patients().items() if one.known}


@cache
def _apart() -> re.Pattern[bytes]:
    # What may not stand before a number is looked at behind its first digit: where there is none, the search goes on.
    firsts = (rb"%b(?<![\w.]%b)" % (number[:1], number[:1]) for number in _numbers())
    rests = (_BETWEEN.join((b"", *(number[at : at + 1] for at in range(1, len(number))))) for number in _numbers())
    each = b"|".join(map(bytes.__add__, firsts, rests))
    return re.compile(rb"(?:" + each + rb")(?!\w|\.\d)")


def in_members(text: bytes, people: Iterable[tuple[str, str, str]]) -> set[str]:
    """The roles of whom first name and surname stand near each other, each in the FHIR member for it. `people`: role,
    first name, surname; the text in small letters, as these."""
    return {role for role, given, family in people if family.encode() in text and _together(text, given, family)}


def _together(text: bytes, given: str, family: str) -> bool:
    near = (
        text[max(0, found.start() - _NEAR) : found.end() + _NEAR] for found in _member("family", family).finditer(text)
    )
    return any(_member("given", given).search(one) for one in near)


@cache
def _member(name: str, value: str) -> re.Pattern[bytes]:
    """A member of a name with this value, in JSON or XML."""
    held = rf'\b{name}(?:"\s*:\s*\[?\s*"|\s+value\s*=\s*["\']){re.escape(value)}["\']'
    return re.compile(held.encode())


def joined(text: bytes, people: Iterable[tuple[str, str, str]]) -> set[str]:
    """The roles of whom first name and surname stand side by side as files and accounts are named: with an underscore,
    dash, dot or plus between them. `people` and the text as in `in_members`."""
    return {role for role, *name in people if any(one in text for one in _forms(*name)) and _joined(*name).search(text)}


@cache
def _forms(given: str, family: str) -> tuple[bytes, ...]:
    pairs = (given, family), (family, given)
    return tuple(sign.join(pair).encode() for sign in _JOINTS for pair in pairs)


@cache
def _joined(given: str, family: str) -> re.Pattern[bytes]:
    either = b"|".join(map(re.escape, _forms(given, family)))
    return re.compile(rb"(?<![^\W_])(?:" + either + rb")(?![^\W_])")


_JOINTS = "_.+-"


def by_surname(text: bytes, surnames: Mapping[str, str], asked: Callable[[bytes], bool]) -> set[str]:
    """The roles whose surname stands in a text with its capital, within a sentence or as all that is said: several are
    common words. `surnames`: roles by surname; `asked`: whether the question said so itself."""
    return {role for name, role in surnames.items() if _surname(name).search(text) and not asked(name.encode())}


@cache
def _surname(name: str) -> re.Pattern[bytes]:
    return re.compile(rf'(?:(?<=[a-z][ ,:=(])|(?<=[a-z][,:] )|(?<=["\'>])){re.escape(name)}(?![\w-])'.encode())
