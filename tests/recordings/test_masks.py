"""A mask neither repairs nor breaks: what a form's grammar says of a value, it says of its mask."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree

from conformance.agreements.bsn import passes_eleven_test
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from conformance.recordings.redaction.dicomjson import GRAMMARS
from conformance.recordings.redaction.masks import Pseudonyms
from tests.recordings.making import ANNA, BRAM, DICOM_JSON, JSON, XML, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}

FHIR_GRAMMARS = {
    "id": re.compile(r"[A-Za-z0-9.-]{1,64}"),
    "code": re.compile(r"[^\s]+([\s]?[^\s]+)*"),
    "uri": re.compile(r"\S*"),
    "decimal": re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"),
    "date": re.compile(r"(?!0000)\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"),
    "moment": re.compile(
        r"(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)"
    ),
}
NAMES = {
    "id": ("id", "name", "valueString"),
    "code": ("status", "gender", "code", "unknownElement"),
    "uri": ("system", "url", "reference", "valueUri"),
    "decimal": ("value", "valueString"),
    "date": ("birthDate", "deceasedDateTime", "date", "valueString"),
    "moment": ("deceasedDateTime", "issued", "unknownElement"),
}
DATES = st.dates(date(1, 1, 1)).map(date.isoformat)
VALUES = {
    "id": st.from_regex(FHIR_GRAMMARS["id"], fullmatch=True),
    "code": st.from_regex(re.compile(r"[A-Za-z0-9-]{1,20}"), fullmatch=True),
    "uri": st.from_regex(re.compile(r"(https?://|urn:)[a-zA-Z0-9./:-]{1,30}"), fullmatch=True),
    "decimal": st.from_regex(FHIR_GRAMMARS["decimal"], fullmatch=True),
    "date": DATES | DATES.map(lambda day: day[:7]) | DATES.map(lambda day: day[:4]),
    "moment": DATES.map(lambda day: f"{day}T10:11:12+01:00"),
}
BROKEN = st.sampled_from(["", "gisteren", "2026-13-45", "1.2.3.", "a b", "00012", "1,5", "Jansen¤", "2026-02-30T99"])
KINDS = st.sampled_from(sorted(FHIR_GRAMMARS))


def masked(document: Any, media: str) -> Any:
    try:
        response = Redactor(ROLES).redact(exchange(json.dumps(document).encode(), media)).response
    except StrangerAlarm:
        assume(False)
        raise
    assert response is not None
    return json.loads(response.body)


@given(KINDS, st.data())
def test_fhir_values_are_as_valid_as_before(kind: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind] | BROKEN)
    name = data.draw(st.sampled_from(NAMES[kind]))
    grammar = FHIR_GRAMMARS[kind]
    found = masked({"resourceType": "Basic", name: value}, JSON)[name]
    assert bool(grammar.fullmatch(found)) is bool(grammar.fullmatch(value)), (value, found)


@given(KINDS, st.data())
def test_fhir_xml_values_are_as_valid_as_before(kind: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    name = data.draw(st.sampled_from(NAMES[kind]))
    body = f'<Basic xmlns="http://hl7.org/fhir"><{name} value="{value}"/></Basic>'.encode()
    response = Redactor(ROLES).redact(exchange(body, XML)).response
    assert response is not None
    found = str(etree.fromstring(response.body)[0].get("value"))
    assert FHIR_GRAMMARS[kind].fullmatch(found), (value, found)


DICOM_VALUES = st.one_of(st.from_regex(grammar, fullmatch=True) for grammar in GRAMMARS.values()) | BROKEN


@given(st.sampled_from(sorted(GRAMMARS)), st.sampled_from(["00080020", "00101010", "00080060", "00189999"]), st.data())
def test_dicom_values_are_as_valid_as_before(vr: str, tag: str, data: st.DataObject) -> None:
    value = data.draw(st.from_regex(GRAMMARS[vr], fullmatch=True) | BROKEN)
    (found,) = masked([{tag: {"vr": vr, "Value": [value]}}], DICOM_JSON)[0][tag]["Value"]
    assert bool(GRAMMARS[vr].fullmatch(found)) is bool(GRAMMARS[vr].fullmatch(value)), (value, found)


@given(st.binary(max_size=40).map(lambda raw: b64encode(raw).decode()) | st.sampled_from(["abc", "###", "a=b="]))
def test_base64_stays_base64_and_nothing_else_becomes_it(value: str) -> None:
    found = masked({"resourceType": "Binary", "contentType": "text/plain", "data": value}, JSON)["data"]
    assert _is_base64(found) is _is_base64(value)


def _is_base64(text: str) -> bool:
    try:
        b64decode(text, validate=True)
    except ValueError:
        return False
    return True


DIVS = (
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>Jansen &amp; <b>Zn</b></p></div>',
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>Jansen</div>',
    '<div xmlns="http://www.w3.org/1999/xhtml"><script>Jansen</script></div>',
    "<div>Jansen &unknown; x</div>",
    "Jansen",
)


@pytest.mark.parametrize("div", DIVS)
def test_a_narrative_keeps_its_elements(div: str) -> None:
    found = masked({"resourceType": "Basic", "text": {"status": "generated", "div": div}}, JSON)["text"]["div"]
    assert "Jansen" not in found
    assert re.findall(r"<[^>]*>|&\w+;", found) == re.findall(r"<[^>]*>|&\w+;", div)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@given(JSONS, st.sampled_from([JSON, "application/json", DICOM_JSON]))
def test_json_keeps_its_form(document: Any, media: str) -> None:
    assume("\\ue0f" not in json.dumps(document))
    found = masked(document, media)
    assert _form(found) == _form(document)


def _form(value: Any) -> Any:
    if isinstance(value, dict):
        return [_form(inner) for inner in value.values()]
    if isinstance(value, list):
        return [_form(inner) for inner in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


@given(st.from_regex(re.compile(r"[0-9]{9}"), fullmatch=True))
def test_a_stand_in_has_nine_digits_and_is_nobodys(digits: str) -> None:
    found = Pseudonyms(bytes(32)).stand_in(digits)
    assert re.fullmatch(r"\d{9}", found)
    assert not passes_eleven_test(found)
    assert Pseudonyms(bytes(32)).stand_in(digits) == found != Pseudonyms(bytes([1] * 32)).stand_in(digits)


def test_half_a_pair_of_surrogates_is_kept_as_it_came() -> None:
    body = b'{"resourceType":"Patient","name":[{"family":"Jansen \\ud83d"}],"x\\udc80":1}'
    response = Redactor(ROLES).redact(exchange(body)).response
    assert response is not None
    assert b'"Xxxxxx \\ud83d"' in response.body
    assert b"Jansen" not in response.body
