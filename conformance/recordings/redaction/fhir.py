"""FHIR's elements, by name: what their value must look like to stay. The same rules for JSON and XML."""

from __future__ import annotations

import re

from conformance.recordings.redaction import masks, words
from conformance.recordings.redaction.addresses import Addresses
from conformance.recordings.redaction.lists import FHIR_ADDRESSES, FHIR_CODES, FHIR_IDS, FHIR_MOMENTS, NUMBERS, TELLING
from conformance.recordings.redaction.question import Question
from conformance.recordings.redaction.screen import Screen

_MOMENT = re.compile(
    r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?|\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
)
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_ADDRESS = re.compile(r"[^\s]*[:/#|][^\s]*")
_CODE = re.compile(r"[^\s]{1,64}")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,6})(?:\.\d{1,9})?|true|false")
_BIRTHS = ("birth", "deceased", "born")


def typed(name: str, system: str) -> bool:
    """Whether a value is something else than a patient's number, whatever words stand near: its system says what."""
    return (name == "value" and system in NUMBERS) or (name == "code" and words.of_vocabulary(system))


class FhirRules:
    """Decides on one primitive value at a time; `telling` says that the whole body tells of an error."""

    def __init__(self, screen: Screen, addresses: Addresses, question: Question, *, telling: bool) -> None:
        self._screen, self._addresses = screen, addresses
        self._question, self._telling = question, telling

    def value(self, name: str, value: str, system: str, place: str) -> str:
        """What may stay of the value of an element; `system` stands beside it, or is empty."""
        if name == "data":
            self._screen.alarm_in(value, place)
            self._screen.unpack(value, place)
            return masks.base64(value)
        if name.lower().startswith(_BIRTHS):
            return self.birth(value, place)
        if system in NUMBERS and name == "value" and value.isdigit() and len(value) in NUMBERS[system][0]:
            return value
        if name == "code" and words.of_vocabulary(system) and _CODE.fullmatch(value):
            return self._screen.within(value, place)
        return self._listed(name, value, place)

    def _listed(self, name: str, value: str, place: str) -> str:
        if name == "resourceType":
            return value if value in words.fhir_types() else self._screen.masked(self._screen.text(value, place))
        if name in FHIR_MOMENTS and _MOMENT.fullmatch(value):
            return value
        if name in FHIR_IDS and _ID.fullmatch(value):
            return self._screen.text(value, place)
        if name in FHIR_ADDRESSES and _ADDRESS.fullmatch(value):
            return self._addresses.address(value, place)
        if (name in FHIR_CODES or name in FHIR_ADDRESSES) and words.coded(value):
            return self._screen.text(value, place)
        if self._telling or name in TELLING:
            heard = self._question.words()
            return words.told(self._screen.spoken(value, place, heard), heard)
        return self.text(value, place)

    def text(self, value: str, place: str) -> str:
        """Free text: the data set's own stays, and plain small numbers; everything else keeps only its shape."""
        kept = self._screen.text(value, place)
        if words.own(self._screen.clear(kept)) or _NUMBER.fullmatch(kept) or self._loaded(kept):
            return kept
        return self._screen.masked(kept)

    def birth(self, value: str, place: str) -> str:
        """The day of a birth or death: the data set's own stays, any other is masked as one."""
        kept = self._screen.text(value, place)
        if (words.own(kept) and value in words.own_texts()) or words.own_death(value) or self._loaded(kept):
            return kept
        self._screen.pseudonyms.counts["personal values"] += 1
        return masks.day(kept)

    def _loaded(self, kept: str) -> bool:
        """Whether the vendor's own answer sheet says so too."""
        texts = self._screen.identities.texts
        return bool(texts) and words.bare(kept) in texts
