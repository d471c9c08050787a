"""The right number with something around it is not that number: it stays visible that something was there."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from conformance.model.exchange import Direction, Request
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, BRAM, DICOM_JSON, SYSTEM, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}
DOTTED = f"{ANNA[:4]}.{ANNA[4:6]}.{ANNA[6:]}"


def kept(body: str, content_type: str = "application/fhir+json") -> str:
    response = Redactor(ROLES).redact(exchange(body.encode(), content_type)).response
    assert response is not None
    assert ANNA[4:] not in response.body.decode()
    return response.body.decode()


def identifier(system: str, value: str) -> str:
    held = {"resourceType": "Patient", "identifier": [{"system": system, "value": value}]}
    return str(json.loads(kept(json.dumps(held)))["identifier"][0]["value"])


def patient_id(value: str) -> str:
    body = json.dumps([{"00100020": {"vr": "LO", "Value": [value]}}])
    return str(json.loads(kept(body, DICOM_JSON))[0]["00100020"]["Value"][0])


@pytest.mark.parametrize("written", [ANNA, f"{ANNA} ", f" {ANNA}\n"])
def test_the_number_alone_is_its_pseudonym(written: str) -> None:
    assert identifier(SYSTEM, written) == patient_id(written) == "bsn-anna"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"H{ANNA}", "bsn-anna (X000000000)"),
        (f"{ANNA}-1", "bsn-anna (000000000-0)"),
        (DOTTED, "bsn-anna (0000.00.000)"),
        (f"0{ANNA}", "bsn-anna (0000000000)"),
    ],
)
def test_with_something_around_it_the_shape_stays(written: str, shown: str) -> None:
    assert identifier(SYSTEM, written) == patient_id(written) == shown


def test_in_xml_too() -> None:
    body = f"""<Patient xmlns="http://hl7.org/fhir"><identifier><system value="{SYSTEM}"/><value value="{DOTTED}"/>
      </identifier></Patient>"""
    assert 'value="bsn-anna (0000.00.000)"' in kept(body, "application/fhir+xml")


@pytest.mark.parametrize(
    ("written", "shown"), [(f"POL-{ANNA}-01", "XXX-.bsn-anna.-00"), (DOTTED, "bsn-anna"), (f"x{ANNA}", "x.bsn-anna")]
)
def test_under_another_system_it_is_seen_within_a_value(written: str, shown: str) -> None:
    assert identifier("urn:oid:2.999.5.9", written) == shown


@pytest.mark.parametrize("written", [f"p{ANNA}", f"p_{ANNA}", f"{ANNA}-2", DOTTED])
def test_in_an_address_it_is_seen_too(written: str) -> None:
    address = f"https://epd.example/{written}/series"
    held = {"00081190": {"vr": "UR", "Value": [address]}}
    assert "bsn-anna" in kept(json.dumps([held]), DICOM_JSON)
    assert "bsn-anna" in kept(json.dumps({"resourceType": "Patient", "link": [{"other": {"reference": address}}]}))


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("x-context", f"bsn{ANNA}", "bsn-anna"),
        ("x-context", f"{ANNA}-17", "bsn-anna"),
        ("x-context", f"patient_{ANNA}", "bsn-anna"),
        ("x-context", b64encode(f"who={ANNA};".encode()).decode(), "bsn-anna"),
        ("cookie", f"patient={ANNA}", "token-0 (bsn-anna)"),
        ("authorization", "Basic " + b64encode(f"{ANNA}:".encode()).decode(), "Basic token-0 (bsn-anna)"),
        ("authorization", "Bearer " + b64encode(f"{ANNA}:".encode()).decode(), "Bearer token-0"),
        ("content-disposition", f'inline; filename="{ANNA}.dcm"', 'inline; filename="bsn-anna.xxx"'),
    ],
)
def test_a_header_field_shows_whose_number_is_in_it(name: str, value: str, shown: str) -> None:
    request = Request(method="GET", url="/studies", headers=((name, value),))
    redacted = Redactor(ROLES).redact(exchange(request=request, direction=Direction.RECEIVED)).request
    assert redacted is not None
    seen = redacted.header(name)
    secret = seen.partition("token-")[2][:16]
    assert (seen.replace(secret, "0") if secret else seen) == shown


@pytest.mark.parametrize("written", [f"1{ANNA}", f"1.2.{ANNA}.4", ANNA[:-1] + "3", f"{ANNA}.5"])
def test_another_number_is_not_taken_for_it(written: str) -> None:
    assert "bsn-anna" not in identifier("urn:oid:2.999.5.9", written)
