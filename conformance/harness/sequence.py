"""Whether a recording is what its scenario plays: every step, as often as its arguments say, in order, and its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from conformance.harness.leftout import reasonable
from conformance.harness.plausible import set_back_s
from conformance.harness.replay import Replay
from conformance.model.agreements import Step
from conformance.model.exchange import Direction, Exchange, Outcome, Recording, Trouble
from conformance.model.node import Node
from conformance.model.plan import Plan
from conformance.model.words import RunState, Text
from conformance.play.lockout import Lockout
from conformance.play.preflight import attempts, gave_way
from conformance.play.scenes import resting_on
from conformance.protocols.catalogue import operations
from conformance.protocols.operations import ANY, FOLLOWED
from conformance.protocols.troubles import ADVICE, genuine
from conformance.recordings.ladder import PREFLIGHT, blocks, failed
from conformance.recordings.serial import to_bytes

_SLACK = timedelta(seconds=1)
"""Durations are measured by another clock than the moments."""


@dataclass(frozen=True, slots=True)
class _Played:
    """One step and the exchanges that stand under its name."""

    step: Step
    exchanges: tuple[Exchange, ...]

    @property
    def tries(self) -> tuple[tuple[Exchange, ...], ...]:
        """The exchanges of the first try, and those of the second where there are more."""
        times = operations()[self.step.operation].times(self.step.given)
        if times in (ANY, FOLLOWED):
            return (self.exchanges,)
        first = 1 if self.exchanges[0].outcome is Outcome.NOT_PLAYED else times
        return tuple(each for each in (self.exchanges[:first], self.exchanges[first:]) if each)


def out_of_sequence(recording: Recording, plan: Plan, preflight: Recording | None) -> Iterator[Text]:
    """Everything in a recording that playing its scenario cannot have left. `preflight` is the run's ladder."""
    yield from _names(recording)
    steps = _ladder(recording, plan) if recording.scenario == PREFLIGHT else plan.scenarios[recording.scenario].steps
    played, problems = _matched(recording, tuple(steps), preflight)
    yield from problems
    if problems:
        return
    if recording.scenario == PREFLIGHT:
        yield from _rungs(recording, plan)
    replay = Replay(plan.node)
    gave = {name: failed(preflight, name) for name in plan.node.endpoints} if preflight is not None else {}
    before: list[Exchange] = []
    for one in played:
        yield from _step(one)
        if recording.scenario != PREFLIGHT and preflight is not None:
            yield from _beside_ladder(one, plan.node, gave)
            yield from _left_out(one, plan, before, replay, gave)
        # In the middle of its last step an aborted recording may end before all was followed.
        cut = recording.state is RunState.ABORTED and one is played[-1]
        if not (cut and operations()[one.step.operation].times(one.step.given) == FOLLOWED):
            for each in one.tries:
                yield from replay.differences(one.step, each)
        before += one.exchanges
    if recording.scenario != PREFLIGHT and preflight is not None:
        if recording.resting_on != resting_on(recording.exchanges, preflight):
            yield _of(recording, "rust op een andere trede dan de verkenning zegt", "rests on a rung the ladder denies")
    elif recording.resting_on is not None:
        yield _of(recording, "rust op een trede", "rests on a rung")


def _names(recording: Recording) -> Iterator[Text]:
    """Scenario and number of each exchange, and the order in time."""
    for exchange in recording.exchanges:
        if exchange.scenario != recording.scenario:
            yield _at(recording, exchange, f"hoort bij {exchange.scenario}", f"belongs to {exchange.scenario}")
    sent = [exchange for exchange in recording.exchanges if exchange.direction is Direction.SENT]
    back = timedelta(seconds=set_back_s(recording.exchanges))
    for earlier, later in pairwise(sent):
        begin = datetime.fromisoformat(later.started) + back
        if begin < datetime.fromisoformat(earlier.started):
            yield _at(recording, later, "begon vóór wat eraan voorafgaat", "began before what comes before it")
        elif begin + _SLACK < datetime.fromisoformat(earlier.started) + timedelta(milliseconds=earlier.duration_ms):
            yield _at(recording, later, "begon vóór het einde van de vorige", "began before the one before it ended")


def _ladder(recording: Recording, plan: Plan) -> Iterator[Step]:
    """The steps of the ladder, of each endpoint up to the rung that failed."""
    there = {exchange.step for exchange in recording.exchanges}
    for endpoint in sorted(plan.node.endpoints):
        for attempt in attempts(plan.node, endpoint):
            own = [exchange for exchange in recording.exchanges if exchange.step == attempt.step.name]
            yield attempt.step
            if not gave_way(own, endpoint):
                continue
            following = [later.step.name for later in attempts(plan.node, endpoint)]
            later = following[following.index(attempt.step.name) + 1 :]
            # An answer that was not kept may have been good: then the climbing went on.
            if not any(one.facts.get("body_withheld") for one in own) or there.isdisjoint(later):
                break


def _rungs(recording: Recording, plan: Plan) -> Iterator[Text]:
    """Each exchange of the ladder says which rungs it tried."""
    facts = {
        attempt.step.name: attempt.fact for endpoint in plan.node.endpoints for attempt in attempts(plan.node, endpoint)
    }
    for exchange in recording.exchanges:
        if exchange.facts.get("ladder") != facts.get(exchange.step):
            yield _wrong(exchange, "noemt andere treden dan beproefd zijn", "names other rungs than were tried")


