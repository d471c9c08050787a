"""What several processes of a run may play beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.play.locks import locked
from conformance.play.player import Player
from conformance.play.sharing import ahead, knocks, waits
from conformance.recordings.store import RunFolder
from conformance.synthesis.pki import TestPki
from tests.play.making import plan, scenario
from tests.play.test_player import Good, node_of, search

SCENARIOS = load_catalogue().scenarios
ACT = scenario("act", ("one", "driver.start", {"action": "view-images", "patient": "anna"}))
KNOCK = scenario("knock", ("one", "fhir.search", {"path": "Observation", "token": "none"}))


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
        "tokens",
        "whose",
    }


def test_what_waits_for_the_node_is_nothing_to_play_ahead() -> None:
    waiting = {name for name, one in SCENARIOS.items() if waits(one)}
    assert waiting == {"trusting", "view-elsewhere"}
    assert set(ahead(tuple(SCENARIOS.values()))) == SCENARIOS.keys() - waiting


def test_the_last_in_turn_comes_first() -> None:
    assert ahead([search("one"), ACT, search("two"), KNOCK]) == ["knock", "two", "one"]


@pytest.mark.parametrize(
    ("shared", "plays"),
    [(False, {"search": False, "knock": False, "act": False}), (True, {"search": True, "knock": False, "act": False})],
    ids=["beside one that is alone", "beside another"],
)
def test_nothing_is_played_beside_one_that_must_be_alone(
    pki: TestPki, tmp_path: Path, shared: bool, plays: dict[str, bool]
) -> None:
    good = Good()
    with (
        node_of(pki, good) as node,
        Player.open(plan(node, search(), KNOCK, ACT), RunFolder.create(tmp_path)) as player,
    ):
        player.preflight()
        with locked(tmp_path / ".play" / "place.lock", shared=shared):
            assert {name: player._played(name, wait=False) for name in plays} == plays
            assert good.searches() == sum(plays.values())
        assert all(player.recording(name).exchanges for name in plays)
