"""The ladder is read back from its recording alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from conformance.model.exchange import Exchange, Outcome, Recording, Response, Rung, TlsSession, Trouble
from conformance.recordings.ladder import blocks, failed, rungs
from tests.recordings.making import exchange


def rung(*names: str, endpoint: str = "fhir", body: bytes = b"{}", status: int = 200) -> Exchange:
    return exchange(
        facts={"ladder": {"endpoint": endpoint, "rungs": list(names)}}, response=Response(status=status, body=body)
    )


def broken(trouble: Trouble, *names: str, tls: bool = False) -> Exchange:
    session = TlsSession(version="TLSv1.3", cipher="") if tls else None
    facts = {"ladder": {"endpoint": "fhir", "rungs": list(names)}}
    return exchange(facts=facts, response=None, outcome=Outcome.NO_ANSWER, trouble=trouble, tls=session)


def trouble(rung: Rung) -> Trouble:
    return Trouble(rung=rung, code="c", text="t")


def preflight(*exchanges: Exchange) -> Recording:
    return Recording(scenario="preflight", exchanges=exchanges)


PATIENT = b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}}]}'


def test_a_ladder_that_holds_has_no_trouble() -> None:
    recording = preflight(
        rung("name", "port"), rung("token", body=b'{"access_token":"token-1"}'), rung("test-patient", body=PATIENT)
    )
    assert failed(recording, "fhir") is None
    assert [result.rung for result in rungs(recording)] == [Rung.NAME, Rung.PORT, Rung.TOKEN, Rung.TEST_PATIENT]


def test_a_refused_port_leaves_the_name_standing() -> None:
    results = rungs(preflight(broken(trouble(Rung.PORT), "name", "port")))
    assert [(result.rung, result.trouble is None) for result in results] == [(Rung.NAME, True), (Rung.PORT, False)]


def test_a_hang_counts_above_the_handshake_only_when_there_was_one() -> None:
    hang = trouble(Rung.PORT)
    after = failed(preflight(broken(hang, "tls", "client-certificate", tls=True)), "fhir")
    before = failed(preflight(broken(hang, "tls", "client-certificate")), "fhir")
    assert after is not None
    assert before is not None
    assert (after.rung, before.rung) == (Rung.CLIENT_CERTIFICATE, Rung.TLS)


def test_answers_that_are_not_enough() -> None:
    cases = {
        Rung.TOKEN: rung("token", body=b'{"error":"invalid_client"}', status=401),
        Rung.CAPABILITY: rung("capability", status=404),
        Rung.TEST_PATIENT: rung("test-patient", body=b'{"resourceType":"Bundle","total":0}'),
    }
    for expected, answer in cases.items():
        found = failed(preflight(answer), "fhir")
        assert found is not None
        assert found.rung is expected


def test_an_empty_list_of_studies_is_no_patient() -> None:
    found = failed(preflight(rung("capability", "test-patient", endpoint="dicomweb", body=b"[]")), "dicomweb")
    assert found is not None
    assert found.code == "patient-absent"
    assert failed(preflight(rung("capability", "test-patient", endpoint="dicomweb", body=b"[{}]")), "dicomweb") is None


def test_an_xml_bundle_with_the_patient_is_enough() -> None:
    body = b'<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Patient></Patient></resource></entry></Bundle>'
    assert failed(preflight(rung("test-patient", body=body)), "fhir") is None


def test_a_failed_rung_blocks_what_rests_on_it_or_above() -> None:
    token = trouble(Rung.TOKEN)
    assert blocks(token, Rung.TOKEN)
    assert not blocks(token, Rung.CLIENT_CERTIFICATE)
    assert not blocks(None, Rung.TEST_PATIENT)


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (401, {"error": "invalid_client"}, "token-refused"),
        (401, {"error": "invalid_client", "error_description": "aud must be the issuer"}, "token-audience-refused"),
        (400, {"error": "invalid_grant", "error_description": "Wrong Audience."}, "token-audience-refused"),
        (400, {"error": "invalid_request", "error_description": "client_id is required"}, "token-client-id-missing"),
        (401, {"error": "invalid_client", "error_description": "Client x not registered"}, "token-client-id-missing"),
        (400, {"error": "invalid_scope"}, "token-scope-refused"),
        (400, {"error": ["invalid_scope"], "error_description": 1}, "token-refused"),
        (404, {}, "token-endpoint-absent"),
        (302, {}, "token-endpoint-absent"),
        (200, {"error": "aud"}, "token-unreadable"),
        (500, {}, "token-refused"),
    ],
)
def test_a_token_endpoint_that_gives_none_is_told_by_what_it_says(
    status: int, said: dict[str, object], code: str
) -> None:
    answered = rung("token", status=status, body=json.dumps(said).encode())
    found = failed(preflight(replace(answered, operation="oauth.token")), "fhir")
    assert found is not None
    assert (found.rung, found.code) == (Rung.TOKEN, code)


def test_what_a_token_endpoint_says_stands_in_the_sentence_without_signs_that_steer() -> None:
    body = json.dumps({"error": "bad\x1b[31m", "error_description": "aud " + "x" * 500}).encode()
    found = failed(preflight(replace(rung("token", status=401, body=body), operation="oauth.token")), "fhir")
    assert found is not None
    assert found.text.startswith("the endpoint issued no token (HTTP 401, bad [31m, aud xxx")
    assert len(found.text) < 250


def test_an_archive_that_wants_a_token_is_told_as_such() -> None:
    asked = replace(rung("capability", "test-patient", endpoint="dicomweb", status=401), operation="dicomweb.search")
    found = failed(preflight(asked), "dicomweb")
    assert found is not None
    assert (found.rung, found.code) == (Rung.TOKEN, "token-wanted")


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b'{"resourceType":"Bundle","total":0}', "patient-absent"),
        (200, b'<Bundle xmlns="http://hl7.org/fhir"><total value="0"/></Bundle>', "patient-absent"),
        (204, b"", "patient-absent"),
        (200, b"", "search-unanswered"),
        (200, b"\xef\xbb\xbf{}", "search-unanswered"),
        (200, b"<html></html>", "search-unanswered"),
        (200, b'{"resourceType":"OperationOutcome"}', "search-unanswered"),
        (500, b'{"resourceType":"Bundle","total":0}', "search-unanswered"),
        (429, b"", "endpoint-busy"),
        (503, b"", "endpoint-busy"),
    ],
)
def test_test_data_are_absent_only_where_they_were_seen_to_be(status: int, body: bytes, code: str) -> None:
    found = failed(preflight(rung("test-patient", status=status, body=body)), "fhir")
    assert found is not None
    assert (found.code, found.rung) == (code, Rung.TEST_PATIENT if code == "patient-absent" else Rung.CAPABILITY)
