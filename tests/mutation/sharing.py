"""Shares changes out over processes, and takes together what became of them."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from tests.mutation.executing import Executed
from tests.mutation.places import Mutant
from tests.mutation.sessions import afresh, in_place
from tests.mutation.trying import Outcome, Tried, load_ahead, silence, tried

_FORK = multiprocessing.get_context("fork")


def all_tried(mutants: Sequence[Mutant], executed: Executed, workers: int, into: Path) -> list[Tried]:
    """What became of each change. What stands in `into` already is not tried again."""
    load_ahead()
    _control(executed)
    into.mkdir(parents=True, exist_ok=True)
    told = [into / f"tried-{number}.jsonl" for number in range(workers)]
    known = {one.mutant for path in told for one in _read(path)}
    left = [mutant for mutant in mutants if mutant not in known]
    processes = [
        _FORK.Process(target=_share, args=(left[number::workers], executed, path)) for number, path in enumerate(told)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    found = {one.mutant: one for path in told for one in _read(path)}
    return [found[mutant] for mutant in mutants]


def _control(executed: Executed) -> None:
    """What changes nothing must survive, and what breaks a module must not: else no other outcome means anything."""
    for operator, outcome in (("Nothing", Outcome.SURVIVED), ("Everything", Outcome.NOTICED)):
        control = Mutant("conformance/codecs/mediatypes.py", 0, 0, operator, 0)
        one = tried(control, executed, lambda mutant, tests: afresh(executed, mutant, tests[:20]))
        if one is None or one.outcome is not outcome:
            raise RuntimeError(f"a control is off, so that nothing shows anything: {one}")


def _share(mutants: Sequence[Mutant], executed: Executed, told: Path) -> None:
    """First in place, in a fork that loads our code; then afresh what could not be made so."""
    warm = _FORK.Process(target=_in_place, args=(mutants, executed, told))
    warm.start()
    warm.join()
    done = {one.mutant for one in _read(told)}
    for mutant in mutants:
        if mutant not in done and (one := tried(mutant, executed, partial(afresh, executed))) is not None:
            _write(told, one)


def _in_place(mutants: Sequence[Mutant], executed: Executed, told: Path) -> None:
    def tell(one: Tried | None) -> None:
        if one is not None:
            _write(told, one)

    silence()  # a fork that pytest made prints where pytest does
    in_place(mutants, executed, tell)


def _write(path: Path, one: Tried) -> None:
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(one)) + "\n")


def _read(path: Path) -> Iterator[Tried]:
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        kept = json.loads(line)
        yield Tried(**{**kept, "mutant": Mutant(**kept["mutant"]), "outcome": Outcome(kept["outcome"])})
