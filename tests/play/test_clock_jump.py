"""A wall clock that is set during a run leaves undecided what depends on the time, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.words import Triage, Verdict
from conformance.play.player import Player
from conformance.protocols.observing import Clock, Watch
from conformance.recordings.store import RunFolder
from conformance.simulators.reference import ReferenceNode
from conformance.simulators.token import TokenServer

DAYS_S = 2 * 86_400
Findings = Mapping[str, Finding]


class Set:
    """A machine whose wall clock is set forward or back when it has been read so many times."""

    def __init__(self, by_s: int = 0, at: int = 0) -> None:
        self._by_s, self._at = by_s, at
        self.read = 0
        self._lock = threading.Lock()

    @property
    def off_s(self) -> int:
        return self._by_s if self._by_s and self.read >= self._at else 0

    def now(self) -> datetime:
        with self._lock:
            self.read += 1
        return datetime.now(UTC) + timedelta(seconds=self.off_s)

    @property
    def clock(self) -> Clock:
        return Clock(now=self.now)


class Beside(ReferenceNode):
    """The reference node on the machine whose clock is set."""

    machine = Set()

    def _token_server(self) -> TokenServer:
        server = super()._token_server()
        server.clock = lambda: time.time() + self.machine.off_s
        return server


@pytest.fixture(scope="module")
def node() -> Iterator[Beside]:
    with Beside() as running:
        yield running


@pytest.fixture(scope="module")
def agreed(node: Beside) -> Plan:
    catalogue = load_catalogue()
    return resolve(catalogue, load_node(node.node_file, catalogue))


def played(plan: Plan, folder: Path, machine: Set) -> Findings:
    with Player.open(plan, RunFolder.create(folder), clock=machine.clock) as player:
        for scenario in plan.scenarios:
            player.recording(scenario)
        return {finding.id: finding for finding in judge(plan, player.recordings)}


@pytest.fixture(scope="module")
def undisturbed(agreed: Plan, tmp_path_factory: pytest.TempPathFactory) -> tuple[Findings, int]:
    """What is found with a steady clock, and how often the clock is read."""
    machine = Set()
    return played(agreed, tmp_path_factory.mktemp("steady") / "run", machine), machine.read


@pytest.mark.parametrize(
    ("by_s", "after", "same_machine"),
    [(DAYS_S, 0.15, True), (-DAYS_S, 0.15, False), (DAYS_S, 0.55, False), (-DAYS_S, 0.55, True)],
    ids=["forward beside us", "back elsewhere", "forward elsewhere, later", "back beside us, later"],
)
def test_the_clock_is_set_in_the_middle_of_a_run(
    node: Beside,
    agreed: Plan,
    undisturbed: tuple[Findings, int],
    tmp_path: Path,
    by_s: int,
    after: float,
    same_machine: bool,
) -> None:
    """Each pair of a direction, a moment and whether the node stands on the same machine: a whole run each."""
    before, reads = undisturbed
    assert {finding.verdict for finding in before.values()} == {Verdict.PASS}
    machine = Set(by_s, int(reads * after))
    node.machine = machine if same_machine else Set()
    found = played(agreed, tmp_path / "run", machine)
    changed = {id_: one for id_, one in found.items() if one.verdict is not before[id_].verdict}
    assert {one.verdict for one in changed.values()} == {Verdict.INCONCLUSIVE}, told(changed)
    assert {one.triage for one in changed.values()} == {Triage.SUITE}, told(changed)
    way = "forward" if by_s > 0 else "back"
    assert all(f"clock of this machine jumped {DAYS_S} seconds {way}" in one.reason.en for one in changed.values())
    assert all("de klok van deze machine sprong" in one.reason.nl for one in changed.values())
    assert all("clock_jump_s" in one.facts for one in changed.values())
    assert {one.requirement for one in changed.values()} >= {f"PULL-{number}" for number in range(20, 31)}
    # Besides tokens only certificates, dates, and what rests on the one step during which the clock was set.
    assert len({one.requirement for one in changed.values()}) < 36, told(changed)


def told(findings: Findings) -> str:
    return "\n".join(f"{id_}: {one.verdict} {one.triage} {one.reason.en}" for id_, one in findings.items())


def test_a_jump_is_seen_and_not_forgotten() -> None:
    wall, steady = [1000.0], [50.0]
    watch = Watch(Clock(now=lambda: datetime.fromtimestamp(wall[0], UTC), steady=lambda: steady[0]))
    wall[0], steady[0] = wall[0] + 3601.9, steady[0] + 3600  # drift
    assert (watch.off_s(), watch.worst_s, len(watch.moments())) == (0, 0, 1)
    wall[0] -= 60
    assert (watch.off_s(), watch.worst_s) == (-58, -58)
    says, would_have_said = watch.moments()
    assert (would_have_said - says).total_seconds() == 58
    wall[0] += 58
    assert (watch.off_s(), watch.worst_s, len(watch.moments())) == (0, -58, 1)


def test_a_machine_that_sleeps_sees_no_jump() -> None:
    """Where the platform can tell: its steady clock goes on as the wall clock does."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        pytest.skip("this platform has no clock that counts sleep")
    assert abs(Clock().steady() - time.clock_gettime(time.CLOCK_BOOTTIME)) < 60


def test_a_process_that_was_held_up_while_it_looked_sees_no_jump() -> None:
    """Stopped and continued between reading one clock and the other."""
    at = [100.0]
    held = [0.0]

    def wall() -> datetime:
        at[0] += held[0]
        held[0] = 0.0
        return datetime.fromtimestamp(at[0], UTC)

    watch = Watch(Clock(now=wall, steady=lambda: at[0]))
    held[0] = 60.0
    assert watch.off_s() == 0


@pytest.mark.parametrize("fraction", [0.4999, 0.5001])
def test_a_jump_between_two_whole_seconds_is_one_jump(fraction: float) -> None:
    off = [0.0]
    watch = Watch(Clock(now=lambda: datetime.fromtimestamp(1000 + off[0], UTC), steady=lambda: 0.0))
    off[0] = 60 + fraction
    seen = watch.off_s()
    off[0] = 61 - fraction
    assert not watch.jumped_since(seen)
    assert watch.jumped_since(0)
