"""JSON of any kind: FHIR resources, the DICOM JSON model, token answers, and what nobody knows.

A body in which nothing had to change is kept to the byte; another is written again, with its numbers as they were (FHIR
decimals carry precision).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Container
from typing import Any, NamedTuple

from conformance.codecs.dicombare import PIXEL_DATA
from conformance.codecs.dicomkept import KEPT
from conformance.recordings.identities import is_bsn_system
from conformance.recordings.redaction import beside, markup, masks, pieces, skeleton, words
from conformance.recordings.redaction.addresses import shown
from conformance.recordings.redaction.dicomjson import OTHERS, VRS, DicomRules, is_dataset, issued_elsewhere
from conformance.recordings.redaction.fhir import typed
from conformance.recordings.redaction.lists import FHIR_MOMENTS, MEMBERS
from conformance.recordings.redaction.naming import says_number, says_together, tells_of_birth
from conformance.recordings.redaction.numerals import Number, ours, written
from conformance.recordings.redaction.reading import Reading
from conformance.recordings.redaction.written import whole
from conformance.recordings.tally import Looked, withhold


class _DoubleName(ValueError):
    """A JSON object names a member twice, so that readers disagree on its value."""


class _Context(NamedTuple):
    """Where a value stands. One is made for each value."""

    place: str
    name: str = ""
    fhir: bool = False
    named: bool = False
    """Whether this very place, or one above it, says that it holds a patient's number."""
    system: str = ""
    link: bool = False
    birth: bool = False
    """Whether a moment here is that of a birth or death."""


def read(data: bytes, reading: Reading, *, fhir: bool) -> Looked:
    """The redacted body; one that is not JSON, or ambiguous, is withheld. `fhir`: its media type says it is FHIR."""
    text, whole = _decoded(data)
    if ours(text):
        return withhold("private-use characters that this suite needs itself")
    try:
        document = json.loads(
            text, object_pairs_hook=_members, parse_float=Number, parse_int=Number, parse_constant=_refuse
        )
        redacted = JsonForm(reading).value(document, _Context(reading.place, fhir=fhir))
    except _DoubleName:
        return withhold("a JSON object names a member twice", reading.tally)
    except json.JSONDecodeError as error:
        return withhold(f"not JSON (line {error.lineno}, column {error.colno})", reading.tally)
    except (ValueError, RecursionError):
        return withhold("not JSON that can be read", reading.tally)
    if redacted == document:
        return Looked(body=data, tally=reading.tally)
    return Looked(body=written(redacted, whole=whole), tally=reading.tally)


def look_through(text: str, reading: Reading) -> None:
    """Read every document of a text that is not kept, up to what is none, also members that are named twice."""
    at = 0
    while found := _BEGIN.match(text, at):
        try:
            document, at = _TOLERANT.raw_decode(text, found.end())
            JsonForm(reading).value(document, _Context(reading.place))
        except (ValueError, RecursionError):
            return


