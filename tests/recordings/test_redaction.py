"""Nobody's data reaches a disk: identifiers, names and secrets are replaced, and a stranger stops everything."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.exchange import Direction, Request, Response
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, BRAM, DICOM_JSON, JSON, STRANGER, SYSTEM, XML, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}


def response_of(body: bytes, content_type: str = JSON, **changes: Any) -> tuple[Response, dict[str, Any]]:
    redacted = Redactor(ROLES).redact(exchange(body, content_type, **changes))
    assert redacted.response is not None
    return redacted.response, dict(redacted.facts)


def patient(bsn: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Jansen</div>'},
        "identifier": [{"system": SYSTEM, "value": bsn}],
        "name": [{"use": "official", "family": "Jansen", "given": ["Dora"]}],
        "telecom": [{"system": "phone", "value": "0612345678"}],
        "address": [{"city": "Utrecht", "line": ["Dorpsstraat 1"]}],
        "birthDate": "1961-03-14",
        **more,
    }


def bundle(*resources: dict[str, Any], **more: Any) -> bytes:
    document = {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in resources], **more}
    return json.dumps(document).encode()


def test_fhir_json_keeps_its_shape_and_loses_the_person() -> None:
    response, facts = response_of(bundle(patient(ANNA), {"resourceType": "Observation", "valueDecimal": 1}))
    for word in (ANNA, "Jansen", "Dora", "0612345678", "Utrecht", "Dorpsstraat", "1961"):
        assert word.encode() not in response.body
    person = json.loads(response.body)["entry"][0]["resource"]
    assert person["identifier"] == [{"system": SYSTEM, "value": "bsn-anna"}]
    assert person["name"] == [{"use": "official", "family": "Xxxxxx", "given": ["Xxxx"]}]
    assert person["telecom"] == [{"system": "phone", "value": "0000000000"}]
    assert person["birthDate"] == "1900-01-01"
    assert (facts["bsn_seen"], facts["bsn_valid"], facts["patients"]) == (1, 1, ["anna"])


def test_facts_are_of_the_raw_body() -> None:
    body = bundle(patient(ANNA))
    response, facts = response_of(body)
    assert facts["body_size"] == response.size == len(body) != len(response.body)
    assert facts["body_utf8"] is True


def test_decimals_keep_their_precision_and_untouched_bodies_their_bytes() -> None:
    body = b'{"resourceType":"Observation","value":1.00,"other":1.5e10,\n "n": 12}'
    assert response_of(body)[0].body == body
    changed = response_of(b'{"identifier":{"system":"%s","value":"%s"},"d":1.00}' % (SYSTEM.encode(), ANNA.encode()))[0]
    assert b'"d":1.00' in changed.body


def test_fhir_xml_keeps_its_shape_and_loses_the_person() -> None:
    body = f"""<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"><link><relation value="self"/>
      <url value="https://x/Patient?identifier={SYSTEM}|{ANNA}"/></link><entry><resource><Patient>
      <text><div xmlns="http://www.w3.org/1999/xhtml">Jansen <b>A</b></div></text>
      <identifier><system value="{SYSTEM}"/><value value="{ANNA}"/></identifier>
      <name><use value="official"/><family value="Jansen"/></name><birthDate value="1961-03-14"/>
      </Patient></resource></entry></Bundle>""".encode()
    response, facts = response_of(body, XML)
    for word in (ANNA, "Jansen", "1961"):
        assert word.encode() not in response.body
    assert b'value="bsn-anna"' in response.body
    assert b'value="official"' in response.body
    assert (facts["bsn_seen"], facts["bsn_in_links"], facts["patients"]) == (1, True, ["anna"])


def dataset(patient_id: str) -> dict[str, Any]:
    return {
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Jansen^Dora"}]},
        "00100020": {"vr": "LO", "Value": [patient_id]},
        "00100030": {"vr": "DA", "Value": ["19610314"]},
        "0020000D": {"vr": "UI", "Value": [f"1.2.3.{ANNA}.4"]},
        "00080020": {"vr": "DA", "Value": ["20260101"]},
    }


def test_dicom_json_keeps_its_shape_and_loses_the_person() -> None:
    response, _ = response_of(json.dumps([dataset(ANNA)]).encode(), DICOM_JSON)
    (found,) = json.loads(response.body)
    assert found["00100020"]["Value"] == ["bsn-anna"]
    assert found["00100010"]["Value"] == [{"Alphabetic": "Xxxxxx^Xxxx"}]
    assert found["00100030"]["Value"] == ["19000101"]
    assert found["0020000D"]["Value"] == [f"1.2.3.{ANNA}.4"]
    assert found["00080020"]["Value"] == ["20260101"]


def test_an_attribute_that_names_a_person_is_masked_without_a_patient_id_beside_it() -> None:
    response, _ = response_of(b'[{"00101040":{"vr":"LO","Value":["Dorpsstraat 1"]}}]', DICOM_JSON)
    assert json.loads(response.body)[0]["00101040"]["Value"] == ["Xxxxxxxxxxx 0"]


STRANGERS: dict[str, tuple[bytes, str]] = {
    "fhir json": (bundle(patient(STRANGER)), JSON),
    "fhir json without leading zero": (bundle(patient("012345672".lstrip("0"))), JSON),
    "fhir json as a number": (b'{"system":"%s","value":%s}' % (SYSTEM.encode(), STRANGER.encode()), JSON),
    "an oid": (b'{"system":"urn:oid:2.16.840.1.113883.2.4.6.3","value":"%s"}' % STRANGER.encode(), JSON),
    "called plain text": (bundle(patient(STRANGER)), "text/plain"),
    "fhir xml": (
        f'<Patient xmlns="http://hl7.org/fhir"><identifier><system value="{SYSTEM}"/><value value="{STRANGER}"/>'
        "</identifier></Patient>".encode(),
        XML,
    ),
    "a link": (bundle(link=[{"relation": "self", "url": f"https://x/Patient?identifier={SYSTEM}%7C{STRANGER}"}]), JSON),
    "dicom json": (json.dumps([dataset("LOCAL-77")]).encode(), DICOM_JSON),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_a_stranger_raises_the_alarm(case: str) -> None:
    body, content_type = STRANGERS[case]
    with pytest.raises(StrangerAlarm) as alarm:
        Redactor(ROLES).redact(exchange(body, content_type))
    assert STRANGER not in str(alarm.value)
    assert "LOCAL-77" not in str(alarm.value)


def test_a_stranger_in_an_address_raises_the_alarm() -> None:
    location = (("location", f"https://x/Patient?identifier={SYSTEM}|{STRANGER}"),)
    with pytest.raises(StrangerAlarm):
        Redactor(ROLES).redact(exchange(b"", headers=location))
    asked = Request(method="GET", url="https://suite/dicomweb/studies?PatientID=LOCAL-77")
    with pytest.raises(StrangerAlarm):
        Redactor(ROLES).redact(replace(exchange(), direction=Direction.RECEIVED, request=asked))


def test_a_number_that_is_no_bsn_belongs_to_nobody() -> None:
    response, facts = response_of(bundle(patient("12345")))
    assert b"bsn-invalid" in response.body
    assert (facts["bsn_seen"], facts["bsn_valid"]) == (1, 0)


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "cut off": (bundle(patient(ANNA))[:-20], JSON),
    "a member twice": (b'{"name":"a","name":"b"}', JSON),
    "deep": (b"[" * 100_000, JSON),
    "NaN": (b'{"a":NaN}', JSON),
    "xml cut off": (b"<Patient><name", XML),
    "xml with a document type": (b'<!DOCTYPE a [<!ENTITY b "c">]><a xmlns="http://hl7.org/fhir">&b;</a>', XML),
    "bytes": (bytes(range(128, 256)), "text/plain"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_not_kept(case: str) -> None:
    response, facts = response_of(*UNREADABLE[case])
    assert response.body == b""
    assert facts["body_withheld"] is True
    assert facts["body_problem"]
    assert facts["body_size"] == len(UNREADABLE[case][0])


@pytest.mark.parametrize(
    ("sign", "withheld"), [("\ue0fe", True), ("\ue0ff", True), ("\ue0f0", False), ("\ue0fd", False)]
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_only_the_two_characters_that_are_needed_withhold(sign: str, withheld: bool, ascii_only: bool) -> None:
    body = json.dumps({"resourceType": "Basic", "id": "a", sign: 0}, ensure_ascii=ascii_only)
    _, facts = response_of(body.encode())
    assert facts["body_withheld"] is withheld


def test_that_there_are_pixels_in_a_sequence_stays_to_be_seen() -> None:
    item = {"7FE00010": {"vr": "OW", "InlineBinary": "QUJD"}, "00100010": {"vr": "PN", "Value": [{"Alphabetic": "X"}]}}
    body = json.dumps([{"00880200": {"vr": "SQ", "Value": [item, {}]}}]).encode()
    (kept,) = json.loads(response_of(body, DICOM_JSON)[0].body)
    assert kept["00880200"]["Value"] == [{"7FE00010": {"vr": "OW", "InlineBinary": "UkVEQUNURUQ="}}, {}]


def test_pictures_and_files_leave_only_facts() -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0"
    response, facts = response_of(png, "image/png")
    assert response.body == b""
    assert facts["body_withheld"] is True
    assert facts["part_sizes"] == [len(png)]
    assert facts["pictures"] == [{"format": "png", "width": 2, "height": 3, "whole": False}]


WORDS = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=4, max_size=12)


KEPT = st.characters(exclude_categories=["Cs", "Co"])
"""Of two private characters the suite has need itself: what holds one is withheld as a whole."""
NOISE = st.dictionaries(st.text(KEPT, max_size=5), st.integers() | st.text(KEPT, max_size=9))


@given(family=WORDS, given_name=WORDS, noise=NOISE)
def test_no_name_survives_anywhere_in_a_patient(family: str, given_name: str, noise: dict[str, Any]) -> None:
    names = [{"family": f"{family}¤", "given": [f"{given_name}¤"]}]
    document = {**noise, **patient(ANNA), "name": names, "contact": [{"name": names[0]}]}
    response, _ = response_of(json.dumps(document).encode())
    text = response.body.decode()
    person = json.loads(text)
    assert f"{family}¤" not in text
    assert f"{given_name}¤" not in text
    assert len(person["name"][0]["family"]) == len(family) + 1
    assert ANNA not in text


@given(
    st.binary(max_size=200), st.sampled_from([JSON, XML, DICOM_JSON, "text/html", "", "application/dicom", "image/png"])
)
def test_any_bytes_are_redacted_or_withheld(body: bytes, content_type: str) -> None:
    response, facts = response_of(body, content_type)
    assert facts["body_size"] == len(body)
    assert response.size == len(body)
