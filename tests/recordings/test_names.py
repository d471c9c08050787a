"""Names are somebody's text too: namespaces, prefixes, headers of parts, methods, and what a name says of a value."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from conformance.model.exchange import Direction, Request
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, BRAM, JSON, STRANGER, SYSTEM, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}


def redacted(body: Any, media: str = JSON, **changes: Any) -> bytes:
    held = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    found = Redactor(ROLES).redact(exchange(held, media, **changes)).response
    assert found is not None
    return found.body


DECLARED = {
    "a default": f'<brief xmlns="urn:bsn:{STRANGER}"/>',
    "a prefix": f'<b:brief xmlns:b="urn:bsn:{STRANGER}"/>',
    "an address": f'<b:brief xmlns:b="http://x/bsn/{STRANGER}"/>',
    "not the root's": f'<ClinicalDocument xmlns="urn:hl7-org:v3"><id xmlns:z="urn:bsn:{STRANGER}"/></ClinicalDocument>',
    "in FHIR": f'<Basic xmlns="http://hl7.org/fhir" xmlns:z="urn:bsn:{STRANGER}"/>',
    "a prefix named after it": f'<bsn{STRANGER}:brief xmlns:bsn{STRANGER}="urn:x"/>',
    "encoded": f'<brief xmlns="urn:x:bsn%20{STRANGER}"/>',
}


@pytest.mark.parametrize("case", DECLARED)
def test_a_number_in_a_declaration_is_found(case: str) -> None:
    with pytest.raises(StrangerAlarm):
        redacted(DECLARED[case], "application/xml")


STRANGE = {
    "a name": '<b:brief xmlns:b="urn:Janssen" b:soort="x"/>',
    "credentials": '<brief xmlns="https://Janssen:geheim@x/ns"><y/></brief>',
    "a bare number": '<brief xmlns="http://x.nl?n=123456782"/>',
    "a signed number": '<b:brief xmlns:b="http://hl7.org/fhir/123456782"/>',
    "a prefix": '<Janssen:brief xmlns:Janssen="urn:hl7-org:v3" Janssen:a="1"/>',
    "signs to escape": "<b:brief xmlns:b='urn:Janssen&amp;zn' c='xmlns=\"q\"'><b:x/></b:brief>",
    "two alike": '<a xmlns:p="urn:Janssen" xmlns:q="urn:Pietersen" p:n="1" q:n="2"/>',
}


@pytest.mark.parametrize("case", STRANGE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_unknown_namespace_gets_a_stand_in_of_its_kind(case: str, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    kept = redacted((head + STRANGE[case]).encode(encoding), "application/xml").decode(encoding)
    for secret in ("Janssen", "Pietersen", "geheim", STRANGER):
        assert secret not in kept
    before, after = etree.fromstring((head + STRANGE[case]).encode(encoding)), etree.fromstring(kept.encode(encoding))
    assert len(before.attrib) == len(after.attrib)
    assert len(before) == len(after)
    spaces = [etree.QName(one.tag).namespace for one in (before, after)]
    assert (spaces[0] or "").partition(":")[0].rstrip("s") == (spaces[1] or "").partition(":")[0] or case == "a prefix"


@pytest.mark.parametrize(
    "space",
    [
        "http://hl7.org/fhir",
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://schemas.xmlsoap.org/soap/envelope/",
        "urn:oasis:names:tc:SAML:2.0:assertion",
        "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
        "urn:ihe:iti:xds-b:2007",
        "urn:hl7-org:v3",
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    ],
)
def test_the_namespace_of_a_standard_stays(space: str) -> None:
    assert f'"{space}"'.encode() in redacted(f'<n:x xmlns:n="{space}"/>', "application/xml")


@pytest.mark.parametrize("media", ["multipart/form-data", "multipart/related; type=application/dicom"])
def test_the_name_of_a_parts_header_is_screened(media: str) -> None:
    for head in (f"X-Bsn-{STRANGER}: 1", f"Bsn{STRANGER}: x"):
        with pytest.raises(StrangerAlarm):
            redacted(f"--b\r\n{head}\r\n\r\nx\r\n--b--\r\n", f"{media}; boundary=b")
    kept = redacted("--b\r\nContent-Type: image/jpeg\r\nX-99997106200: 1\r\n\r\nx\r\n--b--\r\n", f"{media}; boundary=b")
    assert b"99997106200" not in kept


@pytest.mark.parametrize("method", [f"BSN{STRANGER}", f"BSN-{STRANGER}"])
def test_the_method_of_a_received_call_is_screened(method: str) -> None:
    asked = Request(method=method, url="https://suite/dicomweb/studies", headers=())
    with pytest.raises(StrangerAlarm):
        Redactor(ROLES).redact(replace(exchange(), direction=Direction.RECEIVED, request=asked))


@pytest.mark.parametrize("method", ["GET", "POST", "PROPFIND", "Janssen"])
def test_a_method_stays_and_a_name_does_not(method: str) -> None:
    asked = Request(method=method, url="https://suite/dicomweb/studies", headers=())
    found = Redactor(ROLES).redact(replace(exchange(), direction=Direction.RECEIVED, request=asked)).request
    assert found is not None
    assert found.method == ("Xxxxxxx" if method == "Janssen" else method)


def fhir(kind: str, **members: Any) -> dict[str, Any]:
    return {"resourceType": kind, **members}


SNOMED, UZI = "http://snomed.info/sct", "http://fhir.nl/fhir/NamingSystem/uzi-nr-pers"
CHECKED = "Patient identificatie gecontroleerd"
CODING = {"system": SNOMED, "code": STRANGER, "display": CHECKED}
QUIET = {
    "a given name": fhir("Patient", name=[{"given": ["Sofie"], "text": f"Sofie {STRANGER}"}], id=STRANGER),
    "a name in a text": fhir("Basic", note=f"Sofia, tel. {STRANGER}"),
    "a whole name": fhir("Patient", name=[{"text": "Sofi", "value": STRANGER}]),
    "the name of an organization": fhir("Organization", name="BSN-beheer", identifier=[{"value": STRANGER}]),
    "the name of a code system": fhir("CodeSystem", name="BSN", identifier={"value": STRANGER}, id=STRANGER),
    "the type of a resource": fhir("Basic", code={"text": "BSN"}, id=STRANGER),
    "a code under a known system": fhir("Observation", code={"coding": [CODING], "text": CHECKED}, valueString="x"),
    "a code of a value": fhir("Observation", code={"text": CHECKED}, valueCodeableConcept={"coding": [CODING]}),
    "a provider's number": fhir(
        "Practitioner", identifier=[{"type": {"text": "patient id"}, "system": UZI, "value": STRANGER}]
    ),
    "part of a word": fhir("Basic", fobsnake=STRANGER, note=f"fobsnake {STRANGER}"),
}


@pytest.mark.parametrize("case", QUIET)
def test_words_that_name_nothing_ring_no_alarm(case: str) -> None:
    assert redacted(QUIET[case])


HERE = 'xmlns="http://hl7.org/fhir"'
IN_XML = {
    "an organization": f'<Organization {HERE}><id value="{STRANGER}"/><name value="BSN-beheer"/></Organization>',
    "a code": (
        f'<Observation {HERE}><code><coding><system value="{SNOMED}"/><code value="{STRANGER}"/>'
        f'<display value="{CHECKED}"/></coding><text value="{CHECKED}"/></code><valueString value="x"/></Observation>'
    ),
    "a provider": (
        f'<Practitioner {HERE}><identifier><type><text value="patient id"/></type><system value="{UZI}"/>'
        f'<value value="{STRANGER}"/></identifier></Practitioner>'
    ),
}


@pytest.mark.parametrize("case", IN_XML)
def test_words_that_name_nothing_ring_no_alarm_in_xml(case: str) -> None:
    assert redacted(IN_XML[case], "application/fhir+xml")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "bsn",
            "BSN",
            "patientBsn",
            "bsnNummer",
            "bsnnummer",
            "clientbsn",
            "patientBSNValue",
            "bsn_2",
            "B.S.N.",
            "b.s.n",
        ),
        *("sofi", "sofinummer", "sofi-nummer", "sofi_nr", "sofi nr", "SofiNr", "patient_sofi"),
    ],
)
def test_the_name_of_a_number_is_known_in_every_spelling(name: str) -> None:
    with pytest.raises(StrangerAlarm):
        redacted({name: STRANGER}, "application/json")


@pytest.mark.parametrize("naming", ["name", "key", "code", "type", "naam", "label"])
@pytest.mark.parametrize("value", ["value", "val", "valueString", "waarde"])
def test_a_pair_names_its_value(naming: str, value: str) -> None:
    with pytest.raises(StrangerAlarm):
        redacted({naming: "bsn", value: STRANGER}, "application/json")
    assert SYSTEM.encode() in redacted(fhir("Patient", identifier=[{"system": SYSTEM, "value": ANNA}]))