def _every_member(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """As `_members`, with a list of its values for a name that comes twice."""
    node: dict[str, list[Any]] = {}
    for name, held in pairs:
        node.setdefault(name, []).append(held)
    return {name: held[0] if len(held) == 1 else held for name, held in node.items()}


_BEGIN = re.compile(r"\s*(?=[{\[])")
_TOLERANT = json.JSONDecoder(object_pairs_hook=_every_member, parse_float=Number, parse_int=Number)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    node = dict(pairs)
    if len(node) != len(pairs):
        raise _DoubleName
    return node


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text, and whether all of it is UTF-8; bytes that are none come along as they are."""
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape"), False


def _keyword(tag: str) -> str:
    return KEPT[tag].keyword if tag in KEPT else tag


class _Apart:
    """Keeps two names apart that were masked alike."""

    def __init__(self) -> None:
        self._alike: Counter[str] = Counter()

    def name(self, shown: str, taken: Container[str]) -> str:
        """The name, with a number behind it where it is taken."""
        name = shown
        while name in taken:
            self._alike[shown] += 1
            name = f"{shown}-{self._alike[shown]}"
        return name


class JsonForm:
    """Walks one document from the top, so that every value knows the names above it."""

    def __init__(self, reading: Reading) -> None:
        self._reading, self._screen = reading, reading.screen
        self._dicom = DicomRules(reading)

    def value(self, value: Any, at: _Context) -> Any:
        """The value with nobody's data in it."""
        self._reading.spend()
        if isinstance(value, dict):
            return self.dataset(value, at.place) if is_dataset(value) else self._object(value, at)
        if isinstance(value, list):
            return self._list(value, at)
        if isinstance(value, Number):
            return Number(self._number(value, at))
        return self._text(value, at) if isinstance(value, str) else value

    def _list(self, held: list[Any], at: _Context) -> list[Any]:
        if at.named or beside.each_named(held):
            self._screen.in_pieces(beside.leaves(held), at.place)
        for name, cell in beside.rows(held):
            self._cell(name, cell, at.place)
        pair = beside.pair(held)
        return [self.value(inner, at._replace(named=True) if pair and turn else at) for turn, inner in enumerate(held)]

    def _cell(self, name: str, cell: str, place: str) -> None:
        """What stands in a column that is named for a number."""
        if self._screen.meant_as_number(cell, direct=True):
            self._screen.named(cell, f"{place}, column {shown(name)}")

    def _object(self, node: dict[str, Any], at: _Context) -> dict[str, Any]:
        system = node.get("system")
        # A code may stand under the system of what it is part of (a value set's concepts).
        above = at.system if words.of_vocabulary(at.system) else ""
        system = system if isinstance(system, str) else above
        issued = beside.issued(node)
        told = beside.members(node)
        for name, cell in beside.columns(node):
            self._cell(name, cell, at.place)
        fhir = at.fhir or isinstance(node.get("resourceType"), str)
        link, birth = "relation" in node and "url" in node, fhir and beside.birth(node)
        if at.named or issued:
            self._screen.in_pieces(beside.leaves(node), at.place)
        kept: dict[str, Any] = {}
        apart = _Apart()
        for name, held in node.items():
            called = self._name(name, at)
            place = skeleton.below(at.place, called)
            named = at.named or issued or name in told or says_number(name)
            named = named or (not fhir and not isinstance(held, dict | list) and says_together(at.name, name))
            born = at.birth or birth or tells_of_birth(name)
            kept[apart.name(called, kept)] = self.value(held, _Context(place, name, fhir, named, system, link, born))
        return kept

    def _name(self, name: str, at: _Context) -> str:
        """A member's name; below one that is named for numbers it may itself be a number."""
        if at.named and self._screen.meant_as_number(name, direct=False):
            return self._screen.named(name, at.place)
        return skeleton.name(name, self._reading, at.place)

    def _text(self, value: str, at: _Context) -> str:
        if at.named and self._is_number(value, at):
            if is_bsn_system(at.system) and at.name == "value":
                self._reading.tally.count(value)
                self._screen.pseudonyms.counts["patient identifiers"] += 1
            return self._screen.named(value, at.place)
        if (
            at.named
            and pieces.piece(value)
            and not (at.fhir and (at.name in FHIR_MOMENTS or typed(at.name, at.system)))
        ):
            return masks.shape(value)
        if at.link and at.name == "url":
            seen = self._screen.identities.seen(value.encode("utf-8", "surrogatepass"))
            self._reading.tally.bsn_in_links |= bool(seen)
        if at.fhir and at.name == "div":
            return markup.narrative(value, self._reading, at.place)
        if at.fhir and at.birth and at.name in FHIR_MOMENTS:
            return self._reading.fhir.birth(value, at.place)
        if at.fhir:
            return self._reading.fhir_value(at.name.removeprefix("_"), value, at.system, at.place)
        return skeleton.text(at.name, value, self._reading, at.place)

    def _is_number(self, value: str, at: _Context) -> bool:
        """Whether a text in a named place is meant as a number: beside a system everything is, else what has digits."""
        if is_bsn_system(at.system) and at.name == "value":
            return True
        if at.fhir and typed(at.name, at.system):
            return False
        return not is_bsn_system(value) and self._screen.meant_as_number(value, direct=says_number(at.name))

    def _number(self, value: str, at: _Context) -> str:
        if at.named and is_bsn_system(at.system) and at.name == "value":
            self._reading.tally.count(whole(value) or value)
        kept = self._screen.number(value, at.place, named=at.named)
        plain = (at.fhir or at.name in MEMBERS) and not (at.named and pieces.piece(value))
        return kept if plain or kept != value else masks.number(value)

    def dataset(self, node: dict[str, Any], place: str) -> dict[str, Any]:
        """A DICOM data set with nobody's data in it."""
        scheme = node.get("00080102", {}).get("Value")
        beside = scheme[0] if isinstance(scheme, list) and scheme and isinstance(scheme[0], str) else ""
        return {
            # A tag in small letters is none (PS3.18 annex F.2.2), but whoever sends it means the attribute.
            tag: self._attribute(tag.upper(), held, beside, skeleton.below(place, _keyword(tag.upper())))
            for tag, held in node.items()
        }

    def _attribute(self, tag: str, held: dict[str, Any], beside: str, place: str) -> dict[str, Any]:
        vr = held.get("vr")
        vr = vr if isinstance(vr, str) else ""
        kept: dict[str, Any] = {}
        apart = _Apart()
        for name, value in held.items():
            if name == "vr" and isinstance(value, str):
                kept[name] = value if value in VRS else masks.shape(value)
            elif name == "Value":
                kept[name] = self._content(tag, vr, value, beside, place)
            elif name == "InlineBinary" and isinstance(value, str):
                kept[name] = masks.base64(value)
            elif name == "BulkDataURI" and isinstance(value, str):
                kept[name] = self._reading.addresses.address(value, place)
            else:
                called = apart.name(skeleton.name(name, self._reading, place), kept)
                kept[called] = self.value(value, _Context(place, name))
        return kept

    def _content(self, tag: str, vr: str, value: Any, beside: str, place: str) -> Any:
        self._reading.spend()
        if isinstance(value, list):
            return [self._content(tag, vr, inner, beside, place) for inner in value]
        if isinstance(value, Number):
            return Number(self._dicom.number(tag, value, place))
        if isinstance(value, str):
            return self._dicom.text(tag, vr, value, beside, place)
        if isinstance(value, dict) and vr == "PN":
            return {
                skeleton.name(name, self._reading, place): self._content(tag, vr, inner, beside, place)
                for name, inner in value.items()
            }
        if tag == OTHERS and isinstance(value, dict) and is_dataset(value) and issued_elsewhere(value):
            value = self._dicom.without_local(value, place)
        kept = self.value(value, _Context(place))
        if vr == "SQ" and tag not in KEPT and isinstance(value, dict):
            # It is read for strangers; of its items stays how many there are, and that there are pixels in one.
            return {PIXEL_DATA: kept[PIXEL_DATA]} if isinstance(kept, dict) and PIXEL_DATA in kept else {}
        return kept
