"""In what a data set differs from the one that was loaded: of a study, a series or an instance, by its identifier.

Measured before redaction, since most of what a file holds is not kept. Only what was loaded is looked at: what an
archive adds is its own affair, and so is what it says itself to have changed (Original Attributes, PS3.3 section
C.12.1.1.9).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any
from unicodedata import normalize

from pydicom.datadict import keyword_for_tag

from conformance.codecs import dicom
from conformance.codecs.dicomjson import Dataset, tag_of, value
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import instances_of, studies

_PIXELS = 0x7FE0
_ORIGINAL, _MODIFIED = "04000561", "04000550"
_NUMBERS = frozenset({"DS", "IS", "US", "SS", "UL", "SL", "FD", "FL"})
_WHOLE = 6
"""Digits of a time of day down to the second."""
_OF_STUDY = """StudyDate StudyTime AccessionNumber ReferringPhysicianName StudyDescription PatientName PatientBirthDate
    PatientSex StudyInstanceUID StudyID"""
_OF_SERIES = f"{_OF_STUDY} Modality SeriesDescription SeriesInstanceUID SeriesNumber"
_FORM = frozenset({tag_of("SpecificCharacterSet"), tag_of("PatientID")})
"""How the rest is written, and whose it is: a vendor may have given the patient another number."""


def unlike_matches(body: bytes, *, whole: bool) -> list[list[str] | None] | None:
    """Of each data set in a DICOM JSON answer the keywords of what is not as it was loaded, None for one that was not;
    None for what is no such answer. `whole`: what is missing counts, too."""
    try:
        document = json.loads(body)
        return [unlike(one, whole=whole) for one in document]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


@lru_cache(maxsize=512)
def unlike_file(data: bytes) -> tuple[str, ...] | None:
    """The same of a DICOM file, which has to have everything."""
    try:
        held = dicom.whole_model(dicom.read(data).dataset, without=_PIXELS).texts
    except dicom.DicomError:
        return None
    found = unlike(held, whole=True)
    return None if found is None else tuple(found)


def unlike(came: Dataset, *, whole: bool) -> list[str] | None:
    """The same of one data set in the DICOM JSON Model."""
    loaded = _loaded().get(_identity(came))
    if loaded is None:
        return None
    told = set(_changed_by_its_own_word(came))
    tags = (tag for tag in loaded if tag not in told and (whole or tag in came))
    return sorted(keyword_for_tag(tag) for tag in tags if not _alike(loaded[tag], came.get(tag, {})))


def _identity(came: Dataset) -> str:
    names = ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
    return next((uid for name in names if (uid := value(came, name))), "")


def _changed_by_its_own_word(came: Dataset) -> Iterator[str]:
    for change in came.get(_ORIGINAL, {}).get("Value", ()):
        for before in change.get(_MODIFIED, {}).get("Value", ()):
            yield from before


def _alike(loaded: Mapping[str, Any], came: Mapping[str, Any]) -> bool:
    """Whether an attribute says the same; what is given by address says nothing."""
    if "BulkDataURI" in came:
        return True
    before, now = loaded.get("Value", []), came.get("Value", [])
    if loaded["vr"] == "SQ":
        return len(before) == len(now) and all(
            _alike(held, (item or {}).get(tag, {}))
            for one, item in zip(before, now, strict=True)
            for tag, held in one.items()
        )
    return _plain(loaded["vr"], before) == _plain(loaded["vr"], now)


def _plain(vr: str, values: Iterable[Any]) -> tuple[object, ...]:
    """Values as they mean the same: without padding, and numbers by what they are."""
    plain = [_one(vr, held) for held in values]
    while plain and plain[-1] == "":
        plain.pop()
    return tuple(plain)


def _one(vr: str, held: Any) -> object:
    if isinstance(held, dict):
        return _text(held.get("Alphabetic", "")).rstrip("^ ")
    if vr in _NUMBERS:
        return _number(_text(held))
    text = _text(held)
    if vr == "TM":
        seconds, _, fraction = text.replace(":", "").partition(".")
        return seconds.ljust(_WHOLE, "0"), fraction.rstrip("0")
    return text


def _number(text: str) -> object:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text  # what is no number equals nothing, and may refuse to be compared


def _text(held: Any) -> str:
    return "" if held is None else normalize("NFC", str(held)).strip(" \0")


@cache
def _loaded() -> Mapping[str, Dataset]:
    """Everything that was loaded, by identifier; what is said of a study or series its objects have in common."""
    found: dict[str, Dataset] = {}
    for one in instances_of(studies({role: each for role, each in patients().items() if each.known})):
        found[one.sop] = {tag: held for tag, held in one.model.items() if tag not in _FORM}
        for uid, keywords in ((one.series, _OF_SERIES), (one.study, _OF_STUDY)):
            tags = {tag_of(keyword) for keyword in keywords.split()}
            found[uid] = {tag: held for tag, held in found[one.sop].items() if tag in tags}
    return found
