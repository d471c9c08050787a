"""Of whom of the data set's patients a message tells otherwise than by plain number: by name, by what he alone has, or
by a study of his."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from conformance.model.agreements import Json
from conformance.recordings.identities import is_bsn_system
from conformance.recordings.inparts import by_surname, divided_in, in_members, joined
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.dicom.uids import series_uid, sop_uid
from conformance.synthesis.patients import SyntheticPatient, patients
from conformance.synthesis.studies import description


def told_of(answer: bytes, question: bytes, *, refused: bool = False) -> tuple[str, ...]:
    """The roles of whom something stands in an answer (header fields and body) that is nobody else's: a name, the name
    of a contact, a divided number, a telephone number, an address, a number of a policy or device, an accession number,
    study, series or object; in capitals too, without what the question itself named. A surname counts beside the date
    of birth, and by itself where a refusal names somebody by it."""
    said, asked = answer.lower(), question.lower()
    words = _words(said)
    found = {role for sign, role in _possible(words) if _tells(sign, said, asked)}
    people = [one for one in _people() if _words_of(one[1]) | _words_of(one[2]) <= words]
    found |= {*_by_birth(said, asked, words), *in_members(said, people)}
    if apart := divided_in(said):
        found |= apart - divided_in(asked)
    if together := joined(said, people):
        found |= together - joined(asked, _people())
    if refused:
        named = {name: role for name, role in _surnames().items() if _words_of(name) <= words}
        found |= by_surname(answer, named, lambda name: name.lower() in asked)
    return tuple(sorted(found))


def _words(text: bytes) -> frozenset[bytes]:
    """Its runs of letters and digits, in small letters. Whatever stands in a text by itself has none that the text has
    not, so that one pass over it spares nearly every search."""
    return frozenset(text.translate(_RUNS).split())


_RUNS = bytes(ord(chr(sign).lower()) if sign < 128 and chr(sign).isalnum() else ord(" ") for sign in range(256))


@cache
def _words_of(name: str) -> frozenset[bytes]:
    return _words(name.encode())


def _possible(words: frozenset[bytes]) -> Iterator[tuple[bytes, str]]:
    """The signs that a text of these words may hold."""
    by_word = _signs_by_word()
    for word in (*(by_word.keys() & words), b""):
        yield from by_word.get(word, ())


@cache
def _signs_by_word() -> Mapping[bytes, list[tuple[bytes, str]]]:
    """Signs by the longest of their words."""
    found: dict[bytes, list[tuple[bytes, str]]] = {}
    for sign, role in _signs().items():
        found.setdefault(max(_words(sign), key=len, default=b""), []).append((sign, role))
    return found


def _by_birth(said: bytes, asked: bytes, words: frozenset[bytes]) -> Iterator[str]:
    for role, family, *signs in _births():
        if _words_of(family) <= words and all(_tells(sign, said, asked) for sign in signs):
            yield role


def _tells(sign: bytes, said: bytes, asked: bytes) -> bool:
    return sign in said and sign not in asked and _alone(sign).search(said) is not None


@cache
def _alone(sign: bytes) -> re.Pattern[bytes]:
    """Where it stands by itself: a number may be the beginning of a longer one, a name that of another."""
    # What may not stand before it is looked at behind it, so that the search goes by the sign itself.
    return re.compile(rb"%b(?<![\w.]%b)(?!\w|\.\d)" % ((re.escape(sign),) * 2))


@cache
def _signs() -> Mapping[bytes, str]:
    """What tells of whom, as DICOM, FHIR and people write it; what several have tells of none of them."""
    found: dict[str, str] = {}
    for role, one in patients().items():
        if one.known:
            names = (f"{one.family}^{one.given}", *_called(one.given, one.family), *_had(role))
            found |= {sign: "" if found.get(sign, role) != role else role for sign in names}
    shared = set(_values(bgz_data().care))
    for key, study in description().items():
        found |= dict.fromkeys((study["uid"], study["accession"], *_within(key, study)), study["patient"])
    return {_small(sign).encode(): role for sign, role in found.items() if role and sign not in shared}


def _small(text: str) -> str:
    """In small letters, of A to Z alone: so an answer's bytes are made small, whose other letters stay as they are."""
    return text.encode().lower().decode()


def _called(given: str, family: str) -> tuple[str, ...]:
    return f"{given} {family}", f"{family}, {given}"


def _had(role: str) -> Iterator[str]:
    """What a patient alone has by which he is known: not what is measured of him, which others may have by chance."""
    record = bgz_data().records[role]
    yield from (value for value in _values(record) if len(value) >= _LONG and any(sign.isdigit() for sign in value))
    for given, family in _contacts(role):
        yield from _called(given, family)


def _contacts(role: str) -> Iterator[tuple[str, str]]:
    """First name and surname of whom a patient named to be called."""
    humans = (contact["name"] for one in bgz_data().records[role] for contact in one.get("contact", ()))
    yield from ((human["given"][0], human["family"]) for human in humans)


_LONG = 6
"""What is shorter may stand anywhere."""


def _values(found: Iterable[Any]) -> Iterator[str]:
    """Telephone numbers, addresses, and numbers that identify, in resources; a citizen's own is seen elsewhere."""
    for one in found:
        if isinstance(one, dict):
            if isinstance(one.get("value"), str) and not is_bsn_system(str(one.get("system", ""))):
                yield one["value"]
            yield from (*one.get("line", ()), *(one[key] for key in ("subscriberId",) if key in one))
            yield from _values(one.values())
        elif isinstance(one, list):
            yield from _values(one)


@cache
def _people() -> tuple[tuple[str, str, str], ...]:
    """Patients and whom they named to be called, in small letters; who is two people's tells of neither."""
    found: dict[tuple[str, str], str] = {}
    for role, one in patients().items():
        if one.known:
            for given, family in ((one.given, one.family), *_contacts(role)):
                called = _small(given), _small(family)
                found[called] = "" if found.get(called, role) != role else role
    return tuple((role, *called) for called, role in found.items() if role)


@cache
def _surnames() -> Mapping[str, str]:
    """Surnames that are one patient's alone."""
    known = {role: one.family for role, one in patients().items() if one.known}
    return {name: role for role, name in known.items() if list(known.values()).count(name) == 1}


@cache
def _births() -> tuple[tuple[str, str, bytes, bytes], ...]:
    """Surnames, each with itself as it is sought and a date of birth, as a record, DICOM and a letter write it; what
    twins share tells of neither."""
    known = [(role, one, _small(one.family)) for role, one in patients().items() if one.known]
    shared = Counter((name, one.birth_date) for _, one, name in known)
    alone = [(role, one, name) for role, one, name in known if shared[name, one.birth_date] == 1]
    return tuple((role, name, name.encode(), date.encode()) for role, one, name in alone for date in _dates(one))


def _dates(one: SyntheticPatient) -> tuple[str, ...]:
    year, month, day = one.birth_date.split("-")
    return one.birth_date, f"{year}{month}{day}", f"{day}-{month}-{year}"


def _within(key: str, study: Json) -> Iterator[str]:
    """The identifiers of the series and objects of a study."""
    for series in study["series"]:
        yield series_uid(key, series["number"])
        objects = 1 if "about" in series else series["instances"]
        yield from (sop_uid(key, series["number"], number) for number in range(1, objects + 1))
