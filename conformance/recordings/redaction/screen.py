"""The four steps by which a number is taken for a person's: named, bare, many, typed.

An alarm stops a run and keeps nothing, so it must not ring by chance: one in eleven of all numbers of nine digits
passes the eleven test. So only a number that its place names as a BSN rings it, or four different
ones in one kind of place.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from conformance.agreements.bsn import FICTITIOUS_PREFIX, passes_eleven_test
from conformance.recordings.identities import Identities, StrangerAlarm, set_apart
from conformance.recordings.redaction import hl7, words
from conformance.recordings.redaction.masks import Pseudonyms, kind, shape
from conformance.recordings.redaction.naming import NAMED
from conformance.recordings.redaction.pieces import FEWEST, joined
from conformance.recordings.redaction.spills import without_secrets
from conformance.recordings.redaction.standing import instead, issued, spoken_in
from conformance.recordings.redaction.written import DEEP, decoded, holds_number, meant, packed, plain, readings, whole

MANY = 4
"""So many different numbers in one kind of place, all passing and none failing, are no chance (1 in 14,641)."""

_BARE = re.compile(r"(?<![\w/-])(?<!\d\.)\d{9}(?![\w/-])(?!\.\d)")

Inside = Callable[[bytes, str, "Screen"], None]


@dataclass(slots=True)
class _Place:
    passing: set[str] = field(default_factory=set)
    failing: bool = False


@dataclass
class Screen:
    """The steps over one exchange: what was seen where, and who became `bsn-other-N`."""

    identities: Identities
    pseudonyms: Pseudonyms
    others: dict[str, str] = field(default_factory=dict)
    """Fictitious numbers outside the data set, in order of first appearance."""
    invalid: int = 0
    """Numbers in a place named for one that fail the eleven test."""
    odd: list[str] = field(default_factory=list)
    """Places named for a number that hold one of another form (too long, with asterisks)."""
    bare: dict[str, int] = field(default_factory=dict)
    """How many bare numbers were masked, by place."""
    inside: Inside | None = None
    """Reads what stood in base64 as a body of its own."""
    deep: int = 0
    """How many bodies stand around what is read here."""
    quiet: set[str] = field(default_factory=set)
    """Texts in which step one found nothing; whoever has the same read again and again keeps them, in memory only."""
    _places: dict[str, _Place] = field(default_factory=dict)

    @property
    def untouched(self) -> bool:
        """Whether nothing was met yet that what comes later is told by."""
        return not (self.invalid or self.others or self.odd or self.bare or self._places)

    def aside(self) -> Screen:
        """For what stands inside something else and is not kept."""
        return Screen(self.identities, Pseudonyms(self.pseudonyms.key), inside=self.inside, deep=self.deep + 1)

    def named(self, value: str, place: str) -> str:
        """What stands in for a value that its place names as a patient's number; StrangerAlarm for a person's."""
        if not value.strip():
            return value
        if role := self.identities.role(value):
            return self._instead(role, value)
        if number := meant(plain(value)):
            return self._meant(number, value, place)
        if inner := decoded(value):
            self.within(inner, place)
            number = meant(inner)
            return self._meant(number, value, place) if number else shape(value)
        self.within(value, place)
        self._odd(value, place)
        return "bsn-invalid"

    def _meant(self, number: str, value: str, place: str) -> str:
        role = self.identities.roles.get(number)
        return self._instead(role, value) if role else issued(self._judged(number, place), value)

    def _instead(self, role: str, value: str) -> str:
        number = next(one for one, whose in self.identities.roles.items() if whose == role)
        return instead(f"bsn-{role}", number, value)

    def meant_as_number(self, value: str, *, direct: bool) -> bool:
        """Whether a text in a place named for a number is meant as one.

        `direct`: the name stands at this very value, so that any other form of a number counts too.
        """
        if self.identities.role(value) or meant(plain(value)):
            return True
        if not direct:
            return False
        digits = sum(char.isdigit() for char in value)
        return digits >= _A_FEW or "*" * _A_FEW in value or bool(meant(decoded(value)))

    def patient_id(self, value: str, place: str) -> str:
        """For a DICOM Patient ID: any value that is not of the data set or fictitious raises the alarm."""
        if not value.strip():
            return value
        number = meant(plain(value))
        if role := self.identities.role(value) or self.identities.roles.get(number, ""):
            return self._instead(role, value)
        if number.startswith(FICTITIOUS_PREFIX) and passes_eleven_test(number):
            return self._other(number)
        raise StrangerAlarm(place)

    def sought(self, value: str, place: str) -> str:
        """For a DICOM Patient ID that is searched for: wild cards, and what stands between several, stay there to be
        seen, and a part of a number of the data set is nobody's number."""
        pieces = _SOUGHT.split(value)
        return "".join(piece if at % 2 else self._sought(piece, place) for at, piece in enumerate(pieces))

    def _sought(self, piece: str, place: str) -> str:
        part = piece.strip()
        inside = any(part in number and part != number for number in self.identities.roles)
        if part and inside and not passes_eleven_test(part.rjust(9, "0")):
            self._odd(part, place)
            return "bsn-invalid"
        return self.patient_id(piece, place)

    def text(self, text: str, place: str) -> str:
        """Steps one to three over a text no reader says more of: alarm for a named one, stand-ins for bare ones."""
        if len(text) < _SHORTEST and "%" not in text:
            return text
        text = self.within(text, place)
        return self._bare(text, place) if holds_number(text) else text

    def spoken(self, text: str, place: str, question: frozenset[str] = frozenset()) -> str:
        """The same over what a server says of an error, where secrets stand among the words."""
        return without_secrets(self.text(text, place), self.pseudonyms, question)

    def within(self, text: str, place: str) -> str:
        """Step one over a text: numbers with a word or an issuer beside them, also encoded ones."""
        if text in self.quiet:
            return text
        before = self.invalid, len(self.others)
        kept = self._within(text, place)
        if kept == text and before == (self.invalid, len(self.others)) and len(text) < _LONG:
            if len(self.quiet) >= _MOST_QUIET:
                self.quiet.clear()
            self.quiet.add(text)
        return kept

    def _within(self, text: str, place: str) -> str:
        self.alarm_in(text, place)
        if not holds_number(text):
            return text
        return self.identities.text(NAMED.sub(lambda found: self._told(found, place), text))

    def alarm_in(self, text: str, place: str, depth: int = 0) -> None:
        """Raise the alarm for a named number in what a text says once its encodings are taken off."""
        for inner in readings(text, depth) if depth < DEEP else ():
            if holds_number(inner):
                NAMED.sub(lambda found: self._told(found, place), inner)
            if self.inside is not None and inner.lstrip().startswith(_DOCUMENT):
                self.inside(inner.encode("utf-8", "surrogatepass"), place, self)
            else:
                self.alarm_in(inner, place, depth + 1)
        for number in hl7.numbers(text):
            if self.meant_as_number(number, direct=True):
                self.named(number, f"{place}, a patient's numbers in HL7 version 2")
        if self.inside is not None:
            for data in packed(text):
                self.inside(data, place, self)

    def in_pieces(self, texts: Iterable[str], place: str, fewest: int = FEWEST) -> None:
        """Raise the alarm for a number that a place named for one holds piece by piece."""
        if number := joined(texts, fewest):
            self._judged(number, place)

    def unpack(self, text: str, place: str) -> None:
        """Raise the alarm for a named number in a body of any form that a text is in base64."""
        if self.inside is None or not text.strip():
            return
        try:
            self.inside(b64decode("".join(text.split()), validate=True), place, self)
        except ValueError:
            return

    def hides_number(self, text: str) -> bool:
        """Whether an encoding hides a number that step two would mask."""
        return any(passes_eleven_test(found.group()) for inner in readings(text) for found in _BARE.finditer(inner))

    def _told(self, found: re.Match[str], place: str) -> str:
        name = found.lastgroup or ""
        at, end = found.start(name) - found.start(), found.end(name) - found.start()
        told = set_apart(self._judged(meant(found[name]), place), found, name)
        return found.group()[:at] + told + found.group()[end:]

    def _judged(self, number: str, place: str) -> str:
        if role := self.identities.roles.get(number):
            return f"bsn-{role}"
        if not passes_eleven_test(number):
            self.invalid += 1
            self.pseudonyms.counts["numbers that are no BSN"] += 1
            return "bsn-invalid"
        if number.startswith(FICTITIOUS_PREFIX):
            return self._other(number)
        raise StrangerAlarm(place)

    def _other(self, number: str) -> str:
        self.pseudonyms.counts["patients outside the data set"] += number not in self.others
        return self.others.setdefault(number, f"bsn-other-{len(self.others) + 1}")

    def _odd(self, value: str, place: str) -> None:
        if sum(char.isdigit() or char == "*" for char in value) >= 4:
            self.odd.append(place)

    def _bare(self, text: str, place: str) -> str:
        return _BARE.sub(lambda found: self._stood_in(found.group(), place), text)

    def _stood_in(self, number: str, place: str) -> str:
        seen = self._places.setdefault(place, _Place())
        if not passes_eleven_test(number):
            seen.failing = True
            return number
        seen.passing.add(number)
        self.bare[place] = self.bare.get(place, 0) + 1
        self.pseudonyms.counts["bare numbers"] += 1
        return self.pseudonyms.stand_in(number)

    def number(self, written: str, place: str, *, named: bool) -> str:
        """What stands in for a number that is written as one: another number, so that its kind stays.

        In a place named for a number any way of writing a whole number is that number (1.23456782e8); elsewhere only
        nine plain digits are.
        """
        if named and (digits := whole(written)):
            self._judged(digits, place)
            return self._number(digits)
        if named or not (written.isdigit() and len(written) == 9):
            return written
        return self._stood_in(written, place) if written not in self.identities.roles else self._number(written)

    def _number(self, digits: str) -> str:
        return self.pseudonyms.stand_in(digits)

    def masked(self, text: str) -> str:
        """A value of the same kind in which only what this screen put in itself stays readable, and who of the data set
        is named in full."""
        self.pseudonyms.counts["personal values"] += 1
        return self.shaped(text) if self._standing.search(text) else kind(text)

    def shaped(self, text: str) -> str:
        """A text of the same shape, in which the same stays readable."""
        return "".join(piece if at % 2 else shape(piece) for at, piece in enumerate(self._standing.split(text)))

    def standing(self, text: str) -> str:
        """Only what of a text, encoded or not, this screen put in itself, and who of the data set is named in full."""
        said = (self.identities.text(one) for one in spoken_in(text))
        return ", ".join(dict.fromkeys(found for one in said for found in self._standing.findall(one)))

    def clear(self, text: str) -> str:
        """The text without what this screen put in itself."""
        return self._standing.sub("", text) if "bsn-" in text or "token-" in text else text

    @cached_property
    def _standing(self) -> re.Pattern[str]:
        roles = "|".join(sorted({re.escape(role) for role in self.identities.roles.values()}))
        numbers = rf"(?<![\w-])bsn-(?:{roles or 'invalid'}|invalid|other-\d+)(?![\w-])"
        return re.compile(f"({numbers}|{words.called()})")

    def conclude(self) -> None:
        """Step three, once everything was read: many different ones in one kind of place are persons'."""
        for place, seen in self._places.items():
            if len(seen.passing) >= MANY and not seen.failing:
                raise StrangerAlarm(place, len(seen.passing))


_SOUGHT = re.compile(r"([*?\\\\,]+)")
"""Wild cards and separators of a search value (PS3.18 section 8.3.4.1)."""
_DOCUMENT = ("<", "{")
"""So begins what is read as XML or JSON."""

_SHORTEST = 8
"""A shorter text holds no number."""

_LONG, _MOST_QUIET = 2_000, 10_000
"""How long texts are that are remembered, and how many."""

_A_FEW = 4
"""So many digits or asterisks make a value look like a number, whatever else is in it."""
