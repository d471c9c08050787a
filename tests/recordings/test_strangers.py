"""A stranger, named, in any body of any form and any encoding, is found; nothing of him is kept anywhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.agreements.bsn import FICTITIOUS_PREFIX, passes_eleven_test
from conformance.model.exchange import Direction, Exchange, Request
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, BRAM, JSON, STRANGER, SYSTEM, XML, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}
OID = "2.16.840.1.113883.2.4.6.3"
CX = f"{{}}^^^&{OID}&ISO"


def _passing(stem: int) -> str:
    """The first number at or after a stem that passes the eleven test and could be a person's."""
    numbers = (f"{number:09d}" for number in range(stem, stem + 200))
    return next(one for one in numbers if passes_eleven_test(one) and not one.startswith(FICTITIOUS_PREFIX))


STRANGERS = st.integers(10_000_000, 999_800_000).map(_passing)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="^&|<>\ue0fe\ue0ff"), max_size=12)


def dotted(digits: str) -> str:
    return ".".join((digits[:4], digits[4:6], digits[6:]))


def coded(digits: str) -> str:
    return base64.b64encode(f"bsn: {digits}".encode()).decode()


WRITTEN: Mapping[str, Callable[[str], str]] = {
    "as it is": str,
    "its zero lost": lambda digits: digits.removeprefix("0"),
    "spaced": lambda digits: f"{digits[:3]} {digits[3:6]} {digits[6:]}",
    "dotted": dotted,
    "percent-encoded": lambda digits: "".join(f"%{ord(digit):02X}" for digit in digits),
    "in base64 of a text": coded,
}

Planted = tuple[bytes, str]


def _json(document: Any, media: str) -> Planted:
    return json.dumps(document).encode(), media


def _xml(text: str, media: str = "application/xml") -> Planted:
    return text.encode(), media


