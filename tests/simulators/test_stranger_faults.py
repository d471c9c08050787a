"""Switches by which an answer tells of somebody: one kind of answer changes, and no other."""

from __future__ import annotations

import json

import pytest

from conformance.simulators.faults import Fault
from conformance.synthesis.patients import patients
from tests.simulators.faulty import Breaking, Broken, fault

ANSWERS = {
    "search": "Condition?",
    "read": "Condition/{id}",
    "nobody": "Observation?code=none&",
    "malformed": "Condition?patient.identifier:x=y&",
    "missing": "Condition/none",
}


@pytest.mark.parametrize("way", ANSWERS)
@pytest.mark.parametrize(
    ("switch", "given"),
    [("strangers.words", {}), ("strangers.contained", {}), ("strangers.numbered", {"whose": "cees"})],
)
def test_a_stranger_gets_into_one_kind_of_answer(
    broken: Breaking, switch: str, given: dict[str, str], way: str
) -> None:
    assert changed(broken, fault(switch, way=way, **given)) == {way}


@pytest.mark.parametrize("way", ANSWERS)
def test_the_own_number_gets_into_one_kind_of_answer_that_is_somebodys(broken: Breaking, way: str) -> None:
    assert changed(broken, fault("strangers.numbered", way=way)) == {way} - {"missing"}


def changed(broken: Breaking, one: Fault) -> set[str]:
    """Which kinds of answer a fault changes."""
    good, bad = broken(fault("http.untouched")), broken(one)
    first = good.get("Condition").json()["entry"][0]["resource"]["id"]
    return {name for name, path in ANSWERS.items() if told(good, path, first) != told(bad, path, first)}


def told(node: Broken, path: str, identity: str) -> tuple[str, str]:
    role = "cees" if path == ANSWERS["nobody"] else "anna"
    answer = node.get(path.format(id=identity).removesuffix("?").removesuffix("&"), role=role)
    body = {**answer.json(), "id": "", "meta": "", "link": ""}
    text = json.dumps(body).replace(node.node.url, "")
    return text, str("Content-Location" in answer.headers)


def test_what_another_has_comes_as_ones_own(broken: Breaking) -> None:
    found = broken(fault("strangers.disguised")).get("Condition").json()
    assert {one["resource"]["subject"]["reference"] for one in found["entry"]} == {"Patient/anna"}
    assert found["total"] == broken(fault("http.untouched")).get("Condition").json()["total"] + 1


@pytest.mark.parametrize("where", ["id", "next"])
def test_a_number_gets_into_the_id_or_a_link(broken: Breaking, where: str) -> None:
    answer = broken(fault("strangers.numbered", where=where)).get("Condition").json()
    text = answer["id"] if where == "id" else answer["link"][-1]["url"]
    assert patients()["anna"].bsn in text
