"""Any patient of the group `bgz` may be asked about: each search has an answer, as rich as the others', and its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.covering import whole
from conformance.checks.fhir.reading import matches, searched
from conformance.checks.fhir.strangers import content_of
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange
from conformance.model.words import Verdict
from conformance.simulators.fhir.reply import rendered
from conformance.simulators.fhir.source import bgz_records, guarded
from conformance.simulators.fhir.store import Store
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients
from tests.checks.making import Case, exchange, judged, response
from tests.simulators.asking import BASE, get

GROUP = load_catalogue().groups["bgz"]
QUERIES = load_catalogue().tables["tables/bgz-msz-2-0"]["queries"]
ASKED = {member["type"] for member in whole(load_catalogue().spans["fhir-others"])}
SOURCE = rendered(guarded(bgz_records(Store(bgz_data().resources)), lambda _: None))
OWN = {"id", "meta", "text", "subject", "patient", "beneficiary", "fullUrl"}
"""What differs between two patients' resources although they say the same."""


def asked(role: str, query: str, path: str = "") -> Exchange:
    """A search of the list about a patient, answered by the reference node's source."""
    asking = re.sub(r"\{patients\..*?bsn\}", patients()[role].bsn, path or QUERIES[query]["path"])
    place, _, search = asking.partition("?")
    answer = get(SOURCE, f"/{place}", search)
    told = response(answer.status, pseudonymous(answer.body.decode()), content_type=answer.header("content-type"))
    url = pseudonymous(f"{BASE}/{asking}")
    return exchange(answer=told, given={"query": query, "patient": role}, url=url)


def pseudonymous(text: str) -> str:
    """As a recording keeps it: of each patient's number the word that stands for it."""
    for role, one in patients().items():
        text = text.replace(one.bsn, f"bsn-{role}")
    return text


def passes(kind: str, parameters: dict[str, Json] | None = None, **exchanges: Exchange) -> None:
    """A judgement of the run finds the answers good."""
    looked = {name: (one,) for name, one in exchanges.items()}
    finding = judged(Case(kind=kind, verdict=Verdict.PASS, about="", exchanges=looked, parameters=parameters or {}))
    assert finding.verdict is Verdict.PASS, finding.reason.en


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("role", GROUP)
def test_each_search_is_answered_with_what_it_asks_for(role: str, query: str) -> None:
    found = asked(role, query)
    passes("answers-search", {"search": QUERIES[query]}, exchange=found, patient=asked(role, "patient"))
    passes("claims-profile", {"profiles": tuple(QUERIES[query]["profiles"])}, exchange=found)
    passes("valid-stu3", exchange=found)
    if QUERIES[query]["along"] == "asked":
        passes("includes-present", {"queries": QUERIES}, exchange=found)


@pytest.mark.parametrize("query", [name for name, query in QUERIES.items() if query["latest"]])
@pytest.mark.parametrize("role", GROUP)
def test_the_latest_is_not_all_there_is(role: str, query: str) -> None:
    history = asked(role, query, QUERIES[query]["path"].replace("/$lastn", ""))
    passes("latest-per-code", history=history, latest=asked(role, query))


def test_the_latest_of_two_is_that_of_the_later_moment_in_whatever_time_zone() -> None:
    """The hour that the clock had twice: as a text the earlier moment comes last."""
    found = matches(searched(asked("hedwig", "body-weight")))
    assert [one["effectiveDateTime"] for one in found] == ["2025-10-26T02:10:00+01:00"]


def test_a_long_list_is_longer_than_a_page_of_fifty() -> None:
    record = bgz_data().records["joep"]
    values = [one for one in record if one["resourceType"] == "Observation"]
    assert len(values) == 54
    assert {one["status"] for one in values} == {"final", "corrected"}


def shape(value: Json, path: str = "") -> Iterator[str]:
    """Where a resource has something, and the codes FHIR itself gives meaning to."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from shape(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from shape(inner, path)
    else:
        yield f"{path}={value}" if path.endswith((".status", ".type")) else path


def rich(role: str) -> set[str]:
    """All shapes of a record, and for each search whether there is something of the type that it must leave out."""
    record = bgz_data().records[role]
    found = {f"{one['resourceType']}{where}" for one in record for where in shape(one)}
    for query, asks in QUERIES.items():
        of_type = sum(one["resourceType"] == asks["type"] for one in record)
        found |= {f"{query} leaves out"} if of_type > len(matches(searched(asked(role, query)))) else set()
    return found


@pytest.mark.parametrize("role", GROUP)
def test_a_record_shows_all_that_annas_shows(role: str) -> None:
    assert rich("anna") - rich(role) == set()


def said(role: str, query: str) -> list[Json]:
    """What the answer says, without whom it is about."""
    found = matches(searched(asked(role, query)))
    return [{key: value for key, value in one.items() if key not in OWN} for one in found]


@pytest.mark.parametrize("query", QUERIES)
def test_no_two_patients_have_the_same_answer(query: str) -> None:
    for one, other in combinations(GROUP, 2):
        assert said(one, query) != said(other, query), (one, other)


def test_there_is_always_another_patient_to_ask_about() -> None:
    assert len(GROUP) >= 3
    assert not {"cees", "unknown"} & set(GROUP)


def test_what_everybody_has_is_asked_of_everybody() -> None:
    assert set(load_catalogue().spans["fhir-others"].dimensions["whom"]) == set(GROUP)
    assert set(load_catalogue().spans["fhir-near"].dimensions["person"]) == set(load_catalogue().groups["near"])


def test_no_two_patients_have_the_same_resource() -> None:
    """Or nobody could tell whose it is when it comes under the wrong name."""
    for one, other in combinations((*GROUP, *load_catalogue().groups["near"]), 2):
        for mine in bgz_data().records[one]:
            kind = mine["resourceType"]
            theirs = [each for each in bgz_data().records[other] if each["resourceType"] == kind and kind in ASKED]
            assert not any(set(content_of(each)) <= set(content_of(mine)) for each in theirs), mine["id"]