FORMS: Mapping[str, Callable[[str, str], Planted]] = {
    "json, a member named for it": lambda one, noise: _json({noise: [{"bsn": one}]}, "application/json"),
    "json, a member above named for it": lambda one, noise: _json(
        {"burgerServiceNummer": {"waarde": one}, "x": noise}, "application/json"
    ),
    "json, a word in a text": lambda one, noise: _json({"tekst": f"{noise} BSN {one}"}, "application/json"),
    "fhir json, an identifier": lambda one, noise: _json(
        {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": one}], "x": noise}, JSON
    ),
    "fhir json, contained, under the OID": lambda one, noise: _json(
        {
            "resourceType": "Observation",
            "contained": [{"subject": {"identifier": {"value": one, "system": f"urn:oid:{OID}"}}}],
            "note": [{"text": noise}],
        },
        JSON,
    ),
    "fhir json, what an error says": lambda one, noise: _json(
        {"resourceType": "OperationOutcome", "issue": [{"diagnostics": f"{noise} sofinummer {one} unknown"}]}, JSON
    ),
    "fhir json, a system carelessly written": lambda one, noise: _json(
        {"resourceType": "Patient", "identifier": [{"system": f" {SYSTEM.upper()}/", "value": one}], "x": noise}, JSON
    ),
    "fhir json, the type of an identifier": lambda one, _: _json(
        {"resourceType": "Patient", "identifier": [{"type": {"coding": [{"code": "NNNLD"}]}, "value": one}]}, JSON
    ),
    "fhir xml, the type of an identifier": lambda one, _: _xml(
        f'<Patient xmlns="http://hl7.org/fhir"><identifier><type><text value="BSN"/></type><value value="{one}"/>'
        "</identifier></Patient>",
        XML,
    ),
    "fhir json, a parameter": lambda one, _: _json(
        {"resourceType": "Parameters", "parameter": [{"name": "bsn", "valueString": one}]}, JSON
    ),
    "fhir xml, a parameter": lambda one, _: _xml(
        f'<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="bsn"/><valueString value="{one}"/>'
        "</parameter></Parameters>",
        XML,
    ),
    "json, pairs": lambda one, noise: _json([{"key": "patientId", "val": one}, noise], "application/json"),
    "fhir xml": lambda one, _: _xml(
        f'<Patient xmlns="http://hl7.org/fhir"><identifier><system value="{SYSTEM}"/><value value="{one}"/>'
        "</identifier></Patient>",
        XML,
    ),
    "cda": lambda one, noise: _xml(
        f'<ClinicalDocument xmlns="urn:hl7-org:v3"><title>{escape(noise)}</title><recordTarget><patientRole>'
        f'<id extension="{one}" root="{OID}"/></patientRole></recordTarget></ClinicalDocument>'
    ),
    "soap with ebXML": lambda one, _: _xml(
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><Slot name="$XDSDocumentEntryPatientId">'
        f"<ValueList><Value>'{escape(CX.format(one))}'</Value></ValueList></Slot></s:Body></s:Envelope>",
        "application/soap+xml",
    ),
    "saml": lambda one, _: _xml(
        '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><AttributeStatement><Attribute Name="urn:nl:BSN">'
        f"<AttributeValue>{one}</AttributeValue></Attribute></AttributeStatement></Assertion>"
    ),
    "a form": lambda one, noise: (
        f"a={quote(noise)}&patient_id={quote(one)}".encode(),
        "application/x-www-form-urlencoded",
    ),
    "text": lambda one, noise: (f"{noise}\nburgerservicenummer: {one}".encode(), "text/plain"),
    "a table": lambda one, noise: (f"naam;bsn\n{noise.replace(chr(10), '')};{one}\n".encode(), "text/csv"),
    "hl7 version 2": lambda one, _: (f"MSH|^~\\&|A\rPID|1||{one}^^^Z^PI||X\r".encode(), "x-application/hl7-v2+er7"),
    "multipart": lambda one, _: (
        b'--b\r\ncontent-type: application/json\r\n\r\n{"bsn":"%s"}\r\n--b--\r\n' % one.encode(),
        "multipart/related; boundary=b",
    ),
    "multipart of another kind": lambda one, _: (
        b"--b\r\ncontent-type: text/plain\r\n\r\nbsn %s\r\n--b--\r\n" % one.encode(),
        "multipart/form-data; boundary=b",
    ),
    "called something else": lambda one, _: _json({"resourceType": "Basic", "bsn": one}, "text/html"),
}


def kept(whole: Exchange) -> str:
    """Everything that is left of an exchange, as one text."""
    return repr(whole)


def traces(digits: str) -> tuple[str, ...]:
    return tuple({write(digits) for write in WRITTEN.values()} | {digits})


@given(
    st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(WRITTEN)), STRANGERS, TEXTS, st.sampled_from([200, 404, 500])
)
@settings(max_examples=400)
def test_a_named_stranger_is_found_in_any_form_and_encoding(
    form: str, written: str, digits: str, noise: str, status: int
) -> None:
    one = WRITTEN[written](digits)
    if written == "percent-encoded" and form == "a form":
        one = quote(one)
    body, media = FORMS[form](one, noise)
    planted = exchange(body, media)
    assert planted.response is not None
    with pytest.raises(StrangerAlarm) as alarm:
        Redactor(ROLES).redact(replace(planted, response=replace(planted.response, status=status)))
    told = str(alarm.value) + alarm.value.text.nl + alarm.value.where
    assert not any(trace in told for trace in traces(digits))


HEADERS: Mapping[str, Callable[[str], tuple[str, str]]] = {
    "a header named for it": lambda one: ("x-patient-id", one),
    "a word in a header": lambda one: ("x-note", f"bsn={one}"),
    "a parameter of an address": lambda one: ("location", f"https://x/p?q=1&bsn={one}"),
    "a token of an address": lambda one: ("content-location", f"https://x/Patient?identifier={SYSTEM}%7C{one}"),
    "a segment of an address": lambda one: ("link", f"<https://x/bsn/{one}>; rel=next"),
    "the name of a file": lambda one: ("content-disposition", f'attachment; filename="bsn {one}.pdf"'),
    "a cookie": lambda one: ("set-cookie", f"bsn={one}; Secure"),
}


@given(st.sampled_from(sorted(HEADERS)), STRANGERS)
def test_a_named_stranger_is_found_in_headers_addresses_and_file_names(place: str, digits: str) -> None:
    with pytest.raises(StrangerAlarm) as alarm:
        Redactor(ROLES).redact(exchange(b"", headers=(HEADERS[place](digits),)))
    assert digits not in str(alarm.value)


@given(STRANGERS)
def test_a_named_stranger_is_found_in_what_a_node_asks_and_in_credentials(digits: str) -> None:
    basic = base64.b64encode(f"bsn {digits}:secret".encode()).decode()
    token = (
        f"eyJhbGciOiJub25lIn0.{base64.urlsafe_b64encode(json.dumps({'bsn': digits}).encode()).decode().rstrip('=')}.x"
    )
    for headers in ((("authorization", f"Basic {basic}"),), (("authorization", f"Bearer {token}"),)):
        asked = Request(method="GET", url="https://suite/dicomweb/studies", headers=headers)
        with pytest.raises(StrangerAlarm):
            Redactor(ROLES).redact(replace(exchange(), direction=Direction.RECEIVED, request=asked))


