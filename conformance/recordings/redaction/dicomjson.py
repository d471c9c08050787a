"""The DICOM JSON model (PS3.18 annex F.2): attributes by the list of what may be kept, values by their VR."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.codecs.dicomkept import KEPT, How, Kept
from conformance.recordings.identities import is_bsn_system
from conformance.recordings.redaction import masks, words
from conformance.recordings.redaction.naming import says_number
from conformance.recordings.redaction.reading import Reading
from conformance.recordings.redaction.written import OID, whole

TAG = re.compile(r"[0-9A-Fa-f]{8}")
_OTHER_IDS = "00101000"
"""Other Patient IDs (retired): mostly numbers that a patient has elsewhere, of which nothing says whose they are."""
OTHERS = "00101002"
"""Other Patient IDs Sequence: its items say who issued a number."""
_PATIENT_ID = "00100020"
_ISSUER = frozenset({"00100021", "00400031", "00400032", "00400035"})
"""Issuer of Patient ID; name and identifier of who assigned it, and the kind of number (PS3.3 table 10-18)."""
_QUALIFIERS = frozenset({"00100024", "00400036", "00400039", "0040003A"})
"""Qualifiers of an issuer, and in them the facility, jurisdiction or agency that assigned."""
_DEEP = 2
_BSN_ISSUER = re.compile(rf"NLMINBIZA|NNNLD|(?<![\d.]){OID}(?!\.?\d)", re.IGNORECASE)
_VRS = """
    AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV
"""
VRS = frozenset(_VRS.split())
_TERMINOLOGIES = frozenset({"DCM", "LN", "SCT", "SRT", "SNM3", "UCUM"})
_DATE = r"\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d(?:\.\d{1,6})?)?)?"
GRAMMARS: Mapping[str, re.Pattern[str]] = {
    "AS": re.compile(r"\d{3}[DWMY]", re.ASCII),
    "AT": re.compile(r"[0-9A-F]{8}"),
    "CS": re.compile(r"[A-Z0-9 _]{0,16}"),
    "DA": re.compile(_DATE, re.ASCII),
    "DT": re.compile(rf"{_DATE}(?:{_TIME})?(?:[+-]\d{{4}})?", re.ASCII),
    "TM": re.compile(_TIME, re.ASCII),
    "UI": re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))*", re.ASCII),
    "IS": re.compile(r"[+-]?\d{1,7}", re.ASCII),
    "DS": re.compile(r"[+-]?\d{1,7}(?:\.\d{1,8})?(?:[eE][+-]?\d{1,2})?", re.ASCII),
}
"""What a value of a VR looks like (PS3.5 table 6.2-1), for those that are no free text."""


def is_dataset(node: Mapping[str, Any]) -> bool:
    """Whether an object is a data set: every member is a tag whose value names a VR."""
    return bool(node) and all(TAG.fullmatch(tag) and isinstance(held, dict) for tag, held in node.items())


def issued_elsewhere(item: Mapping[str, Any]) -> bool:
    """Whether an item of other patient numbers names who issued its number, and that is not who issues the BSN."""
    told = [text for text in _issuers(item, _DEEP) if text.strip()]
    return bool(told) and not any(_issues_bsn(text) for text in told)


def _issuers(item: Mapping[str, Any], deep: int) -> Iterator[str]:
    for tag, held in item.items():
        values = held.get("Value") if isinstance(held, dict) else None
        for value in values if isinstance(values, list) else ():
            if isinstance(value, str) and tag in _ISSUER:
                yield value
            elif isinstance(value, dict) and tag in _QUALIFIERS and deep:
                yield from _issuers(value, deep - 1)


def _issues_bsn(text: str) -> bool:
    return is_bsn_system(text) or says_number(text) or _BSN_ISSUER.search(text) is not None


class DicomRules:
    """Decides on one value at a time."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._screen = reading.screen

    def text(self, tag: str, vr: str, value: str, beside: str, place: str) -> str:
        """What may stay of a text value; `beside` is the coding scheme next to it."""
        kept = KEPT.get(tag)
        if tag == _OTHER_IDS and self._screen.meant_as_number(value, direct=True):
            return self._screen.named(value, place)
        if kept is None:
            return self._masked(vr, self._screen.within(value, place))
        if kept.how is How.PATIENT:
            return self._screen.patient_id(value, place)
        if vr == "UR" or kept.keyword == "RetrieveURL":
            return self._reading.addresses.address(value, place)
        return self._listed(kept, vr, value, beside, place)

    def without_local(self, item: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        """An item of other patient numbers without a number that another than who issues the BSN gave out: hospitals'
        own. It is told as any number of which no reader says what it is, and never kept."""
        held = item.get(_PATIENT_ID, {}).get("Value", [])
        for number in held if isinstance(held, list) else ():
            self._screen.text(str(number), f"{place}, of another issuer")
            self._screen.pseudonyms.counts["patient numbers of other issuers"] += 1
        return {tag: attribute for tag, attribute in item.items() if tag != _PATIENT_ID}

    def _listed(self, kept: Kept, vr: str, value: str, beside: str, place: str) -> str:
        grammar = GRAMMARS.get(vr)
        if kept.how is How.KEPT and grammar is not None:
            if not grammar.fullmatch(value):
                return self._screen.masked(self._screen.text(value, place))
            return value if vr != "UI" or self._screen.within(value, place) == value else self._masked(vr, value)
        screened = self._screen.text(value, place)
        if kept.how is How.KEPT and words.coded(screened):
            return screened
        if words.own(self._screen.clear(screened)) and (vr != "DA" or value in words.own_words()):
            return screened
        if kept.keyword == "CodeValue" and beside in _TERMINOLOGIES and words.coded(screened):
            return screened
        return self._masked(vr, screened)

    def _masked(self, vr: str, value: str) -> str:
        self._screen.pseudonyms.counts["personal values"] += 1
        grammar = GRAMMARS.get(vr)
        if grammar is None:
            return self._screen.masked(value)
        if not grammar.fullmatch(value):
            return _no_repair(masks.shape(value), grammar)
        if vr == "UI":
            return f"2.25.{int(self._screen.pseudonyms.digest(value.encode(), 12), 16)}"
        return _MASKS.get(vr, masks.shape)(value)

    def number(self, tag: str, value: str, place: str) -> str:
        """What may stay of a number."""
        kept = KEPT.get(tag)
        if kept is None:
            return masks.number(self._screen.number(value, place, named=tag == _OTHER_IDS))
        if kept.how is How.PATIENT:
            self._screen.patient_id(whole(value) or value, place)
            return self._screen.number(value, place, named=True)
        return self._screen.number(value, place, named=False) if kept.how is How.KEPT else masks.number(value)


def _no_repair(masked: str, grammar: re.Pattern[str]) -> str:
    """A mask of what breaks the grammar breaks it too."""
    return f"{masked}?" if grammar.fullmatch(masked) else masked


def _moment(value: str) -> str:
    return "19000101" + masks.shape(value[8:])


_MASKS: Mapping[str, Callable[[str], str]] = {
    "DA": lambda _: "19000101",
    "DT": _moment,
    "AS": lambda value: f"000{value[-1]}",
    "AT": lambda _: "00000000",
    "IS": lambda value: re.sub(r"\d", "1", value),
    "DS": lambda value: re.sub(r"\d", "1", value),
}
"""By VR what a mask must be to stay a value of it."""
