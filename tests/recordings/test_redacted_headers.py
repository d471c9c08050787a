"""Nothing of a header field, an address or a form but what is listed: secrets become pseudonyms, numbers stand-ins."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from conformance.model.exchange import Direction, Request
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, BRAM, SYSTEM, URL, exchange
from tests.recordings.test_redaction import ROLES, response_of


def test_secrets_become_pseudonyms_that_differ_per_run() -> None:
    body = b'{"access_token":"very-secret","token_type":"Bearer","expires_in":300}'
    first, second = (Redactor(ROLES).redact(exchange(body, "application/json")) for _ in range(2))
    for redacted in (first, second):
        assert redacted.response is not None
        assert redacted.request is not None
        assert b"secret" not in redacted.response.body
        assert redacted.request.headers[0][1].startswith("Bearer token-")
        assert json.loads(redacted.response.body)["expires_in"] == 300
    assert first.request != second.request
    redactor = Redactor(ROLES)
    assert redactor.redact(exchange(body)).response == redactor.redact(exchange(body)).response


def test_forms_and_queries_lose_their_assertions() -> None:
    form = b"grant_type=client_credentials&client_assertion=eyJ.eyJ.sig"
    asked = Request(
        method="POST",
        url="https://localhost/token?client_assertion=eyJ.eyJ.sig&access_token=abc&x=1",
        headers=(("content-type", "application/x-www-form-urlencoded"),),
        body=form,
    )
    redacted = Redactor(ROLES).redact(exchange(request=asked)).request
    assert redacted is not None
    assert b"eyJ" not in redacted.body
    assert b"client_credentials" in redacted.body
    assert "eyJ" not in redacted.url
    assert "abc" not in redacted.url
    assert redacted.url.endswith("x=1")


def test_headers_outside_the_list_keep_only_their_name() -> None:
    headers = (("x-patient", "Jansen"), ("set-cookie", "a=b; Secure"), ("cache-control", "no-store"))
    response, _ = response_of(b"", headers=headers)
    assert dict(response.headers)["x-patient"] == "redacted"
    assert dict(response.headers)["cache-control"] == "no-store"
    assert "a=b" not in dict(response.headers)["set-cookie"]


@pytest.mark.parametrize("media", ["Application/FHIR+JSON;charset=UTF-8", "Application/fhir+xml", "Image/JPEG"])
def test_a_media_type_in_capitals_stays_what_it_is(media: str) -> None:
    response, _ = response_of(b"{}", content_type=media)
    assert response.media_type == media.split(";")[0].lower()
    assert "Jansen" not in response_of(b"{}", content_type=f"Application/Jansen+json;x={media}")[0].header(
        "content-type"
    )


def test_who_of_the_data_set_stands_in_a_header_stays_visible() -> None:
    headers = (("x-context", f"from {ANNA} to {BRAM}; ward=Jansen"), ("x-who", f"patient {ANNA}"))
    response, _ = response_of(b"", headers=headers)
    assert dict(response.headers)["x-context"] == "bsn-anna, bsn-bram"
    assert dict(response.headers)["x-who"] == "bsn-anna"


def test_where_it_redirects_and_whether_a_bsn_stands_there_are_facts() -> None:
    elsewhere = (("location", "https://elsewhere.example/x"),)
    assert response_of(b"", headers=elsewhere)[1]["redirect_elsewhere"] is True
    here = (("location", f"/fhir/Patient?identifier={SYSTEM}|{ANNA}"),)
    response, facts = response_of(b"", headers=here)
    assert (facts["redirect_elsewhere"], facts["bsn_in_location"]) == (False, True)
    assert "bsn-anna" in response.header("location")


def test_the_suites_own_request_is_redacted_too() -> None:
    redacted = Redactor(ROLES).redact(exchange(url=f"{URL}?identifier={SYSTEM}%7C{ANNA}"))
    assert redacted.request is not None
    assert redacted.request.url.endswith("%7Cbsn-anna")
    assert redacted.facts["bsn_in_url"] is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cookie", f"patient={ANNA}"),
        ("cookie", f"patient%3D{ANNA}"),
        ("cookie", f"s={base64.b64encode(ANNA.encode()).decode()}"),
        ("authorization", f"Basic {base64.b64encode(f'{ANNA}:x'.encode()).decode()}"),
        ("x-patient", ANNA),
    ],
)
def test_in_which_header_of_a_call_a_number_stands_is_a_fact(name: str, value: str) -> None:
    call = Request(method="GET", url=URL, headers=((name, value), ("accept", "*/*")))
    made = replace(exchange(url=URL), direction=Direction.RECEIVED, request=call)
    redacted = Redactor(ROLES).redact(made)
    assert redacted.facts["bsn_in_headers"] == [name]
    assert ANNA not in str(redacted)
    assert "bsn_in_headers" not in Redactor(ROLES).redact(replace(made, request=Request(method="GET", url=URL))).facts
