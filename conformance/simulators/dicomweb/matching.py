"""Attribute matching of a search (PS3.18 section 8.3.4.1, PS3.4 section C.2.2.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from conformance.codecs.dicomjson import VRS, items, tag_of, values
from conformance.simulators.dicomweb.refusals import Refusal

_UID = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+")
_TIME = re.compile(r"[0-9]{2}([0-9]{2}([0-9]{2}(\.[0-9]{1,6})?)?)?")
_LONGEST_UID = 64


def is_uid(text: str) -> bool:
    """Whether a text is a UID (PS3.5 section 9.1): digits and dots, no leading zeroes, at most 64 characters."""
    return len(text) <= _LONGEST_UID and _UID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Key:
    """One matching key: the tags of its path (sequences first) and the test its values must pass."""

    path: tuple[str, ...]
    test: Callable[[str], bool] | None
    """None matches everything (universal matching)."""

    def matches(self, dataset: Mapping[str, Any]) -> bool:
        """Whether any value of the attribute passes."""
        if self.test is None:
            return True
        *sequences, last = self.path
        datasets = [dataset]
        for tag in sequences:
            datasets = [item for held in datasets for item in items(held, tag)]
        return any(self.test(found) for held in datasets for found in values(held, last))


def path_of(name: str) -> tuple[str, ...]:
    """The tags of an attribute id: a keyword, a tag, or a path of them with dots; a 400 for anything else."""
    tags = tuple(tag_of(part) for part in name.split("."))
    if not all(tags):
        raise Refusal(400, f"'{name}' is no attribute this gateway knows; use a keyword or eight hexadecimal digits.")
    return tags


def key_of(name: str, wanted: str) -> Key:
    """The matching key of one query parameter; a 400 when the value can't be one of that attribute."""
    path = path_of(name)
    return Key(path, _test(name, VRS.get(path[-1], "LO"), wanted) if wanted else None)


def _test(name: str, vr: str, wanted: str) -> Callable[[str], bool]:
    if vr == "UI":
        return _uids(name, wanted)
    if vr in _WHEN:
        return _range(name, _WHEN[vr], wanted)
    if vr == "IS":
        return _number(name, wanted)
    if vr == "PN":
        pattern = wanted.casefold()
        return lambda held: fnmatchcase(held.casefold(), _literal(pattern))
    return lambda held: fnmatchcase(held, _literal(wanted))


def _literal(pattern: str) -> str:
    # Of fnmatch's three wild cards DICOM has two: a bracket is just a bracket.
    return pattern.replace("[", "[[]")


def _uids(name: str, wanted: str) -> Callable[[str], bool]:
    asked = frozenset(re.split(r"[,\\]", wanted))
    for uid in asked:
        if not is_uid(uid):
            raise Refusal(400, f"{name} is not a UID; digits and dots are expected.")
    return lambda held: held in asked


def _is_date(text: str) -> bool:
    """Whether a text is a day of the calendar (PS3.5 section 6.2)."""
    with suppress(ValueError):
        return re.fullmatch(r"[0-9]{8}", text) is not None and date.fromisoformat(text) is not None
    return False


def _is_time(text: str) -> bool:
    return _TIME.fullmatch(text) is not None


_WHEN: Mapping[str, Callable[[str], bool]] = {"DA": _is_date, "TM": _is_time}


def _range(name: str, fits: Callable[[str], bool], wanted: str) -> Callable[[str], bool]:
    first, dash, last = wanted.partition("-")
    if not all(fits(bound) for bound in (first, last) if bound) or not (first or last):
        raise Refusal(400, f"{name} is no date or time, nor a range of them.")
    if not dash:
        return lambda held: held.startswith(first)
    return lambda held: (not first or held >= first) and (not last or held[: len(last)] <= last)


def _number(name: str, wanted: str) -> Callable[[str], bool]:
    if not re.fullmatch(r"-?[0-9]{1,12}", wanted):
        raise Refusal(400, f"{name} is not a whole number.")
    return lambda held: held.strip() == wanted
