"""Break one promise of the reference node and see whether the judgements notice, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from multiprocessing import active_children, get_context

from conformance.agreements.catalogue import load_catalogue
from conformance.model.finding import Finding
from conformance.model.words import Verdict, worst
from conformance.play import signals
from conformance.simulators.faults import Fault
from conformance.simulators.faults.loading import load_faults
from conformance.synthesis.keyfolder import KeyFolder
from conformance.upkeep.kills.comparing import Memory
from conformance.upkeep.kills.faithful import Faithful, faithful
from conformance.upkeep.kills.playing import findings_with

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


def verdicts(findings: Iterable[Finding]) -> Verdicts:
    """The worst verdict on each requirement."""
    found: dict[str, list[Verdict]] = {}
    for finding in findings:
        found.setdefault(finding.requirement, []).append(finding.verdict)
    return {requirement: worst(each) for requirement, each in found.items()}


def kill(fault: Fault, beside: Faithful, memory: Memory) -> Row:
    """Run one fault and compare with what it declared and with the faithful node."""
    signals.heed()
    faithful, seen = verdicts(beside.findings), verdicts(findings_with(fault, beside, memory))
    expected = expectation(fault, faithful)
    drawn = {name for name, verdict in expected.items() if verdict is Verdict.INCONCLUSIVE and _is_drawn(name)}
    return Row(
        fault=fault.id,
        release=beside.plan.node.release,
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


def kill_all(workers: int, only: Sequence[str] = (), seed: str = SEED) -> tuple[dict[str, Verdicts], tuple[Row, ...]]:
    """The faithful verdicts per release and a row for every fault (or for those named), in the order of the files."""
    faults = [fault for fault in load_faults().values() if not only or fault.id in only]
    default = load_catalogue().agreements["twiin"].default_release
    releases = sorted({fault.release or default for fault in faults})
    with KeyFolder() as keys:
        beside = {release: faithful(release, seed, keys.path / release) for release in releases}
        with crew(workers, beside) as pool:
            rows = pool.map(_row, faults, [fault.release or default for fault in faults])
            return {release: verdicts(one.findings) for release, one in beside.items()}, tuple(rows)


_BESIDE: dict[str, tuple[Faithful, Memory]] = {}
"""In a worker: the faithful nodes, by release."""


def _row(fault: Fault, release: str) -> Row:
    return kill(fault, *_BESIDE[release])


@contextmanager
def crew(number: int, beside: Mapping[str, Faithful]) -> Iterator[ProcessPoolExecutor]:
    """Worker processes, which end with us: each lets go of its node and removes its keys first."""
    context = get_context("spawn")
    with ProcessPoolExecutor(number, mp_context=context, initializer=_in_worker, initargs=(beside,)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in active_children():
                process.terminate()
            raise


def _in_worker(beside: Mapping[str, Faithful]) -> None:
    """A terminal asks everybody to end, and so do we: to be asked twice must not break off the cleaning up."""
    signals.listen(only_once=True)
    _BESIDE.update({release: (one, Memory(one)) for release, one in beside.items()})