@given(STRANGERS, st.sampled_from(["application/json", JSON, "text/plain", "text/html", XML]), st.booleans())
def test_a_bare_number_is_masked_counted_and_equal_within_the_run(digits: str, media: str, failed: bool) -> None:
    redactor = Redactor(ROLES)
    document = {"resourceType": "Basic", "id": digits, "subject": {"reference": f"Patient/{digits}"}, "n": 7}
    body = f"Number {digits} of Janssen".encode() if media.startswith("text") else json.dumps(document).encode()
    if media == XML:
        body = f'<Basic xmlns="http://hl7.org/fhir"><id value="{digits}"/></Basic>'.encode()
    planted = exchange(body, media)
    assert planted.response is not None
    planted = replace(planted, response=replace(planted.response, status=500 if failed else 200))
    redacted = redactor.redact(planted)
    assert digits not in kept(redacted)
    assert "Janssen" not in kept(redacted)
    assert sum(dict(redacted.facts["bare_numbers"]).values()) >= 1
    assert redactor.counts["bare numbers"] >= 1
    if media == JSON and redacted.response is not None:
        found = json.loads(redacted.response.body)
        assert found["subject"]["reference"] == f"Patient/{found['id']}"
        assert len(found["id"]) == 9
        assert not passes_eleven_test(found["id"])
        again = redactor.redact(planted)
        assert again.response == redacted.response
        other = Redactor(ROLES, redactor.key).redact(planted)
        assert other.response == redacted.response


def numbers(*passing: str) -> bytes:
    return json.dumps({"list": [{"nr": one} for one in passing]}).encode()


FOUR = ("123456782", "111222333", "100000009", "100000010")


def test_many_bare_numbers_in_one_kind_of_place_are_persons() -> None:
    assert all(passes_eleven_test(one) for one in FOUR)
    with pytest.raises(StrangerAlarm) as alarm:
        Redactor(ROLES).redact(exchange(numbers(*FOUR)))
    assert (alarm.value.where, alarm.value.count) == ("the answer, list.nr", 4)
    for quiet in (FOUR[:3], FOUR[:3] * 2, (*FOUR, "123456789")):
        assert Redactor(ROLES).redact(exchange(numbers(*quiet))).facts["bare_numbers"]


def test_a_fictitious_number_outside_the_data_set_is_another_patient() -> None:
    other, third = "999900006", "999900018"
    assert passes_eleven_test(other)
    people = [{"identifier": [{"system": SYSTEM, "value": one}]} for one in (other, ANNA, third, other)]
    redacted = Redactor(ROLES).redact(exchange(json.dumps({"resourceType": "Bundle", "entry": people}).encode()))
    assert redacted.response is not None
    values = [one["identifier"][0]["value"] for one in json.loads(redacted.response.body)["entry"]]
    second = "bsn-other-2" if passes_eleven_test(third) else "bsn-invalid"
    assert values == ["bsn-other-1", "bsn-anna", second, "bsn-other-1"]
    assert "other-1" in redacted.facts["patients"]
    assert other not in kept(redacted)


@pytest.mark.parametrize("odd", ["*****6782", "12.34.56.78.90.12", "1234567820001"])
def test_a_number_of_another_form_in_a_named_place_is_told_and_no_alarm(odd: str) -> None:
    body = json.dumps({"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": odd}]}).encode()
    redacted = Redactor(ROLES).redact(exchange(body))
    assert redacted.facts["odd_numbers"] == ["the answer, identifier.value"]
    assert odd not in kept(redacted)


def test_a_word_and_its_number_in_two_cells_of_a_narrative_belong_together() -> None:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><td>BSN</td><td>{STRANGER}</td></div>'
    for body, media in (
        _json({"resourceType": "Basic", "text": {"div": div}}, JSON),
        _xml(f'<Basic xmlns="http://hl7.org/fhir"><text>{div}</text></Basic>', XML),
        _xml(f"<a><!-- bsn {STRANGER} --></a>"),
    ):
        with pytest.raises(StrangerAlarm):
            Redactor(ROLES).redact(exchange(body, media))


def test_a_number_with_its_issuer_keeps_the_issuer() -> None:
    body = f"<Slot name='patientId'><Value>'{ANNA}^^^&amp;{OID}&amp;ISO'</Value></Slot>".encode()
    response = Redactor(ROLES).redact(exchange(body, "application/xml")).response
    assert response is not None
    assert f"'bsn-anna^^^&amp;{OID}&amp;ISO'".encode() in response.body
