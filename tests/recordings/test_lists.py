"""Every entry of every list of redaction has a reason, does something, and is missed when it is dropped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from pydicom.datadict import dictionary_VR

from conformance.codecs.dicomkept import KEPT, How
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor, lists, naming, spoken, words
from conformance.recordings.redaction.naming import says_number, tells_of_number
from tests.recordings.making import ANNA, BRAM, DICOM_JSON, JSON, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}
KEY = bytes(32)

NAMED = {
    r"(?<![^\W\d_])bsn|bsn(?![^\W\d_])|(?-i:(?<=[a-z])B(?:SN|sn)(?=[A-Z]))": "clientBsn",
    r"b\.\s?s\.\s?n\b": "B.S.N.",
    r"burger[\s_.-]?service": "Burger_Service_Nummer",
    r"citizen[\s_.-]?service": "citizenServiceNumber",
    r"s0{8}(?=:\d)": "s00000000:1",
    r"(?<![^\W_])pid[-.]3(?=\|)": "PID-3|1",
    r"sofi[\s_.-]*(?:num|nr|no\b)": "sofinummer",
    r"(?<![^\W\d_])sofi\s*[:=#](?=\s*\d)": "sofi: 1",
    r"pati[eë]nt[\s_.-]?id": "patient-id",
    r"pati[eë]nt[\s_.-]?(?:nummer|number|nr)": "Patiëntnummer",
    r"00100020": "00100020",
    r"nlminbiza": "NLMINBIZA",
    r"nnnld": "NNNLD",
}
"""For each word that names a number, a name that only it recognises."""


def test_each_word_that_names_a_number_is_needed() -> None:
    assert NAMED.keys() == naming.NAMES_OF_NUMBERS.keys()
    for word, name in NAMED.items():
        assert says_number(name)
        assert [other for other in NAMED if re.search(other, name, re.IGNORECASE)] == [word]


ISSUED = {
    r"assign": "assigner",
    r"authority": "authority",
    r"issuer": "issuerOfNumber",
    r"namespace": "namespaceId",
    r"domain": "patientDomain",
    r"\Acx\.4\Z": "CX.4",
}
"""For each word that says who issued a number, a member that only it recognises."""


def test_each_word_that_says_who_issued_a_number_is_needed() -> None:
    assert ISSUED.keys() == naming.ISSUERS.keys()
    for word, name in ISSUED.items():
        assert naming.issues(name)
        assert [other for other in ISSUED if re.search(other, name, re.IGNORECASE)] == [word]


@pytest.mark.parametrize("name", ["sofi", "SOFI", "patient_sofi"])
def test_a_word_that_is_a_persons_too_names_a_number_only_as_a_name(name: str) -> None:
    assert says_number(name)
    assert not tells_of_number(name)
    assert len(naming.ONLY_NAMES) == 2


def left(body: bytes, media: str, headers: Iterable[tuple[str, str]] = ()) -> str:
    """What is left of an answer, with its pseudonyms under a fixed key; or where an alarm rang."""
    try:
        return repr(Redactor(ROLES, KEY).redact(exchange(body, media, headers=tuple(headers))).response)
    except StrangerAlarm as alarm:
        return alarm.where


def of_json(document: Any, media: str) -> str:
    return left(json.dumps(document).encode(), media)


def in_fhir(name: str, value: str) -> str:
    return of_json({"resourceType": "Basic", name: value}, JSON)


def in_header(name: str) -> str:
    kind = lists.HEADERS[name][0] if name in lists.HEADERS else SAMPLE_KIND.get(name, "words")
    return left(b"", JSON, [(name, SAMPLES[kind])])


SAMPLES = {
    "words": "plain",
    "number": "12",
    "moment": "Sun, 22 Nov 2026 08:00:00 GMT",
    "tag": 'W/"1"',
    "address": "https://x/fhir",
    "links": "<https://x/fhir>; rel=next",
    "parameters": 'basic realm="x"',
}
SAMPLE_KIND = {name: kind for name, (kind, _) in lists.HEADERS.items()}

LISTS: Mapping[str, tuple[Mapping[str, Any], Any]] = {
    "numbers": (
        lists.NUMBERS,
        lambda system: of_json(
            {"resourceType": "Basic", "identifier": [{"system": system, "value": "0" + "1" * (LENGTHS[system] - 1)}]},
            JSON,
        ),
    ),
    "code systems": (
        lists.CODE_SYSTEMS,
        lambda system: of_json({"resourceType": "Basic", "code": {"system": f"{system}/x", "code": "Xyz1234"}}, JSON),
    ),
    "codes": (lists.FHIR_CODES, lambda name: in_fhir(name, "some-word")),
    "addresses": (lists.FHIR_ADDRESSES, lambda name: in_fhir(name, "http://example.org/Some")),
    "ids": (lists.FHIR_IDS, lambda name: in_fhir(name, "Some.Id-1")),
    "moments": (lists.FHIR_MOMENTS, lambda name: in_fhir(name, "2024-07-09")),
    "telling": (lists.TELLING, lambda name: in_fhir(name, "not found")),
    "members": (lists.MEMBERS, lambda name: of_json({name: "plain"}, "application/json")),
    "secrets": (lists.SECRETS, lambda name: of_json({name: "s3cret"}, "application/json")),
    "secret headers": (lists.SECRET_HEADERS, lambda name: left(b"", JSON, [(name, "s3cret")])),
    "headers": (lists.HEADERS, in_header),
    "naming": (naming.NAMING, lambda name: of_json({name: "bsn", "x": "123456782"}, "application/json")),
    "schemes": (lists.SCHEMES, lambda name: in_fhir("url", f"{name}:plain")),
    "parameters": (lists.PARAMETERS, lambda name: left(b"", JSON, [("location", f"https://x/p?{name}=plain")])),
}
LENGTHS = {system: lengths[0] for system, (lengths, _) in lists.NUMBERS.items()}
ENTRIES = [(name, entry) for name, (entries, _) in LISTS.items() for entry in entries]


@pytest.mark.parametrize(("name", "entry"), ENTRIES)
def test_an_entry_that_is_dropped_is_missed(name: str, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries, look = LISTS[name]
    assert entries[entry]
    before = look(entry)
    monkeypatch.delitem(entries, entry)
    assert look(entry) != before


TEXTS = {"PN": "Voorbeeld^Anna", "DA": "19580314", "TM": "101500", "UI": "1.2.3", "CS": "AB", "AT": "00181063"}
BY_NAME = {
    "PatientID": "LOCAL-77",
    "RetrieveURL": "https://x/Some",
    "ReferringPhysicianName": "Verwijzer^Synthetisch",
    "CodeMeaning": "CT thorax",
    "CodeValue": "CT thorax",
    "StudyDescription": "CT thorax",
    "SeriesDescription": "CT thorax",
    "TextValue": "CT thorax",
}


def dataset(tag: str) -> dict[str, Any]:
    vr = dictionary_VR(tag)
    if vr == "SQ":
        return {tag: {"vr": vr, "Value": [{"00080060": {"vr": "CS", "Value": ["CT"]}}]}}
    if vr in ("US", "IS"):
        return {tag: {"vr": vr, "Value": [7]}}
    return {tag: {"vr": vr, "Value": [BY_NAME.get(KEPT[tag].keyword, TEXTS.get(vr, "ab-1"))]}}


@pytest.mark.parametrize("tag", KEPT)
def test_a_dicom_attribute_that_is_dropped_is_missed(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document = [dataset(tag)]
    before = of_json(document, DICOM_JSON)
    assert (before == "the answer, PatientID") is (KEPT[tag].how is How.PATIENT)
    monkeypatch.delitem(KEPT, tag)
    assert of_json(document, DICOM_JSON) != before


def test_each_word_of_an_error_is_missed_when_it_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "own_words", lambda: frozenset[str]())
    for word in list(spoken.SPOKEN):
        assert words.told(word) == word
        with monkeypatch.context() as dropped:
            dropped.delitem(spoken.SPOKEN, word)
            assert words.told(word) != word, word


def test_each_name_of_a_member_is_missed_when_it_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in spoken.MEMBER_NAMES:
        assert words.names(name)
        monkeypatch.setattr(words, "MEMBER_NAMES", spoken.MEMBER_NAMES - {name})
        assert not words.names(name), name


@pytest.mark.parametrize("word", lists.NEGOTIATED)
def test_each_word_of_negotiation_stays_however_it_is_written(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spelled = f"{word.title()}, {word.upper()}"
    kept = left(b"", JSON, [("vary", spelled)])
    assert spelled in kept
    monkeypatch.setattr("conformance.recordings.redaction.headers.NEGOTIATED", lists.NEGOTIATED.keys() - {word})
    assert left(b"", JSON, [("vary", spelled)]) != kept


LENGTHS = {
    "http://fhir.nl/fhir/NamingSystem/uzi-nr-pers": 9,
    "http://fhir.nl/fhir/NamingSystem/uzi-nr-sys": 9,
    "http://fhir.nl/fhir/NamingSystem/ura": 8,
    "http://fhir.nl/fhir/NamingSystem/agb-z": 8,
    "http://fhir.nl/fhir/NamingSystem/agb": 8,
    "http://fhir.nl/fhir/NamingSystem/uzovi": 4,
    "http://fhir.nl/fhir/NamingSystem/kvk": 8,
    "urn:oid:2.16.528.1.1007.3.1": 9,
    "urn:oid:2.16.528.1.1007.3.2": 9,
    "urn:oid:2.16.528.1.1007.3.3": 8,
    "urn:oid:2.16.840.1.113883.2.4.6.1": 8,
    "urn:oid:2.16.840.1.113883.2.4.6.4": 4,
}


@pytest.mark.parametrize("system", LENGTHS)
def test_of_numbers_that_might_be_a_citizens_a_providers_stays_in_its_own_length_only(system: str) -> None:
    def kept(length: int) -> bool:
        value = "47" * 6
        held = {"resourceType": "Organization", "identifier": [{"system": system, "value": value[:length]}]}
        redacted = Redactor(ROLES, KEY).redact(exchange(json.dumps(held).encode()))
        assert redacted.response is not None
        return bool(json.loads(redacted.response.body)["identifier"][0]["value"] == value[:length])

    assert LENGTHS.keys() == lists.NUMBERS.keys()
    assert [length for length in range(8, 12) if kept(length)] == [one for one in (LENGTHS[system],) if one >= 8]
