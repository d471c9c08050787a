"""Switches of the token server and of what is said over HTTP."""

from __future__ import annotations

import pytest

from tests.simulators.asking import assertion, bsn, form, session
from tests.simulators.faulty import Breaking, fault


def test_http_switches_change_only_what_is_meant(broken: Breaking) -> None:
    node = broken(fault("http.status", path="/fhir/Condition$", query="patient", accept="xml", status=500))
    assert node.get("Condition", Accept="application/fhir+xml").status_code == 500
    assert node.get("Condition", Accept="application/fhir+json").status_code == 200
    assert node.get("Flag", Accept="application/fhir+xml").status_code == 200


def test_headers_and_bodies(broken: Breaking) -> None:
    gone = broken(fault("http.header", path="/fhir/", name="www-authenticate", value=""))
    answer = gone.client.get(f"{gone.node.url}/fhir/Condition", timeout=5)
    assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (401, None)
    cut = broken(fault("http.body", path="/fhir/Flag", truncate=20, append="<!-- -->"))
    assert cut.get("Flag").content.endswith(b"<!-- -->")
    assert len(cut.get("Flag").content) == 28


SKIPS = {
    "typ": {"header": {"typ": "other"}},
    "audience": {"aud": "https://elsewhere.example"},
    "issued": {"iat": 4_000_000_000, "exp": 4_000_000_060},
    "expiry": {"iat": 1, "exp": 60},
}


@pytest.mark.parametrize("check", SKIPS)
def test_a_skipped_check_lets_exactly_that_through(broken: Breaking, check: str) -> None:
    node = broken(fault("token.skip", check=check))
    audience = f"{node.node.url}/oauth/token"
    for name, wrong in SKIPS.items():
        answer = node.ask_token(form(assertion(node.node.pki, audience, **wrong)))
        assert (answer.status_code == 200) is (name == check), name


def test_another_way_in(broken: Breaking) -> None:
    node = broken(fault("token.accept-shared-secret"))
    answer = node.ask_token({"client_id": "twiin-conformance-suite", "client_secret": "x"})
    assert answer.status_code == 200


@pytest.mark.parametrize("sort", ["none", "garbage", "other-certificate", "in-url"])
def test_each_sort_of_wrong_token_can_be_accepted_alone(broken: Breaking, sort: str) -> None:
    node = broken(fault("access.accept", token=sort))
    good = node.token().json()["access_token"]
    other = session(node.node.pki, "other")
    url, query = f"{node.node.url}/fhir/Condition", {"patient.identifier": bsn("anna")}
    answers = {
        "none": node.client.get(url, params=query, timeout=5),
        "garbage": node.client.get(url, params=query, headers={"Authorization": "Bearer x"}, timeout=5),
        "other-certificate": other.get(url, params=query, headers={"Authorization": f"Bearer {good}"}, timeout=5),
        "in-url": node.client.get(url, params={**query, "access_token": good}, timeout=5),
    }
    other.close()
    served = {name for name, answer in answers.items() if answer.status_code == 200}
    assert served == {sort}


@pytest.mark.parametrize("sort", ["none", "garbage", "other-certificate", "wrong", "anything"])
def test_another_way_stands_open_to_one_sort_of_token(broken: Breaking, sort: str) -> None:
    node = broken(fault("access.other-way", way="all-types-posted", token=sort))
    good = node.token().json()["access_token"]
    other = session(node.node.pki, "other")
    url, query = f"{node.node.url}/fhir", {"_type": "Condition"}
    tokens = {"none": {}, "garbage": {"Authorization": "Bearer x"}, "good": {"Authorization": f"Bearer {good}"}}
    answers = {
        name: node.client.post(f"{url}/_search", data=query, headers=headers, timeout=5)
        for name, headers in tokens.items()
    }
    answers["other-certificate"] = other.post(f"{url}/_search", data=query, headers=tokens["good"], timeout=5)
    other.close()
    served = {name for name, answer in answers.items() if answer.status_code == 200}
    meant = {"wrong": {"garbage", "other-certificate"}, "anything": {"none", "garbage", "other-certificate"}}
    assert served == meant.get(sort, {sort})
    assert node.client.get(f"{url}/Condition/_history", timeout=5).status_code == 401
