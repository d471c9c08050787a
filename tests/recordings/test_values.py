"""What stays of values: errors stay readable, own words stay, everything unlisted becomes a pseudonym of its kind."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.identification.records import one_patient_only
from conformance.checks.judgement import TALLY, NotMet, Tally
from conformance.model.exchange import Exchange, Request, Response
from conformance.recordings.redaction import Redactor, words
from tests.recordings.making import ANNA, BRAM, JSON, STRANGER, SYSTEM, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}


def answered(document: Any, media: str = JSON, status: int = 200, **changes: Any) -> Response:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    planted = exchange(body, media, **changes)
    assert planted.response is not None
    redacted = Redactor(ROLES).redact(replace(planted, response=replace(planted.response, status=status)))
    assert redacted.response is not None
    return redacted.response


def told(diagnostics: str, **changes: Any) -> str:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": diagnostics}]}
    text: str = json.loads(answered(outcome, status=404, **changes).body)["issue"][0]["diagnostics"]
    return text


ERRORS = {
    f"Patient {STRANGER} Janssen not found": "Patient 000000000 Xxxxxxx not found",
    "Unknown parameter: Kerkstraat 12, born 1950-02-03": "Unknown parameter: Xxxxxxxxxx 12, born 0000-00-00",
    "java.lang.NullPointerException at nl.zorg.Janssen.find(Janssen.java:12)": (
        "java.lang.NullPointerException at nl.zorg.Xxxxxxx.find(Xxxxxxx.java:12)"
    ),
    "Traceback (most recent call last): ValueError": "Traceback (most recent call last): ValueError",
    "mail to pieter.janssen@ziekenhuis-oost.nl or p+j@x.nl.": "mail to xxxxxx.xxxxxxx@xxxxxxxxxx-xxxx.xx or x+x@x.xx.",
    "java.lang.Object@1b6d3586 is no user@host": "java.lang.Object@1b6d3586 is no user@host",
    "ORA-00942: table does not exist": "ORA-00942: table does not exist",
    "Anna Voorbeeld is not in Testdorp": "Anna Voorbeeld is not in Testdorp",
}


@pytest.mark.parametrize("text", ERRORS)
def test_an_error_stays_readable_and_loses_the_person(text: str) -> None:
    assert told(text) == ERRORS[text]


def test_the_words_of_the_question_stay_in_an_error_and_nobody_elses() -> None:
    text = "No Encounter of kind Zonderling for Janssen"
    assert told(text, given={"path": "Encounter?kind=Zonderling"}) == "No Encounter of kind Zonderling for Xxxxxxx"


def test_a_page_that_tells_of_an_error_is_treated_alike() -> None:
    page = answered(b"<html><body>Patient Janssen unknown</body></html>", "text/html", 500)
    assert page.body == b"<html><body>Patient Xxxxxxx unknown</body></html>"
    assert b"unknown" not in answered(b"<html><body>Patient Janssen unknown</body></html>", "text/html", 200).body


def test_what_no_list_names_keeps_only_its_kind() -> None:
    document = {
        "resourceType": "Observation",
        "meta": {"tag": [{"system": "http://x/tags", "code": "abc", "display": "Janssen"}]},
        "extension": [{"url": "http://x/y", "valueString": "bij Janssen"}],
        "code": {"text": "Getrouwd met Janssen"},
        "valueString": "12 mei",
    }
    found = json.loads(answered(document).body)
    assert found["meta"]["tag"][0] == {"system": "http://x/tags", "code": "abc", "display": "Xxxxxxx"}
    assert found["extension"][0] == {"url": "http://x/y", "valueString": "xxx Xxxxxxx"}
    assert found["code"] == {"text": "Xxxxxxxx xxx Xxxxxxx"}
    assert found["valueString"] == "00 xxx"


def test_a_token_answer_keeps_what_oauth_names_and_hides_what_stands_beside_it() -> None:
    answer = {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "api_key": "k", "owner": "Janssen"}
    found = json.loads(answered(answer, "application/json").body)
    assert (found["token_type"], found["expires_in"], found["owner"]) == ("Bearer", 300, "Xxxxxxx")
    assert found["access_token"].startswith("token-")
    assert found["api_key"].startswith("token-")


HEADERS = {
    ("via", "1.1 gw-janssen"): "redacted",
    ("server", "Janssen/1.2"): "redacted",
    ("www-authenticate", 'Bearer realm="Janssen", error="invalid_token"'): (
        'Bearer realm="Xxxxxxx", error="invalid_token"'
    ),
    **{
        ("www-authenticate", f'Bearer error="{word}"'): f'Bearer error="{word}"'
        for word in ("invalid_token", "invalid_request", "insufficient_scope")
    },
    ("www-authenticate", 'Basic realm="x", charset="utf-8"'): 'Basic realm="x", charset="utf-8"',
    ("www-authenticate", 'Bearer error="janssen_gone"'): 'Bearer error="xxxxxxx_xxxx"',
    ("content-disposition", 'attachment; filename="Janssen 12.pdf"'): 'attachment; filename="Xxxxxxx 00.xxx"',
    ("etag", 'W/"3"'): 'W/"3"',
    ("etag", "Janssen"): "Xxxxxxx",
    ("cache-control", "no-store"): "no-store",
    ("cache-control", "No-Store, Max-Age=0, Jansen"): "No-Store, Max-Age=0, Xxxxxx",
    ("content-type", "Application/FHIR+JSON; Charset=UTF-8"): "Application/FHIR+JSON; Charset=UTF-8",
    ("link", '<https://x/p?owner=Janssen&_count=2>; rel="next"; title="Janssen"'): (
        '<https://x/p?owner=Xxxxxxx&_count=2>; rel="next"; title="Xxxxxxx"'
    ),
    ("www-authenticate", "Janssen"): "Xxxxxxx",
    ("location", "https://x/fhir/Patient/1?owner=Janssen&_count=2"): (
        "https://x/fhir/Patient/1?owner=Xxxxxxx&_count=2"
    ),
}


@pytest.mark.parametrize("field", HEADERS)
def test_header_fields_keep_listed_values_of_listed_shapes(field: tuple[str, str]) -> None:
    assert dict(answered(b"", headers=(field,)).headers)[field[0]] == HEADERS[field]


def test_user_and_password_in_an_address_of_a_resource_are_secrets() -> None:
    document = {"resourceType": "Endpoint", "address": "x", "url": "https://jan:geheim@x/fhir"}
    assert json.loads(answered(document).body)["url"].startswith("https://token-")


def test_a_vocabulary_no_reader_knows_is_kept_as_a_skeleton() -> None:
    document = {"naam": "Janssen", "leeftijd": 42, "gewicht": 71.5, "geboren": "1950-02-03", "Janssen": [True, None]}
    found = answered(document, "application/json").body
    assert found == (b'{"naam":"Xxxxxxx","leeftijd":11,"gewicht":11.1,"geboren":"1900-01-01","Xxxxxxx":[true,null]}')
    page = answered(b'<Brief soort="Ontslag"><naam>Janssen</naam></Brief>', "application/xml").body
    assert page.endswith(b'<Xxxxx soort="Xxxxxxx"><naam>Xxxxxxx</naam></Xxxxx>')


def test_a_number_the_node_made_up_is_masked_in_later_questions_too() -> None:
    redacted = Redactor(ROLES).redact(exchange(url=f"https://x/fhir/Patient/{STRANGER}?subject=Patient/{STRANGER}"))
    assert redacted.request is not None
    assert STRANGER not in repr(redacted)
    assert redacted.request.url.startswith("https://x/fhir/Patient/")


def patient(bsn: str, name: str) -> dict[str, Any]:
    return {"resource": {"resourceType": "Patient", "id": name, "identifier": [{"system": SYSTEM, "value": bsn}]}}


def search(*entries: dict[str, Any]) -> Exchange:
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": list(entries)}
    made = exchange(json.dumps(bundle).encode())
    request = Request(method="GET", url=f"https://node.example/fhir/Patient?identifier={SYSTEM}|{ANNA}")
    return Redactor(ROLES).redact(replace(made, request=request))


def test_a_fictitious_patient_outside_the_data_set_is_judged_as_another_ones_data() -> None:
    asked, leaking = search(patient(ANNA, "a")), search(patient(ANNA, "a"), patient("999900006", "b"))
    token = TALLY.set(Tally())
    try:
        one_patient_only(asked, (asked,))
        with pytest.raises(NotMet) as failed:
            one_patient_only(leaking, (asked,))
    finally:
        TALLY.reset(token)
    assert "bsn-other-1" in failed.value.text.en


def test_what_stayed_for_one_question_does_not_stay_for_the_next() -> None:
    redactor = Redactor(ROLES)
    outcome = {"issue": [{"diagnostics": "Zonderling"}], "link": {"url": "https://x/p?kind=Zonderling"}}
    planted = exchange(json.dumps({"resourceType": "OperationOutcome", **outcome}).encode())
    first = redactor.redact(replace(planted, given={"path": "Encounter?kind=Zonderling"}))
    second = redactor.redact(planted)
    assert first.response is not None
    assert second.response is not None
    assert first.response.body.count(b"Zonderling") == 2
    assert b"Zonderling" not in second.response.body


def test_a_secret_that_is_empty_stays_so() -> None:
    assert answered({"access_token": "", "token_type": "Bearer"}, "application/json").body == (
        b'{"access_token": "", "token_type": "Bearer"}'
    )


NOTE = "Drie hoofdmaaltijden."
WRITTEN = {"Drie\u00a0hoofdmaaltijden.": True, "Drie  hoofdmaaltijden.\n": True, "Vier hoofdmaaltijden.": False}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_text_of_the_data_set_stays_however_its_blanks_are_written(text: str) -> None:
    kept = json.loads(answered({"resourceType": "NutritionOrder", "note": [{"text": text}]}).body)["note"][0]["text"]
    assert (kept == text) is WRITTEN[text]


def test_a_text_of_the_data_set_stays_in_either_form_of_its_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "own_texts", lambda: frozenset({"caf\u00e9"}))
    monkeypatch.setattr(words, "_bare_texts", words._bare_texts.__wrapped__)
    assert words.own.__wrapped__("cafe\u0301")
    assert not words.own.__wrapped__("cafe")


DEATHS = {"1987-08-05T02:20:00Z": True, "1987-08-05": True, "1987-08-05T03:21:00+01:00": False, "1987-08-06": False}


@pytest.mark.parametrize("said", DEATHS)
def test_a_death_of_the_data_set_stays_in_any_time_zone(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_deaths", lambda: frozenset({"1987-08-05T03:20:00+01:00"}))
    patient = json.loads(answered({"resourceType": "Patient", "deceasedDateTime": said}).body)
    assert (patient["deceasedDateTime"] == said) is DEATHS[said]


LISTED = [
    {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": ANNA}], "name": [{"family": "Janssen"}]}
]


@pytest.mark.parametrize("media", ["", "text/plain", "application/json"])
@pytest.mark.parametrize("document", [LISTED, LISTED[0], {"entry": LISTED}])
def test_json_is_read_as_such_whatever_it_is_called(document: Any, media: str) -> None:
    kept = answered(document, media).body
    assert kept == answered(document, "application/json").body
    assert b"bsn-anna" in kept
    assert b"Janssen" not in kept


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("note=Voorbeeld", "note=Voorbeeld"),
        (f"note={ANNA}", "note=bsn-anna"),
        ("note=Janssen", "note=Xxxxxxx"),
        (f"note=Janssen/{ANNA}", "note=Xxxxxxx"),
        ("status=active", "status=active"),
    ],
)
def test_a_parameter_keeps_own_words_and_stand_ins(query: str, kept: str) -> None:
    redacted = Redactor(ROLES).redact(exchange(url=f"https://localhost/fhir/Patient?{query}"))
    assert redacted.request is not None
    assert redacted.request.url.partition("?")[2].startswith(kept)


def test_what_the_vendors_own_sheet_says_stays_and_no_more() -> None:
    body = {"resourceType": "Patient", "birthDate": "1961-02-03", "name": [{"family": "Zelfbedacht", "given": ["Ab"]}]}
    planted = exchange(json.dumps(body).encode(), JSON)
    redacted = Redactor(ROLES, texts=("Zelf bedacht", "1961-02-03")).redact(planted)
    assert redacted.response is not None
    kept = json.loads(redacted.response.body)
    assert (kept["birthDate"], kept["name"]) == ("1961-02-03", [{"family": "Zelfbedacht", "given": ["Xx"]}])
