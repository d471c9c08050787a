"""Values that no list names do not stay: secrets in addresses and fields, days of birth, words of tokens."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest

from conformance.model.exchange import Exchange
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, JSON, XML, exchange
from tests.recordings.test_told_together import received

SECRET, NAME, BIRTH = "zUq8Tg5Lw2Xk9RvBn4Ym7Pc3", "Quakkelstein", "1957-03-08"
PASSWORD = "hunkerbunker"
HIDDEN = (SECRET, NAME, BIRTH, "08-03-1957", "8 maart 1957", PASSWORD)


def _jwt(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = (urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
    return ".".join((*parts, "c2ln"))


def _patient(**elements: Any) -> bytes:
    return json.dumps({"resourceType": "Patient", **elements}).encode()


BIRTH_TIME = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
DOCUMENT = '<Patient xmlns="http://hl7.org/fhir">{}</Patient>'

ANSWERS = {
    "a token behind an address": exchange(headers=(("location", f"https://h/x#access_token={SECRET}"),)),
    "a session in a path": exchange(headers=(("location", f"/x;jsessionid={SECRET}"),)),
    "an account before a host": exchange(headers=(("host", f"u:{PASSWORD}@h"),)),
    "a query without a name": exchange(headers=(("location", f"https://h/x?{NAME}"),)),
    "a parameter that is a name": exchange(headers=(("location", f"https://h/x?{NAME}=1"),)),
    "a token of negotiation": exchange(headers=(("www-authenticate", f"Negotiate {SECRET}==, Basic {SECRET}"),)),
    "a token among directives": exchange(headers=(("pragma", f"token={SECRET}"), ("upgrade", SECRET))),
    "an address that is a text": exchange(_patient(photo=[{"url": f"data:text/plain,{NAME}%20{BIRTH}"}])),
    "an address of a person": exchange(_patient(extension=[{"url": "x", "valueUri": f"mailto:{NAME}@x.nl"}])),
    "an address of a file": exchange(_patient(extension=[{"url": "x", "valueUri": f"file:///C:/{NAME}.pdf"}])),
    "the time of a birth": exchange(_patient(_birthDate={"extension": [{"url": BIRTH_TIME, "valueDateTime": BIRTH}]})),
    "a birth by its address": exchange(_patient(extension=[{"url": "http://x/geboortedatum", "valueDate": BIRTH}])),
    "a birth in markup": exchange(
        DOCUMENT.format(f'<extension url="{BIRTH_TIME}"><valueDateTime value="{BIRTH}"/></extension>').encode(), XML
    ),
    "a birth below a birth in markup": exchange(
        DOCUMENT.format(f'<birthDate><extension url="x"><valueDate value="{BIRTH}"/></extension></birthDate>').encode(),
        XML,
    ),
    "words of a token": exchange(
        json.dumps({"access_token": _jwt({"typ": NAME, "alg": SECRET}, {NAME: 1})}).encode(), "application/json"
    ),
}
ERRORS = {
    "a secret with humps": json.dumps({"clientSecret": PASSWORD, "dbPassword": PASSWORD}),
    "a day as people write it": json.dumps({"message": "born 08-03-1957, on 8 maart 1957"}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_value_that_no_list_names_does_not_stay(name: str) -> None:
    for one in (ANSWERS[name], received(ANSWERS[name])):
        assert _left(one) == []


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_tells_neither_secret_nor_day(name: str) -> None:
    answered = exchange(ERRORS[name].encode(), "application/json")
    assert answered.response is not None
    assert _left(replace(answered, response=replace(answered.response, status=500))) == []


def _left(one: Exchange) -> list[str]:
    kept = repr(Redactor({ANNA: "anna"}).redact(one))
    return [held for held in HIDDEN if held in kept]


def test_what_a_check_reads_of_an_address_stays() -> None:
    stays = "https://h:8443/fhir/Patient/1/_history/2?_page=2&patient.identifier=x#part-1"
    redacted = Redactor({ANNA: "anna"}).redact(exchange(_patient(link=[{"other": {"reference": stays}}]), JSON))
    assert redacted.response is not None
    assert stays in redacted.response.body.decode()


def test_the_words_of_a_token_that_a_check_reads_stay() -> None:
    token = _jwt({"typ": "at+jwt", "alg": "PS256"}, {"iss": 1, "patientContext": 2})
    redacted = Redactor({ANNA: "anna"}).redact(
        exchange(json.dumps({"access_token": token}).encode(), "application/json")
    )
    assert redacted.facts["jwt"] == {"typ": "at+jwt", "alg": "PS256", "claims": ["iss", "patientContext"]}
