"""Pairs of faults: drawn from a seed, and told when one hides the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.model.words import Verdict
from conformance.simulators.faults import Fault
from conformance.simulators.faults.variants import all_faults, named
from conformance.upkeep.kills import crew
from conformance.upkeep.kills.killing import Beside, kill_both
from conformance.upkeep.kills.pairs import drawn, lost
from tests.upkeep.kills.beside import broken

ONE = Fault(id="A", title={}, chapter="c", switch="s", fails=("X-01", "X-02"), undecidable=("X-02",))
OTHER = Fault(id="B", title={}, chapter="c", switch="s", fails=("Y-*",), undecidable=("Z-*",), stays=("Y-02", "Z-02"))
SEEN = dict.fromkeys(("X-01", "X-02", "Y-01"), Verdict.FAIL) | {"Y-02": Verdict.PASS}


def test_pairs_are_of_one_release_and_drawn_from_the_seed() -> None:
    every = tuple(all_faults().values())
    pairs = [drawn(every, seed, 50, "1.5") for seed in ("a", "b", "a")]
    assert pairs[0] == pairs[2] != pairs[1]
    assert len({(one.name, other.name) for one, other in pairs[0]}) == 50
    for one, other in (*pairs[0], *pairs[1]):
        assert one.name < other.name
        assert (one.release or "1.5") == (other.release or "1.5")
        assert one.fails
        assert other.fails
        assert not one.part
        assert not other.part


def test_a_failure_that_is_gone_beside_another_fault_is_told() -> None:
    assert not list(lost((ONE, OTHER), SEEN))
    assert list(lost((ONE, OTHER), SEEN | {"X-01": Verdict.PASS})) == ["X-01: pass, and fails with A alone"]
    assert list(lost((OTHER, ONE), SEEN | {"Y-01": Verdict.INCONCLUSIVE})) == [
        "Y-01: inconclusive, and fails with B alone"
    ]


def test_what_may_be_undecided_by_itself_need_not_fail_beside_another() -> None:
    assert not list(lost((ONE, OTHER), SEEN | {"X-02": Verdict.INCONCLUSIVE}))


@pytest.mark.parametrize(("name", "kept"), [("Z-01", True), ("Z-02", False)])
def test_what_the_other_leaves_undecided_need_not_fail(name: str, kept: bool) -> None:
    found = list(lost((replace(ONE, fails=(name,)), OTHER), {name: Verdict.INCONCLUSIVE}))
    assert (not found) is kept


def test_both_faults_take_hold_of_one_node(beside: Beside) -> None:
    row = kill_both((named("PULL-F-32"), replace(named("PULL-F-70"), fails=("PULL-31", "NET-01"))), beside)
    assert row.fault == "PULL-F-32 + PULL-F-70"
    assert row.failed == ("PULL-31", "PULL-32"), row
    assert row.deviations == ("NET-01: pass, and fails with PULL-F-70 alone",)


def test_a_pair_that_breaks_off_shows_nothing(beside: Beside) -> None:
    one = broken("http.header", name="transfer-encoding", value="chunked", path="^/fhir/")
    assert kill_both((one, one), beside).unproved.startswith("NotPlainError: ")


def test_pairs_are_played_as_faults_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(crew, "_played", lambda groups, play, *given: asked.append((groups, play, given)))
    crew.kill_pairs(3, "seed", 2)
    assert len(asked[0][0]) == 3
    assert asked[0][1] is crew._both
