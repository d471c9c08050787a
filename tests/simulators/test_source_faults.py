"""Switches of the source: each breaks of its answers what it says."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from conformance.codecs.fhir_xml import from_xml
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients
from tests.simulators.asking import bsn
from tests.simulators.faulty import Breaking, fault


def test_an_element_is_removed_from_json_and_xml(broken: Breaking) -> None:
    node = broken(fault("fhir.element", type="Condition", path="code.coding.system", action="remove"))
    as_json = node.get("Condition").json()["entry"]
    as_xml = from_xml(node.get("Condition", Accept="application/fhir+xml").content)["entry"]
    for entries in (as_json, as_xml):
        assert all("system" not in coding for entry in entries for coding in entry["resource"]["code"]["coding"])


def test_only_the_first_only_alone_only_when_asked_so(broken: Breaking) -> None:
    first = broken(fault("fhir.element", type="Condition", path="code", action="remove", first=True, accept="json"))
    kept = [
        "code" in entry["resource"] for entry in first.get("Condition", Accept="application/fhir+json").json()["entry"]
    ]
    assert kept == [False, True, True, True]
    assert all("code" in entry["resource"] for entry in first.get("Condition").json()["entry"])
    alone = broken(fault("fhir.element", type="Condition", path="id", action="replace", value="x", alone=True))
    assert alone.get("Condition/anna-problems-1").json()["id"] == "x"
    assert alone.get("Condition").json()["entry"][0]["resource"]["id"] == "anna-problems-1"


def test_a_refusal_can_be_changed(broken: Breaking) -> None:
    node = broken(fault("fhir.element", type="OperationOutcome", path="issue", action="remove"))
    assert node.get("Condition/no-such").json() == {"resourceType": "OperationOutcome"}


def test_a_forgotten_filter_and_a_forgotten_patient(broken: Breaking) -> None:
    status = broken(fault("fhir.ignore-parameter", name="status", type="Immunization"))
    bundle = status.get("Immunization?status=completed").json()
    assert bundle["total"] == 3
    assert "status=completed" in bundle["link"][0]["url"]
    nobody = broken(fault("fhir.ignore-parameter", name="patient.identifier", type="Condition"))
    bundle = nobody.get("Condition", role="unknown").json()
    whole = [one for role in ("anna", "bram", "dina", "evert") for one in bgz_data().records[role]]
    assert bundle["total"] == sum(one["resourceType"] == "Condition" for one in whole)
    assert patients()["bram"].bsn not in bundle["link"][0]["url"]


def test_include_and_revinclude_can_be_forgotten(broken: Breaking) -> None:
    node = broken(fault("fhir.ignore-parameter", name="_revinclude"))
    modes = {one["search"]["mode"] for one in node.get("Condition?_revinclude=Provenance:target").json()["entry"]}
    assert modes == {"match"}


@pytest.mark.parametrize(("keep", "expected"), [("all", 3), ("oldest", 1)])
def test_lastn_that_is_not_last(broken: Breaking, keep: str, expected: int) -> None:
    node = broken(fault("fhir.lastn", keep=keep))
    bundle = node.get("Observation/$lastn?code=http://loinc.org|85354-9").json()
    assert bundle["total"] == len(bundle["entry"]) == expected
    if keep == "oldest":
        assert bundle["entry"][0]["resource"]["effectiveDateTime"].startswith("2026-01-12")


def test_entries_drop_double_and_change_mode(broken: Breaking) -> None:
    drop = broken(fault("fhir.entries", type="Condition", action="drop")).get("Condition").json()
    assert "entry" not in drop
    assert len(broken(fault("fhir.entries", type="Condition", action="double")).get("Condition").json()["entry"]) == 8
    mode = broken(fault("fhir.entries", type="Condition", action="mode", mode="include")).get("Condition").json()
    assert {entry["search"]["mode"] for entry in mode["entry"]} == {"include"}


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ("any", "Condition?code=a|b|c"),
        ("unknown-parameter", "Condition?nonsense=1"),
        ("no-patient", "Condition/"),
    ],
)
def test_a_lenient_source_answers_200(broken: Breaking, what: str, path: str) -> None:
    node = broken(fault("fhir.lenient", what=what))
    if what == "no-patient":
        headers = {"Authorization": f"Bearer {node.token().json()['access_token']}"}
        answer = node.client.get(f"{node.node.url}/fhir/Condition", headers=headers, timeout=5)
    else:
        answer = node.get(path)
    assert (answer.status_code, answer.json()["total"]) == (200, 0)


@pytest.mark.parametrize(
    ("instead", "media"), [("json", "application/fhir+json"), ("xml", "application/fhir+xml"), ("html", "text/html")]
)
def test_a_source_that_does_not_listen_to_accept(broken: Breaking, instead: str, media: str) -> None:
    answer = broken(fault("fhir.format", instead=instead)).get("Condition", Accept="application/fhir+xml")
    assert answer.headers["Content-Type"].startswith(media)


def test_records_can_be_missing_or_mixed(broken: Breaking) -> None:
    assert broken(fault("records.without", type="Condition", patient="anna")).get("Condition").json()["total"] == 0
    mixed = broken(fault("records.mixed")).get("Condition").json()
    assert {entry["resource"]["subject"]["reference"] for entry in mixed["entry"]} == {"Patient/anna", "Patient/evert"}


def test_someone_of_whom_there_is_nothing_gets_the_record_of_another(broken: Breaking) -> None:
    node = broken(fault("records.fallback"))
    found = node.get("Condition", role="unknown").json()
    assert found["total"] > 0
    assert bsn("unknown") in unquote(found["link"][0]["url"])
    assert node.get("Condition", role="anna").json()["entry"][0]["resource"]["subject"]["reference"] == "Patient/anna"


def test_a_match_can_be_lost(broken: Breaking) -> None:
    whole = broken(fault("http.untouched")).get("Condition").json()
    for which, kept in (("first", whole["entry"][1:]), ("last", whole["entry"][:-1])):
        less = broken(fault("fhir.lose", which=which)).get("Condition").json()
        assert (less["total"], ids(less)) == (whole["total"] - 1, [one["resource"]["id"] for one in kept])
    turned = broken(fault("fhir.lose", turned=True))
    assert turned.get("Condition").json()["total"] == whole["total"]


def ids(bundle: dict[str, Any]) -> list[str]:
    return [one["resource"]["id"] for one in bundle["entry"]]


def test_answers_can_be_written_carelessly(broken: Breaking) -> None:
    content = broken(fault("fhir.careless", about="content", asks="problem")).get("Condition").json()
    assert (content["total"], content["entry"][0]["fullUrl"][:10]) == (0, "Condition/")
    addresses = broken(fault("fhir.careless", about="addresses", asks="problem")).get("Condition").json()
    assert addresses["link"][0]["url"].endswith("/fhir/Condition")
    assert broken(fault("fhir.careless", about="content", asks="alert")).get("Condition").json()["total"] > 0