def _matched(
    recording: Recording, steps: tuple[Step, ...], preflight: Recording | None
) -> tuple[list[_Played], list[Text]]:
    """Steps and exchanges side by side. An aborted recording may stop early, in the middle of a step too."""
    found = [(name, tuple(group)) for name, group in groupby(recording.exchanges, lambda exchange: exchange.step)]
    aborted = recording.state is RunState.ABORTED
    played: list[_Played] = []
    for number, (name, exchanges) in enumerate(found):
        if number >= len(steps) or steps[number].name != name:
            return [], [_at(recording, exchanges[0], "staat niet op zijn plaats", "does not stand in its place")]
        played.append(_Played(steps[number], exchanges))
    if len(found) < len(steps) and not aborted:
        missing = steps[len(found)].name
        return [], [_of(recording, f"de stap '{missing}' ontbreekt", f"the step '{missing}' is missing")]
    lockout = Lockout(preflight)
    short = [one for one in played[: -1 if aborted else None] if not _whole(one, lockout)]
    return played, [
        _at(recording, one.exchanges[0], "zo vaak speelt deze stap niet", "a step does not play so often")
        for one in (*short, *(one for one in played if not _numbered(one)))
    ]


def _whole(one: _Played, lockout: Lockout) -> bool:
    """Whether the step is there as often as it says; once more where a good request failed after wrong ones."""
    endpoint = operations()[one.step.operation].target(one.step.given)
    first, *second = one.tries
    again = lockout.again(endpoint, one.step.given, first)
    for each in second:
        lockout.saw(endpoint, each)
    return len(second) == again and all(_complete(one.step, each) for each in one.tries)


def _complete(step: Step, tried: tuple[Exchange, ...]) -> bool:
    """Whether one try has all its exchanges; what could not be played has one."""
    times = operations()[step.operation].times(step.given)
    if times == FOLLOWED or (len(tried) == 1 and tried[0].outcome is Outcome.NOT_PLAYED):
        return True
    return len(tried) == times if times != ANY else tried[0].facts.get("calls") == len(tried) - 1


def _numbered(one: _Played) -> bool:
    return [exchange.number for exchange in one.exchanges] == list(range(1, len(one.exchanges) + 1))


def _left_out(
    one: _Played, plan: Plan, before: Sequence[Exchange], replay: Replay, gave: Mapping[str, Trouble | None]
) -> Iterator[Text]:
    """Where a step was not played and nothing was in its way."""
    stopping = gave.get(operations()[one.step.operation].target(one.step.given))
    for exchange in one.exchanges:
        trouble = exchange.trouble
        if exchange.outcome is not Outcome.NOT_PLAYED or trouble is None or trouble == stopping:
            continue
        if not reasonable(one.step, trouble, plan.node, before, missing=replay.missing(one.step)):
            yield _wrong(exchange, "is zonder reden weggelaten", "was left out for no reason")


def _step(one: _Played) -> Iterator[Text]:
    """Operation, arguments and direction of each exchange."""
    for exchange in one.exchanges:
        if exchange.direction is Direction.RECEIVED:
            own = exchange.number > 1 and operations()[one.step.operation].times(one.step.given) == ANY
            if not own or exchange.given != {"received": True}:
                yield _wrong(exchange, "is hier niet te ontvangen", "cannot be received here")
        elif exchange.operation != one.step.operation or to_bytes(exchange.given) != to_bytes(one.step.given):
            yield _wrong(exchange, "heeft andere argumenten dan de stap", "has other arguments than its step")
        if exchange.trouble is not None and not genuine(exchange.trouble):
            gave_up = exchange.outcome is Outcome.NOT_PLAYED  # for a rung, which has sentences of its own
            if not gave_up or exchange.trouble.code not in ADVICE:
                yield _wrong(exchange, "noemt een onbekende hindernis", "names a trouble that nobody knows")
        if not _ends_once(exchange):
            yield _wrong(exchange, "heeft geen of twee aflopen", "came to no end, or to two")


def _ends_once(exchange: Exchange) -> bool:
    """Whether it was answered, met by trouble, or never begun: one of these and not a trace of the others."""
    if exchange.outcome is Outcome.ANSWERED:
        return exchange.trouble is None and (exchange.response is not None or exchange.request is None)
    played = exchange.response is not None or (exchange.outcome is Outcome.NOT_PLAYED and exchange.request is not None)
    return exchange.trouble is not None and not played


def _beside_ladder(one: _Played, node: Node, gave: Mapping[str, Trouble | None]) -> Iterator[Text]:
    """A step rests on the rungs of its endpoint: where one gave way it was not played, and for no other trouble."""
    operation = operations()[one.step.operation]
    trouble = gave.get(operation.target(one.step.given))
    stopped = blocks(trouble, operation.rung(one.step.given, node.endpoints))
    for exchange in one.exchanges:
        left_out = exchange.outcome is Outcome.NOT_PLAYED
        if stopped and (not left_out or exchange.trouble != trouble):
            yield _wrong(exchange, "gespeeld, hoewel de verkenning vastliep", "played, though the preflight gave way")


def _wrong(exchange: Exchange, nl: str, en: str) -> Text:
    return Text(f"{exchange.id}: {nl}.", f"{exchange.id}: {en}.")


def _at(recording: Recording, exchange: Exchange, nl: str, en: str) -> Text:
    place = f"recordings/{recording.scenario}.json: {exchange.step}/{exchange.number}"
    return Text(f"{place} {nl}.", f"{place} {en}.")


def _of(recording: Recording, nl: str, en: str) -> Text:
    return Text(f"recordings/{recording.scenario}.json: {nl}.", f"recordings/{recording.scenario}.json: {en}.")
