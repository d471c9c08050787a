"""What several processes of a run may play beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.play.place import Manner, Place
from conformance.play.player import Player
from conformance.play.sharing import ahead, knocks, manner, waits
from conformance.recordings.store import RunFolder
from conformance.synthesis.pki import TestPki
from tests.play.making import Good, node_of, plan, scenario, search

SCENARIOS = load_catalogue().scenarios
ACT = scenario("act", ("one", "driver.start", {"action": "view-images", "patient": "anna"}))
KNOCK = scenario(
    "knock",
    ("one", "fhir.ask", {"path": "Observation", "token": "none", "format": "json"}),
    ("two", "fhir.ask", {"path": "Observation", "purpose": "control", "format": "json"}),
)


def test_who_comes_with_something_to_be_refused_knocks() -> None:
    """Every scenario in which a certificate, a token or an assertion is wrong, or a handshake is tried out."""
    assert {name for name, one in SCENARIOS.items() if knocks(one)} == {
        "doors",
        "doors-elsewhere",
        "handshakes",
        "knocking-addresses",
        "knocking-fhir",
        "knocking-fhir-elsewhere",
        "knocking-images",
        "knocking-tokens",
        "offers",
        "pages",
        "tokens",
    }


def test_who_cannot_make_the_node_act_leaves_what_waits_for_it() -> None:
    waiting = {name for name, one in SCENARIOS.items() if waits(one)}
    assert waiting == {"trusting", "view-elsewhere"}
    assert set(ahead(tuple(SCENARIOS.values()), acting=False)) == SCENARIOS.keys() - waiting
    assert set(ahead(tuple(SCENARIOS.values()), acting=True)) == SCENARIOS.keys()


def test_the_last_in_turn_comes_first() -> None:
    assert ahead([search("one"), ACT, search("two"), KNOCK], acting=False) == ["knock", "two", "one"]


def test_who_knocks_without_looking_after_a_lock_out_is_alone() -> None:
    found = {one: {name for name, each in SCENARIOS.items() if manner(each) is one} for one in Manner}
    assert found[Manner.ALONE] == {
        "handshakes",
        "knocking-addresses",
        "offers",
        "tokens",
        "trusting",
        "view-elsewhere",
    }
    assert found[Manner.KNOCKING] == {
        "doors",
        "doors-elsewhere",
        "knocking-fhir",
        "knocking-fhir-elsewhere",
        "knocking-images",
        "knocking-tokens",
        "pages",
    }


NAMES = {Manner.QUIET: "search", Manner.KNOCKING: "knock", Manner.ALONE: "act"}


@pytest.mark.parametrize("there", Manner)
def test_only_who_does_the_same_is_beside_another(pki: TestPki, tmp_path: Path, there: Manner) -> None:
    good = Good()
    beside = {NAMES[there]} - {"act"}
    with (
        node_of(pki, good) as node,
        Player.open(plan(node, search(), KNOCK, ACT), RunFolder.create(tmp_path)) as player,
    ):
        player.preflight()
        with Place(tmp_path / ".play").taken(there) as taken:
            assert taken
            assert {name for name in NAMES.values() if player._played(name)} == beside
        assert all(player.recording(name).exchanges for name in NAMES.values())
