"""Run the reference node with one promise broken and see whether the judgements notice, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from multiprocessing import active_children, get_context

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge
from conformance.model.exchange import Recording
from conformance.model.plan import Plan
from conformance.model.words import Verdict, worst
from conformance.play import signals
from conformance.play.player import Player
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.store import RunFolder
from conformance.simulators.faults import Fault
from conformance.simulators.faults.loading import load_faults
from conformance.simulators.reference import ReferenceNode

SEED = "0"
"""The committed matrix is that of one seed."""

Verdicts = Mapping[str, Verdict]
"""Requirement id to the worst of its findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault: what it declared, what was seen, and where the two differ (`requirement: seen, expected`)."""

    fault: str
    release: str
    failed: tuple[str, ...]
    undecided: tuple[str, ...]
    deviations: tuple[str, ...]

    @property
    def as_declared(self) -> bool:
        """Whether everything that should change did, as declared, and nothing else."""
        return not self.deviations


def verdicts_with(faults: Sequence[str], release: str) -> Verdicts:
    """Play every scenario against a reference node with these faults, and judge. A stranger's data stop the playing."""
    signals.heed()
    with ReferenceNode(release, faults) as node:
        catalogue = load_catalogue()
        plan = resolve(catalogue, load_node(node.node_file, catalogue), seed=SEED)
        with Player.open(plan, RunFolder.create(node.folder / "run")) as player:
            with suppress(StrangerAlarm):
                for scenario in plan.scenarios:
                    player.recording(scenario)
            return _worst(plan, player.recordings)


def _worst(plan: Plan, recordings: Mapping[str, Recording]) -> Verdicts:
    found: dict[str, list[Verdict]] = {}
    for finding in judge(plan, recordings):
        found.setdefault(finding.requirement, []).append(finding.verdict)
    return {requirement: worst(verdicts) for requirement, verdicts in found.items()}


def kill(fault: Fault, release: str, faithful: Verdicts) -> Row:
    """Run one fault and compare with what it declared and with the faithful node."""
    seen = verdicts_with([fault.id], release)
    expected = expectation(fault, faithful)
    drawn = {name for name, verdict in expected.items() if verdict is Verdict.INCONCLUSIVE and _is_drawn(name)}
    return Row(
        fault=fault.id,
        release=release,
        failed=_of(seen, Verdict.FAIL),
        undecided=_of(seen, Verdict.INCONCLUSIVE),
        deviations=tuple(
            f"{requirement}: {seen.get(requirement)}, expected {verdict}"
            for requirement, verdict in sorted(expected.items())
            if seen.get(requirement) is not verdict
            and not (requirement in drawn and seen.get(requirement) is faithful[requirement])
        ),
    )


def _is_drawn(requirement: str) -> bool:
    """Whether a seed draws the members a requirement is judged over, so that what can't be played may not be drawn."""
    judged = load_catalogue().requirements[requirement].judged
    return judged is not None and bool(judged.over)


def expectation(fault: Fault, faithful: Verdicts) -> Verdicts:
    """The verdict each requirement should have: declared fails, then what is undecidable, the rest as it was."""

    def verdict(requirement: str) -> Verdict:
        if requirement in fault.fails or (_among(requirement, fault.fails) and not _among(requirement, fault.stays)):
            return Verdict.FAIL
        if _among(requirement, fault.undecidable) and not _among(requirement, fault.stays):
            return Verdict.INCONCLUSIVE
        return faithful[requirement]

    return {requirement: verdict(requirement) for requirement in faithful}


def _among(requirement: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(requirement, pattern) for pattern in patterns)


def _of(seen: Verdicts, verdict: Verdict) -> tuple[str, ...]:
    return tuple(sorted(requirement for requirement, found in seen.items() if found is verdict))


def kill_all(workers: int, only: Sequence[str] = ()) -> tuple[dict[str, Verdicts], tuple[Row, ...]]:
    """The faithful verdicts per release and a row for every fault (or for those named), in the order of the files."""
    faults = [fault for fault in load_faults().values() if not only or fault.id in only]
    default = load_catalogue().agreements["twiin"].default_release
    releases = sorted({fault.release or default for fault in faults})
    with _workers(workers) as pool:
        faithful = dict(zip(releases, pool.map(verdicts_with, [()] * len(releases), releases), strict=True))
        jobs = [(fault, fault.release or default) for fault in faults]
        rows = pool.map(kill, *zip(*[(fault, release, faithful[release]) for fault, release in jobs], strict=True))
        return faithful, tuple(rows)


@contextmanager
def _workers(number: int) -> Iterator[ProcessPoolExecutor]:
    """Worker processes, which end with us: each lets go of its node and removes its keys first."""
    context = get_context("spawn")
    with ProcessPoolExecutor(number, mp_context=context, initializer=_in_worker) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in active_children():
                process.terminate()
            raise


def _in_worker() -> None:
    """A terminal asks everybody to end, and so do we: to be asked twice must not break off the cleaning up."""
    signals.listen(only_once=True)
