"""All faults, shared out over worker processes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import repeat
from multiprocessing import active_children, get_context

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.drawing import Draw
from conformance.model.words import Text
from conformance.play import signals
from conformance.simulators.faults import Fault
from conformance.simulators.faults.variants import all_faults
from conformance.synthesis.keyfolder import KeyFolder
from conformance.upkeep.kills import controls
from conformance.upkeep.kills.faithful import Faithful, faithful
from conformance.upkeep.kills.killing import Beside, Row, kill_both, kill_together
from conformance.upkeep.kills.pairs import drawn
from conformance.upkeep.kills.sharing import Group, shared_out

SEED = "0"
"""The committed matrix is that of one seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was seen of some faults, beside the faithful node of each release; nothing of it counts when `void`."""

    seed: str
    beside: Mapping[str, Beside]
    rows: tuple[Row, ...]
    void: tuple[Text, ...]


def kill_all(
    faults: Sequence[Fault], seed: str = SEED, workers: int = 2, done: Callable[[str], None] = lambda _: None
) -> Outcome:
    """A row for each fault, in their order; the name of each that is done is told. When a control is off nothing else
    is played."""
    outcome = _played(tuple(shared_out(faults)), _rows, seed, workers, done)
    found = {row.fault: row for row in outcome.rows}
    return replace(outcome, rows=tuple(found[fault.name] for fault in faults if found))


def kill_pairs(count: int, seed: str = SEED, workers: int = 2, done: Callable[[str], None] = lambda _: None) -> Outcome:
    """A row for each of so many pairs of faults, drawn from the seed; else as `kill_all`."""
    return _played(drawn(chosen(()), seed, count, _default_release()), _both, seed, workers, done)


def _played(
    groups: Sequence[Group],
    play: Callable[[Group, str], tuple[Row, ...]],
    seed: str,
    workers: int,
    done: Callable[[str], None],
) -> Outcome:
    default = _default_release()
    releases = sorted({group[0].release or default for group in groups} or {default})
    with KeyFolder() as keys:
        with crew(workers, {}) as pool:
            nodes = pool.map(faithful, releases, repeat(seed), [keys.path / release for release in releases])
            played = dict(zip(releases, nodes, strict=True))
        with crew(workers, played) as pool:
            void = tuple(_off(pool.submit(_check, release)) for release in releases)
            jobs = [] if any(void) else [(group, pool.submit(play, group, default)) for group in groups]
            rows: list[Row] = []
            for group, job in jobs:
                for row in rows_of(job, group, default):
                    rows.append(row)
                    done(row.fault)
    beside = {release: Beside.of(one) for release, one in played.items()}
    void_of_all = tuple(sentence for each in void for sentence in each)
    return Outcome(seed=seed, beside=beside, rows=tuple(rows), void=void_of_all)


def _default_release() -> str:
    return load_catalogue().agreements["twiin"].default_release


def tenth(faults: Sequence[Fault], seed: str) -> tuple[Fault, ...]:
    """One in ten of the faults, drawn from the seed."""
    by_name = {fault.name: fault for fault in faults}
    drawn = Draw(seed).order("faults", by_name)[: -(-len(by_name) // 10)]
    return tuple(fault for name, fault in by_name.items() if name in drawn)


def chosen(names: Sequence[str]) -> tuple[Fault, ...]:
    """The faults of these names, in the order of the files; an id alone stands for all its variants."""
    return tuple(fault for fault in all_faults().values() if not names or {fault.name, fault.id} & set(names))


def _off(check: Future[tuple[Text, ...]]) -> tuple[Text, ...]:
    try:
        return check.result()
    except BrokenProcessPool:
        return (Text("een controle brak een werkproces af", "a control broke off a worker process"),)


def rows_of(job: Future[tuple[Row, ...]], group: Group, default: str) -> tuple[Row, ...]:
    """What a worker found. One that is gone has proved nothing."""
    try:
        return job.result()
    except BrokenProcessPool:
        gone = "a worker process ended before its time"
        return tuple(Row(fault=fault.name, release=fault.release or default, unproved=gone) for fault in group)


@contextmanager
def crew(number: int, played: Mapping[str, Faithful]) -> Iterator[ProcessPoolExecutor]:
    """Worker processes, which end with us: each lets go of its node and removes its keys first."""
    context = get_context("spawn")
    with ProcessPoolExecutor(number, mp_context=context, initializer=_in_worker, initargs=(played,)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in active_children():
                process.terminate()
            raise


_BESIDE: dict[str, Beside] = {}
"""In a worker: what faults are compared with, by release."""


def _in_worker(played: Mapping[str, Faithful]) -> None:
    """A terminal asks everybody to end, and so do we: to be asked twice must not break off the cleaning up."""
    signals.listen(only_once=True)
    _BESIDE.update({release: Beside.of(one) for release, one in played.items()})
    gc.freeze()  # what stays to the end need not be looked through for garbage at every fault
    gc.set_threshold(50_000)  # and what a node was made of is looked through once or twice while it is played


def _rows(group: Group, default: str) -> tuple[Row, ...]:
    return kill_together(group, _BESIDE[group[0].release or default])


def _both(group: Group, default: str) -> tuple[Row, ...]:
    one, other = group
    return (kill_both((one, other), _BESIDE[one.release or default]),)


def _check(release: str) -> tuple[Text, ...]:
    return controls.wrong_with(_BESIDE[release])
