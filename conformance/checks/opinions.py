"""What one run of a judgement over exchanges comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conformance.checks.clock import CLOCK_JUMP, jumped_now, stopped_by_jump
from conformance.checks.judgement import TALLY, Judgement, NotMet, Tally, Undecidable
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange, Rung
from conformance.model.words import Text, Triage, Verdict


@dataclass(frozen=True, slots=True)
class Opinion:
    """A verdict with its reason, and what it rests on."""

    verdict: Verdict
    text: Text
    exchanges: tuple[Exchange, ...]
    triage: Triage | None = None
    rung: Rung | None = None
    facts: frozenset[str] = frozenset()
    member: str = ""


Looked = tuple[Exchange | tuple[Exchange, ...], ...]
"""What a judgement is given: an exchange, or all that match, for each of its parameters."""

Opine = Callable[[Judgement, Looked, Mapping[str, Json]], Opinion]
"""Runs a judgement over exchanges with its parameters."""


def opinion(kind: Judgement, exchanges: Looked, parameters: Mapping[str, Json]) -> Opinion:
    """What one run of a judgement comes to. A judgement that breaks, or requires nothing: our own error."""
    tally = Tally()
    token = TALLY.set(tally)
    flat = flattened(exchanges)
    try:
        seen = kind.function(*exchanges, **parameters)
    except NotMet as failure:
        if (jump := jumped_now(flat)) is not None:
            return stopped(jump, flat, frozenset({*tally.facts, CLOCK_JUMP}))
        return Opinion(Verdict.FAIL, failure.text, flat, failure.triage, None, frozenset(tally.facts))
    except Undecidable as stop:
        jump = jumped_now(flat) or stopped_by_jump(flat)
        return stopped(jump or stop, flat, frozenset({*tally.facts, CLOCK_JUMP} if jump else tally.facts))
    except Exception as bug:  # noqa: BLE001 - any bug in a judgement is the suite's error, never the node's verdict
        return error(f"the judgement '{kind.kind}' broke: {type(bug).__name__}: {bug}", flat)
    finally:
        TALLY.reset(token)
    if not tally.required:
        return error(f"the judgement '{kind.kind}' ended without requiring anything", flat)
    return Opinion(Verdict.PASS, seen or Text("zoals afgesproken", "as agreed"), flat, facts=frozenset(tally.facts))


def flattened(exchanges: Looked) -> tuple[Exchange, ...]:
    """Every exchange a judgement is given, in order."""
    return tuple(one for item in exchanges for one in (item if isinstance(item, tuple) else (item,)))


def stopped(stop: Undecidable, exchanges: tuple[Exchange, ...], facts: frozenset[str] = frozenset()) -> Opinion:
    """Undecided over these exchanges, and why."""
    return Opinion(Verdict.INCONCLUSIVE, stop.text, exchanges, stop.triage, stop.rung, facts)


def error(text: str, exchanges: tuple[Exchange, ...] = ()) -> Opinion:
    """The suite's own error."""
    return Opinion(
        Verdict.ERROR, Text(f"fout in de suite: {text}", f"error in the suite: {text}"), exchanges, Triage.SUITE
    )


def not_tested(en: str, nl: str) -> Opinion:
    """Nothing was there to look at, and why."""
    return Opinion(Verdict.NOT_TESTED, Text(nl, en), (), Triage.SUITE)
