"""Break one promise of the reference node and see whether the judgements notice, and nothing else changes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, Self

from conformance.agreements.catalogue import load_catalogue
from conformance.model.exchange import Recording
from conformance.model.finding import Finding
from conformance.model.words import Verdict
from conformance.play import signals
from conformance.simulators.faults import Fault
from conformance.upkeep.kills.attributing import attributed
from conformance.upkeep.kills.ending import Ending, ending
from conformance.upkeep.kills.expecting import Placed, Verdicts, deviations, placed, verdicts
from conformance.upkeep.kills.faithful import Faithful
from conformance.upkeep.kills.pairs import Pair, lost
from conformance.upkeep.kills.playing import played_with
from conformance.upkeep.kills.remembering import Kept
from conformance.upkeep.kills.sharing import Group, apart
from conformance.upkeep.kills.units import Killed, Units, killed, units_of

LIMIT_S = 60
"""A node that takes longer is over time: the slowest takes a quarter of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault: what was seen, and where it differs from what was declared (`requirement: seen, expected`)."""

    fault: str
    release: str
    failed: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    killed: tuple[Killed, ...] = ()
    """Of requirements that are judged over members: the values and pairs that it shows are looked at."""
    deviations: tuple[str, ...] = ()
    ending: Ending | None = None
    """How a run on this node would have ended; None when nothing was seen."""
    unproved: str = ""
    """Why nothing was seen at all: it broke off, or took too long. That is never a kill."""

    @property
    def as_declared(self) -> bool:
        """Whether everything that should change did, as declared, and nothing else."""
        return not self.deviations and not self.unproved


@dataclass(frozen=True, slots=True)
class Beside:
    """The faithful node of one release, with what was said of it and what there is to kill."""

    faithful: Faithful
    kept: Kept
    units: Units
    places: tuple[Placed, ...]
    ending: Ending
    """How a run on the faithful node ends."""

    @classmethod
    def of(cls, faithful: Faithful) -> Self:
        """What goes with it."""
        units = units_of(faithful.plan, load_catalogue())
        ends = ending(faithful, faithful.findings, faithful.recordings)
        return cls(faithful, Kept.of(faithful), units, placed(faithful.plan), ends)


def kill_together(group: Group, beside: Beside) -> tuple[Row, ...]:
    """Run faults that may share a node (see `sharing`) on one: a row for each."""
    signals.heed()
    rows = _together(group, beside) if len(group) > 1 else ()
    return rows or tuple(kill(fault, beside) for fault in group)


def _together(group: Group, beside: Beside) -> tuple[Row, ...]:
    """The rows, when each fault did what it declared; else none, and alone it is told why."""
    faithful = beside.faithful
    try:
        with _within(LIMIT_S):
            played = played_with(group, faithful, beside.kept)
            each = apart(group, beside.places, faithful.findings, played.findings)
            each = each or attributed(group, played, faithful, beside.kept.source)
    except (_OverTime, Exception, SystemExit):  # noqa: BLE001 - whatever it is, each is played alone
        return ()
    pairs = zip(group, each, strict=True) if each else ()
    rows = tuple(_row(fault, beside, own, played.recordings) for fault, own in pairs)
    return rows if all(row.as_declared for row in rows) else ()


def kill(fault: Fault, beside: Beside, limit_s: float = LIMIT_S) -> Row:
    """Run one fault and compare with what it declared and with the faithful node.

    Whatever ends it otherwise than with findings, and a judgement that breaks, leaves it unproved.
    """

    def look() -> Row:
        played = played_with([fault], beside.faithful, beside.kept)
        return _row(fault, beside, played.findings, played.recordings)

    return _proved(fault.name, look, beside, limit_s)


def kill_both(pair: Pair, beside: Beside, limit_s: float = LIMIT_S) -> Row:
    """Run two faults in one node: what one of them fails alone, and no longer beside the other, deviates."""
    name = " + ".join(fault.name for fault in pair)

    def look() -> Row:
        seen = verdicts(played_with(pair, beside.faithful, beside.kept).findings)
        return _told(name, beside, seen, deviations=tuple(lost(pair, seen)))

    return _proved(name, look, beside, limit_s)


def _proved(name: str, look: Callable[[], Row], beside: Beside, limit_s: float) -> Row:
    signals.heed()
    release = beside.faithful.plan.node.release
    try:
        with _within(limit_s):
            return look()
    except _OverTime:
        return Row(fault=name, release=release, unproved=f"not done within {limit_s:g} s")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it is no kill
        return Row(fault=name, release=release, unproved=f"{type(error).__name__}: {error}")


def _row(fault: Fault, beside: Beside, found: Sequence[Finding], recordings: Mapping[str, Recording]) -> Row:
    return _told(
        fault.name,
        beside,
        verdicts(found),
        killed=tuple(sorted(set(killed(found, beside.units)))),
        deviations=tuple(deviations(fault, beside.places, beside.faithful.findings, found)),
        ending=ending(beside.faithful, found, recordings),
    )


def _told(name: str, beside: Beside, seen: Verdicts, **told: Any) -> Row:
    """What was seen; unproved where the suite itself erred."""
    release = beside.faithful.plan.node.release
    if broken := _of(seen, Verdict.ERROR):
        return Row(fault=name, release=release, unproved=f"error in the suite: {', '.join(broken)}")
    failed, undecided = _of(seen, Verdict.FAIL), _of(seen, Verdict.INCONCLUSIVE)
    return Row(fault=name, release=release, failed=failed, undecided=undecided, **told)


def _of(seen: Verdicts, verdict: Verdict) -> tuple[str, ...]:
    return tuple(sorted(requirement for requirement, found in seen.items() if found is verdict))


class _OverTime(BaseException):
    """The time of a fault is over. No Exception, so that nothing that is played catches it and goes on."""


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Break off what takes longer; in the main thread of a process only, as signals are."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _OverTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
