"""The BgZ source: every query of the list, paging, refusals, JSON and XML alike."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codecs.fhir_xml import from_xml
from conformance.simulators.fhir.reply import rendered
from conformance.simulators.fhir.source import bgz_records, guarded
from conformance.simulators.fhir.store import Store
from conformance.simulators.http import Answer
from conformance.synthesis.bgz.record import bgz_data
from tests.simulators.asking import BASE, LOINC, SCT, bsn, get, resource

SOURCE = rendered(guarded(bgz_records(Store(bgz_data().resources)), lambda _: None))
PROCESS = "urn:oid:2.16.840.1.113883.2.4.3.11.60.20.77.5.3"
QUERIES = {
    "Patient?_include=Patient:general-practitioner": (1, 2),
    "Coverage?_include=Coverage:payor": (2, 4),
    "Coverage?_include=Coverage:payor:Organization": (2, 3),
    "Coverage?_include=Coverage:payor:Organization&_include=Coverage:payor:Patient": (2, 4),
    f"Consent?category={SCT}|11291000146105": (2, 2),
    f"Consent?category={SCT}|11341000146107": (1, 1),
    f"Observation?category={SCT}|118228005,{SCT}|384821006": (3, 3),
    "Condition?": (4, 4),
    f"Observation?code={SCT}|365508006": (1, 1),
    f"Observation?code={SCT}|228366006": (1, 1),
    f"Observation?code={SCT}|228273003": (1, 1),
    f"Observation?code={SCT}|365980008": (1, 1),
    "NutritionOrder?": (2, 2),
    "Flag?": (1, 1),
    "AllergyIntolerance?": (2, 2),
    f"MedicationStatement?category={PROCESS}|6&_include=MedicationStatement:medication": (3, 6),
    f"MedicationRequest?category={SCT}|16076005&_include=MedicationRequest:medication": (2, 4),
    f"MedicationDispense?category={SCT}|422037009&_include=MedicationDispense:medication": (2, 4),
    "DeviceUseStatement?_include=DeviceUseStatement:device": (2, 4),
    "Immunization?status=completed": (2, 2),
    f"Observation/$lastn?code={LOINC}|85354-9": (1, 1),
    f"Observation/$lastn?code={LOINC}|29463-7": (1, 1),
    f"Observation?code={LOINC}|29463-7": (2, 2),
    f"Observation/$lastn?code={LOINC}|8302-2,{LOINC}|8306-3,{LOINC}|8308-9": (1, 1),
    f"Observation?category={SCT}|49581000146104&_include=Observation:related-target": (6, 6),
    f"Procedure?category={SCT}|387713003,{SCT}|258174001&_include=Procedure:based-on": (2, 4),
    "Encounter?": (3, 3),
    "Encounter?class=http://hl7.org/fhir/v3/ActCode|IMP": (1, 1),
    "ProcedureRequest?status=active": (1, 1),
    "CareTeam?status=active&_include=CareTeam:participant": (1, 5),
}
"""Query to how many matches and how many included resources besides Provenance (one for each match)."""


def ask(query: str, role: str = "anna", **headers: str) -> Answer:
    """A query of the list for one patient."""
    path, _, rest = query.partition("?")
    kind = path.split("/")[0]
    chain = {"Patient": "identifier", "Coverage": "beneficiary.identifier"}.get(kind, "patient.identifier")
    return get(SOURCE, f"/{path}", f"{rest}&{chain}={bsn(role)}", **headers)


def modes(bundle: dict[str, object]) -> tuple[int, int]:
    """Matches and included."""
    listed = [entry["search"]["mode"] for entry in bundle.get("entry", [])]  # type: ignore[attr-defined]
    return listed.count("match"), listed.count("include")


@pytest.mark.parametrize(("query", "expected"), QUERIES.items())
def test_every_query_of_the_list(query: str, expected: tuple[int, int]) -> None:
    answer = ask(f"{query}&_revinclude=Provenance:target")
    bundle = resource(answer)
    matches, entries = expected
    assert answer.status == 200
    assert bundle["type"] == "searchset"
    assert bundle["total"] == matches
    assert modes(bundle) == (matches, entries)
    assert all(
        entry["fullUrl"] == f"{BASE}/{entry['resource']['resourceType']}/{entry['resource']['id']}"
        for entry in bundle["entry"]
    )


@pytest.mark.parametrize("query", QUERIES)
def test_xml_says_what_json_says(query: str) -> None:
    xml = from_xml(ask(query, accept="application/fhir+xml").body)
    bundle = resource(ask(query, accept="application/fhir+json"))
    same = json.loads(json.dumps(xml, default=float))
    for changing in ("id", "meta"):
        same.pop(changing)
        bundle.pop(changing)
    assert same == bundle


@pytest.mark.parametrize("query", QUERIES)
def test_an_unknown_patient_has_an_empty_searchset(query: str) -> None:
    bundle = resource(ask(query, "unknown"))
    assert bundle["total"] == 0
    assert "entry" not in bundle


def test_lastn_gives_the_newest() -> None:
    found = resource(ask(f"Observation/$lastn?code={LOINC}|85354-9"))["entry"][0]["resource"]
    assert found["effectiveDateTime"] == "2026-03-02T09:40:00+01:00"
    two = resource(ask(f"Observation/$lastn?code={LOINC}|85354-9&max=2"))
    assert two["total"] == 2


def test_sorting_and_counting_give_the_newest_first() -> None:
    bundle = resource(ask(f"Observation?code={LOINC}|85354-9&_sort=-date&_count=1"))
    assert bundle["entry"][0]["resource"]["effectiveDateTime"] == "2026-03-02T09:40:00+01:00"
    assert bundle["total"] == 3


@given(st.integers(min_value=1, max_value=7))
def test_pages_together_are_the_whole(size: int) -> None:
    seen: list[str] = []
    query = f"/Observation?patient.identifier={bsn('anna')}&_count={size}"
    while query:
        path, _, rest = query.partition("?")
        bundle = resource(get(SOURCE, path, rest))
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        query = links.get("next", "").removeprefix(BASE)
    whole = resource(get(SOURCE, "/Observation", f"patient.identifier={bsn('anna')}"))
    assert seen == [entry["resource"]["id"] for entry in whole["entry"]]


@given(
    st.permutations(
        [("patient.identifier", bsn("anna")), ("status", "completed"), ("_revinclude", "Provenance:target")]
    )
)
def test_the_order_of_parameters_changes_nothing(pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    assert modes(resource(get(SOURCE, "/Immunization", query))) == (2, 2)


def test_the_self_link_repeats_the_request() -> None:
    url = resource(ask("Immunization?status=completed"))["link"][0]["url"]
    assert url == f"{BASE}/Immunization?status=completed&patient.identifier={bsn('anna')}"


def test_a_posted_search_is_the_same_search() -> None:
    form = "application/x-www-form-urlencoded"
    body = f"patient.identifier={bsn('anna')}".encode()
    posted = get(SOURCE, "/Condition/_search", method="POST", body=body, content_type=form)
    assert modes(resource(posted)) == (4, 0)
    wrong = get(SOURCE, "/Condition/_search", method="POST", body=body, content_type="application/json")
    assert wrong.status == 415


ANNA = f"patient.identifier={bsn('anna')}"
REFUSALS = [
    ("GET", "/Condition", "", 400, "required"),
    ("GET", "/Condition", f"{ANNA}&nonsense=1", 400, "not-supported"),
    ("GET", "/Condition", f"{ANNA}&code=a|b|c", 400, "invalid"),
    ("GET", "/Observation", f"{ANNA}&date=not-a-date", 400, "invalid"),
    ("GET", "/Condition", f"{ANNA}&_count=many", 400, "invalid"),
    ("GET", "/Condition", f"{ANNA}&_sort=nothing", 400, "not-supported"),
    ("GET", "/Condition", f"{ANNA}&_include=Condition:nothing", 400, "not-supported"),
    ("GET", "/Condition", f"{ANNA}&_include=*", 400, "not-supported"),
    ("GET", "/Condition", "patient.identifier=http://fhir.nl/fhir/NamingSystem/bsn|123456789", 400, "invalid"),
    ("GET", "/Condition", "patient.nothing=1", 400, "not-supported"),
    ("GET", "/Condition/no-such", "", 404, "not-found"),
    ("GET", "/Basic", "", 404, "not-supported"),
    ("GET", "/a/b/c/d", "", 404, "not-found"),
    ("GET", "/Condition/$lastn", ANNA, 404, "not-supported"),
    ("DELETE", "/Condition/x", "", 405, "not-supported"),
    ("POST", "/Condition", "", 405, "not-supported"),
    ("PUT", "/metadata", "", 405, "not-supported"),
]


@pytest.mark.parametrize(("method", "path", "query", "status", "code"), REFUSALS)
def test_a_refusal_is_an_operation_outcome(method: str, path: str, query: str, status: int, code: str) -> None:
    answer = get(SOURCE, path, query, method=method)
    found = resource(answer)
    assert answer.status == status
    assert found["resourceType"] == "OperationOutcome"
    assert found["issue"][0]["code"] == code
    assert bool(answer.header("Allow")) == (status == 405)


@pytest.mark.parametrize(
    ("accept", "status", "kind"),
    [
        ("", 200, "application/fhir+json"),
        ("*/*", 200, "application/fhir+json"),
        ("application/fhir+xml", 200, "application/fhir+xml"),
        ("application/fhir+json;q=0.5, application/fhir+xml", 200, "application/fhir+xml"),
        ("text/html, application/fhir+xml;q=0.9", 200, "application/fhir+xml"),
        ("application/fhir+xml;q=0, application/fhir+json;q=0.1", 200, "application/fhir+json"),
        ("text/html", 406, "application/fhir+json"),
        ("application/pdf", 406, "application/fhir+json"),
    ],
)
def test_the_form_follows_accept(accept: str, status: int, kind: str) -> None:
    answer = get(SOURCE, "/Patient/anna", accept=accept)
    assert (answer.status, answer.header("Content-Type")) == (status, f"{kind}; charset=utf-8")


@pytest.mark.parametrize(("form", "kind"), [("xml", "xml"), ("application/fhir+xml", "xml"), ("json", "json")])
def test_format_wins_over_accept(form: str, kind: str) -> None:
    accept = "application/fhir+json" if kind == "xml" else "application/fhir+xml"
    answer = get(SOURCE, "/Condition", f"{ANNA}&_format={form.replace('+', '%2B')}", accept=accept)
    assert answer.header("Content-Type") == f"application/fhir+{kind}; charset=utf-8"


def test_the_capability_statement_is_stu3_and_names_what_can_be_asked() -> None:
    from fhir.resources.STU3.capabilitystatement import CapabilityStatement

    answer = get(SOURCE, "/metadata")
    CapabilityStatement.model_validate_json(answer.body)
    rest = resource(answer)["rest"][0]
    assert {"Patient", "Observation", "CareTeam"} <= {one["type"] for one in rest["resource"]}
    assert [one["name"] for one in rest["operation"]] == ["lastn"]


def test_who_shows_no_token_is_told_how() -> None:
    behind = rendered(
        guarded(bgz_records(Store(())), lambda call: "" if not call.header("authorization") else "not ours")
    )
    nothing = get(behind, "/Condition", ANNA)
    wrong = get(behind, "/Condition", ANNA, authorization="Bearer x")
    assert nothing.status == wrong.status == 401
    assert nothing.header("WWW-Authenticate") == 'Bearer realm="bgz"'
    assert 'error="invalid_token"' in wrong.header("WWW-Authenticate")
    assert get(behind, "/metadata").status == 200
