"""Two faults in one node: each must still be seen, unless the other says that it leaves that undecided.

A judgement that is looked at under one broken promise at a time may owe its verdict to all the others being kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from conformance.agreements.drawing import Draw
from conformance.model.words import Verdict
from conformance.simulators.faults import Fault
from conformance.upkeep.kills.expecting import Verdicts, among, declared

Pair = tuple[Fault, Fault]


def drawn(faults: Sequence[Fault], seed: str, count: int, default: str) -> tuple[Pair, ...]:
    """So many pairs of whole faults of one release that both make something fail, drawn from the seed."""
    whole = sorted((one for one in faults if one.fails and not one.part), key=lambda one: one.name)
    pairs = {
        f"{one.name} {other.name}": (one, other)
        for one, other in combinations(whole, 2)
        if (one.release or default) == (other.release or default)
    }
    return tuple(pairs[name] for name in Draw(seed).order("pairs", pairs)[:count])


def lost(pair: Pair, seen: Verdicts) -> Iterator[str]:
    """What one of two faults makes fail by itself, and does not beside the other, which does not say so."""
    for fault, other in (pair, pair[::-1]):
        for requirement in sorted(_failing(fault, seen)):
            excused = among(requirement, other.undecidable) and not among(requirement, other.stays)
            if seen[requirement] is not Verdict.FAIL and not excused:
                yield f"{requirement}: {seen[requirement]}, and fails with {fault.name} alone"


def _failing(fault: Fault, seen: Mapping[str, Verdict]) -> set[str]:
    """What surely fails: not what may as well be left undecided."""
    return {
        requirement
        for requirement in seen
        if declared(fault, requirement) is Verdict.FAIL and not among(requirement, fault.undecidable)
    }
