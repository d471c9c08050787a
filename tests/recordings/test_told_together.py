"""A number that only several values together tell, or what stands beside it, is a stranger's too."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from conformance.model.exchange import Direction, Exchange, Request
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, BRAM, JSON, STRANGER, SYSTEM, XML, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}
OID = "2.16.840.1.113883.2.4.6.3"
DIGITS = list(STRANGER)
THIRDS = [STRANGER[:4], STRANGER[4:6], STRANGER[6:]]
FAR = "Een heel lange naam van iemand met een adres en meer"
"""Longer than a word may stand from the number that it names."""
PLAIN, MARKUP, PAGE, HL7 = "application/json", "application/xml", "text/html", "x-application/hl7-v2+er7"


def _elements(name: str, texts: list[str]) -> str:
    return "".join(f"<{name}>{text}</{name}>" for text in texts)


def _fhir(*elements: dict[str, Any]) -> str:
    return json.dumps({"resourceType": "Patient", "extension": list(elements)})


def _message(field: str, again: str = "~", part: str = "^", segment: str = "PID", at: int = 3) -> str:
    fields = ["1", *[""] * (at - 2), f"77{part}{part}{part}Z{again}{STRANGER}{part}{part}{part}Z", "", "X"]
    return f"MSH{field}{part}{again}\\&{field}A\r{segment}{field}{field.join(fields)}\r"


def _rows(*, ends: bool) -> str:
    row, cell = ("</tr>", "</td>") if ends else ("", "")
    head = f"<tr><th>Naam{cell.replace('td', 'th')}<th>BSN{cell.replace('td', 'th')}{row}"
    return f"<table>{head}<tr><td>{FAR}{cell}<td>{STRANGER}{cell}{row}</table>"


DIV = "<div xmlns='http://www.w3.org/1999/xhtml'>{}</div>"

BODIES = {
    "a list of digits": (json.dumps({"bsn": DIGITS}), PLAIN),
    "a list of digits as numbers": (json.dumps({"bsn": [int(digit) for digit in DIGITS]}), PLAIN),
    "a list of digits in a resource": (json.dumps({"resourceType": "Basic", "bsn": DIGITS}), JSON),
    "a list of parts": (json.dumps({"bsn": THIRDS}), PLAIN),
    "parts in members": (json.dumps({"bsn": dict(zip("abc", THIRDS, strict=True))}), PLAIN),
    "a list in a member": (json.dumps({"bsn": {"digits": DIGITS}}), PLAIN),
    "a list of members": (json.dumps([{"bsn": part} for part in THIRDS]), PLAIN),
    "digits in elements": (f"<x><bsn>{_elements('d', DIGITS)}</bsn></x>", MARKUP),
    "elements that repeat": (f"<x>{_elements('bsn', DIGITS)}</x>", MARKUP),
    "parts in attributes": (f"<x><bsn a='{THIRDS[0]}' b='{THIRDS[1]}' c='{THIRDS[2]}'/></x>", MARKUP),
    "a part in bold": (f"<x><bsn><b>{STRANGER[:4]}</b>{STRANGER[4:]}</bsn></x>", MARKUP),
    "a table of a web page": (f"<!doctype html>{_rows(ends=False)}", PAGE),
    "a table of a narrative": (
        _fhir()[:-1] + f', "text": {{"div": {json.dumps(DIV.format(_rows(ends=True)))}}}}}',
        JSON,
    ),
    "a table of a document": (f"<x>{_rows(ends=True)}</x>", MARKUP),
    "rows with their names first": (json.dumps([["naam", "bsn"], [FAR, STRANGER]]), PLAIN),
    "rows beside their names": (json.dumps({"columns": ["naam", "bsn"], "rows": [[FAR, STRANGER]]}), PLAIN),
    "rows beside described names": (
        json.dumps({"fields": [{"id": "a"}, {"id": "bsn"}], "rows": [["", STRANGER]]}),
        PLAIN,
    ),
    "a table behind a title": (f"uitvoer van vandaag\nnaam;bsn\n{FAR};{STRANGER}\n", "text/csv"),
    "a pair in a list": (json.dumps([["bsn", STRANGER]]), PLAIN),
    "a pair of elements": (f"<x><naam>bsn</naam><waarde>{STRANGER}</waarde></x>", MARKUP),
    "a pair of attributes": (f"<x><field label='BSN' value='{STRANGER}'/></x>", MARKUP),
    "the id of a patient": (json.dumps({"patient": {"id": STRANGER}}), PLAIN),
    "the id of a patient in markup": (f"<x><patient><id>{STRANGER}</id></patient></x>", MARKUP),
    "the id of a patient as an attribute": (f"<x><patient id='{STRANGER}'/></x>", MARKUP),
    "an extension named so": (_fhir({"url": "http://x/fhir/bsn", "valueString": STRANGER}), JSON),
    "an extension in one": (_fhir({"url": "bsn", "extension": [{"url": "x", "valueString": STRANGER}]}), JSON),
    "an extension in markup": (
        f"<A xmlns='http://hl7.org/fhir'><extension url='x/bsn'><valueCode value='{STRANGER}'/></extension></A>",
        XML,
    ),
    "a system of another name": (
        json.dumps({"resourceType": "Patient", "identifier": [{"system": f"{SYSTEM}|1", "value": STRANGER}]}),
        JSON,
    ),
    "an issuer in a member": (
        json.dumps({"identifier": {"value": STRANGER, "assigningAuthority": {"oid": OID}}}),
        PLAIN,
    ),
    "an issuer in an element": (f"<x><root>{OID}</root><extension>{STRANGER}</extension></x>", MARKUP),
    "hl7 version 2 as xml": (
        f"<PID><PID.3><CX.1>{STRANGER}</CX.1><CX.4><HD.2>{OID}</HD.2></CX.4></PID.3></PID>",
        MARKUP,
    ),
    "hl7 version 2 as xml without issuer": (f"<PID><PID.3><CX.1>{STRANGER}</CX.1></PID.3></PID>", MARKUP),
    "hl7 version 2 with other signs": (_message("#", "*", ":"), HL7),
    "hl7 version 2, field 2": (_message("|", at=2), HL7),
    "hl7 version 2, field 4": (_message("|", at=4), HL7),
    "hl7 version 2, a merge": (_message("|", segment="MRG", at=4), HL7),
    "hl7 version 2 in json": (json.dumps({"message": _message("|")}), PLAIN),
    "hl7 version 2 in base64": (json.dumps({"message": b64encode(_message("|").encode()).decode()}), PLAIN),
    "pid-3 in a slot": (f"<x><Value>PID-3|{STRANGER}</Value></x>", MARKUP),
    "the sector of digid": (f"<x><NameID>s00000000:{STRANGER}</NameID></x>", MARKUP),
    "packed in base64": (json.dumps({"x": b64encode(gzip.compress(f"bsn {STRANGER}".encode())).decode()}), PLAIN),
    "utf-16 in base64": (json.dumps({"x": b64encode(f"bsn {STRANGER}".encode("utf-16")).decode()}), PLAIN),
    "one byte a sign": (f"<p>Pati\u00ebntnummer: {STRANGER}".encode("latin-1"), PAGE),
    "bytes that begin like utf-16": (
        b"\0\1\2" * 40 + f"bsn {STRANGER}".encode() + b"\0\1" * 50,
        "application/octet-stream",
    ),
    "escapes of a script": ("bsn='" + "".join(f"\\x{ord(digit):02x}" for digit in DIGITS) + "'", PAGE),
    "a field of a form in parts": (
        f'--b\r\nContent-Disposition: form-data; name="bsn"\r\n\r\n{STRANGER}\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
}


def received(planted: Exchange) -> Exchange:
    """The same body as a request by a node that asks."""
    answer = planted.response
    assert answer is not None
    request = Request(method="POST", url="https://localhost/x", headers=answer.headers, body=answer.body)
    return replace(planted, direction=Direction.RECEIVED, request=request, response=None)


@pytest.mark.parametrize("name", BODIES)
def test_a_stranger_told_together_is_found(name: str) -> None:
    body, media = BODIES[name]
    planted = exchange(body if isinstance(body, bytes) else body.encode(), media)
    for one in (planted, received(planted)):
        with pytest.raises(StrangerAlarm) as alarm:
            Redactor(ROLES).redact(one)
        assert STRANGER not in alarm.value.text.en


INVALID = "123456780"
"""Fails the eleven test: told of nobody, and its digits stay nowhere."""


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (json.dumps({"bsn": list(INVALID)}), PLAIN),
        (json.dumps({"bsn": [int(digit) for digit in INVALID]}), JSON),
        (json.dumps({"resourceType": "Basic", "bsn": [int(digit) for digit in INVALID]}), JSON),
        (f"<x><bsn>{_elements('d', list(INVALID))}</bsn></x>", MARKUP),
        (f"<Patient xmlns='http://hl7.org/fhir'><bsn>{_elements('d', list(INVALID))}</bsn></Patient>", XML),
    ],
)
def test_digits_in_a_place_named_for_a_number_do_not_stay(body: str, media: str) -> None:
    redacted = Redactor(ROLES).redact(exchange(body.encode(), media))
    assert redacted.response is not None
    kept = "".join(sign for sign in redacted.response.body.decode().partition("<bsn>")[-1] or "" if sign.isdigit())
    numbers = json.loads(redacted.response.body)["bsn"] if body.startswith("{") else kept
    assert "".join(map(str, numbers)).strip("01") == ""


QUIET = {
    "short numbers of a hospital": (json.dumps({"patientIds": ["1234", "5678"]}), PLAIN),
    "longer numbers of a hospital": (json.dumps({"patientIds": ["12345", "6782"]}), PLAIN),
    "a table without names": (json.dumps([["naam", "dienst"], [FAR, STRANGER]]), PLAIN),
    "a pair of something else": (json.dumps([["uzi", STRANGER]]), PLAIN),
    "an extension of something else": (_fhir({"url": "http://www.bsn.nl/agb", "valueString": STRANGER}), JSON),
    "a hospital's own issuer": (json.dumps({"id": {"value": STRANGER, "assigner": {"oid": "1.2.3"}}}), PLAIN),
    "an id in a document of version 3": (
        f"<x><patient><id root='1.2.3' extension='{STRANGER}'/></patient></x>",
        MARKUP,
    ),
    "a message about no patient": (f"MSH|^~\\&|A\rOBR|1|2|{STRANGER}\r", HL7),
    "parts of a telephone number": (json.dumps({"telefoon": THIRDS}), PLAIN),
}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_no_citizens_number_rings_nothing(name: str) -> None:
    body, media = QUIET[name]
    Redactor(ROLES).redact(exchange(body.encode(), media))
