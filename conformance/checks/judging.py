"""From a plan and its recordings to findings: pure, offline, the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from conformance.checks.chapters import judgement_of
from conformance.checks.clock import CLOCK_JUMP, clock_jump, jumped_now, stopped_by_jump
from conformance.checks.judgement import TALLY, Judgement, NotMet, Tally, Undecidable, resting_on
from conformance.checks.lockout import locked_out, tries_of
from conformance.checks.membership import Case, cases
from conformance.model.agreements import Json, Judged, Requirement, Scenario, Selector
from conformance.model.exchange import Exchange, Recording, Rung
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.words import RunState, Text, Triage, Verdict, worst


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one run of a judgement over its exchanges came to."""

    verdict: Verdict
    text: Text
    exchanges: tuple[Exchange, ...]
    triage: Triage | None = None
    rung: Rung | None = None
    facts: frozenset[str] = frozenset()
    member: str = ""


_NOTHING_LEFT = Text(
    "wat het knooppuntbestand bij 'claims' weigert, laat niets over om te beoordelen",
    "what the node file refuses under 'claims' leaves nothing to judge",
)

Looked = tuple[Exchange | tuple[Exchange, ...], ...]
"""What a judgement is given: an exchange, or all that match, for each of its parameters."""

Opine = Callable[[Judgement, Looked, Mapping[str, Json]], Opinion]
"""Runs a judgement over exchanges with its parameters."""


def judge(plan: Plan, recordings: Mapping[str, Recording], opine: Opine | None = None) -> tuple[Finding, ...]:
    """One finding for each (scenario, requirement) of the plan, in the order of the plan.

    Who judges recordings that have much in common may remember what was said of what: `opine` stands before `opinion`.
    """
    return tuple(
        judge_one(planned.requirement, plan.scenarios[scenario], recordings.get(scenario), opine or opinion)
        for scenario, planned in plan.pairs()
    )


def judge_one(
    requirement: Requirement, scenario: Scenario, recording: Recording | None, opine: Opine | None = None
) -> Finding:
    """One requirement in one scenario: passed when every member of the plan was judged and none failed.

    Without a recording: not tested. A judgement that breaks: our own error.
    """
    if recording is None:
        return _finding(requirement, scenario, [_not_tested("scenario not played", "scenario niet gespeeld")])
    if recording.resting_on is not None:
        stop = resting_on(recording.resting_on, played=False)
        return _finding(requirement, scenario, [_stopped(stop, ())])
    if requirement.judged is None:
        raise ValueError(f"{requirement.id} has no judgement and can't be judged in scenario {scenario.id}")
    opinions = _opinions(requirement.judged, scenario, recording, opine or opinion)
    if recording.state is RunState.ABORTED and worst(opinion.verdict for opinion in opinions) is Verdict.PASS:
        # What was left to play could have shown otherwise.
        opinions = [_not_tested("the run was stopped in this scenario", "de run is gestopt tijdens dit scenario")]
    return _finding(requirement, scenario, opinions)


def _opinions(judged: Judged, scenario: Scenario, recording: Recording, opine: Opine) -> list[Opinion]:
    kind = judgement_of(judged.by)
    found = cases(judged, scenario, recording, together=next(iter(kind.exchanges.values())))
    tries = tries_of(recording)
    opinions = [
        replace(_unless_locked_out(one, case, tries), member=case.name)
        for case in found
        for one in _of_member(kind, judged, case, recording, opine)
    ]
    return opinions or [Opinion(Verdict.INCONCLUSIVE, _NOTHING_LEFT, (), Triage.CONFIGURATION)]


def _unless_locked_out(opinion: Opinion, case: Case, tries: Mapping[str, Sequence[Exchange]]) -> Opinion:
    """The opinion, unless a lock-out may have brought about what was looked at."""
    looked, *rest = case.matches.values()
    failed = [tries[match[-1].step] for match in rest if match and match[-1].step in tries]
    if opinion.verdict in (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE):
        for each in failed:
            if (stop := locked_out(opinion.verdict, looked, each)) is not None:
                jump = clock_jump((*looked, *each))  # then a good request fails for its times
                return _stopped(jump or stop, (*looked, *each), frozenset({CLOCK_JUMP} if jump else ()))
    return opinion


def _of_member(kind: Judgement, judged: Judged, case: Case, recording: Recording, opine: Opine) -> list[Opinion]:
    if case.absent:
        return [_nothing_matches(recording, judged.on[case.absent])]
    first, *rest = zip(case.matches.values(), kind.exchanges.values(), strict=True)
    if any(len({one.step for one in match}) != 1 for match, takes_all in rest if not takes_all):
        return [_error("a selector matches several steps where the judgement takes one")]
    # Where a good request was tried again, the last try is the one to stand beside.
    beside = tuple(match if takes_all else match[-1] for match, takes_all in rest)
    firsts = [first[0]] if first[1] else first[0]
    return [opine(kind, (one, *beside), judged.parameters) for one in firsts]


def _nothing_matches(recording: Recording, selector: Selector) -> Opinion:
    if recording.state is RunState.ABORTED:
        return _not_tested("the run was stopped before this step", "de run is gestopt vóór deze stap")
    if selector.given.get("received"):
        if (jump := clock_jump(recording.exchanges)) is not None:
            return _stopped(jump, (), frozenset({CLOCK_JUMP}))
        call = selector.operation
        text = Text(f"het knooppunt deed geen aanroep '{call}'", f"the node made no call '{call}'")
        return Opinion(Verdict.INCONCLUSIVE, text, (), Triage.NODE)
    return _error("no exchange of this scenario matches what the judgement looks at")


def opinion(kind: Judgement, exchanges: Looked, parameters: Mapping[str, Json]) -> Opinion:
    """What one run of a judgement comes to. A judgement that breaks, or requires nothing: our own error."""
    tally = Tally()
    token = TALLY.set(tally)
    flat = flattened(exchanges)
    try:
        seen = kind.function(*exchanges, **parameters)
    except NotMet as failure:
        if (jump := jumped_now(flat)) is not None:
            return _stopped(jump, flat, frozenset({*tally.facts, CLOCK_JUMP}))
        return Opinion(Verdict.FAIL, failure.text, flat, failure.triage, None, frozenset(tally.facts))
    except Undecidable as stop:
        jump = jumped_now(flat) or stopped_by_jump(flat)
        return _stopped(jump or stop, flat, frozenset({*tally.facts, CLOCK_JUMP} if jump else tally.facts))
    except Exception as bug:  # noqa: BLE001 - any bug in a judgement is the suite's error, never the node's verdict
        return _error(f"the judgement '{kind.kind}' broke: {type(bug).__name__}: {bug}", flat)
    finally:
        TALLY.reset(token)
    if not tally.required:
        return _error(f"the judgement '{kind.kind}' ended without requiring anything", flat)
    return Opinion(Verdict.PASS, seen or Text("zoals afgesproken", "as agreed"), flat, facts=frozenset(tally.facts))


def flattened(exchanges: Looked) -> tuple[Exchange, ...]:
    """Every exchange a judgement is given, in order."""
    return tuple(one for item in exchanges for one in (item if isinstance(item, tuple) else (item,)))


def _stopped(stop: Undecidable, exchanges: tuple[Exchange, ...], facts: frozenset[str] = frozenset()) -> Opinion:
    return Opinion(Verdict.INCONCLUSIVE, stop.text, exchanges, stop.triage, stop.rung, facts)


def _error(text: str, exchanges: tuple[Exchange, ...] = ()) -> Opinion:
    return Opinion(
        Verdict.ERROR, Text(f"fout in de suite: {text}", f"error in the suite: {text}"), exchanges, Triage.SUITE
    )


def _not_tested(en: str, nl: str) -> Opinion:
    return Opinion(Verdict.NOT_TESTED, Text(nl, en), (), Triage.SUITE)


def _finding(requirement: Requirement, scenario: Scenario, opinions: Sequence[Opinion]) -> Finding:
    verdict = worst(opinion.verdict for opinion in opinions)
    telling = [opinion for opinion in opinions if opinion.verdict is verdict]
    members = _members(opinions)
    return Finding(
        requirement=requirement.id,
        scenario=scenario.id,
        verdict=verdict,
        reason=_reason(telling, members, verdict),
        triage=telling[0].triage,
        rung=telling[0].rung,
        evidence=tuple(dict.fromkeys(exchange.id for opinion in telling for exchange in opinion.exchanges)),
        facts=tuple(sorted({name for opinion in telling for name in opinion.facts})),
        members=members,
    )


def _members(opinions: Sequence[Opinion]) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for opinion in opinions:
        if opinion.member:
            found[opinion.member] = worst((opinion.verdict, found.get(opinion.member, opinion.verdict)))
    return found


def _reason(telling: Sequence[Opinion], members: Mapping[str, Verdict], verdict: Verdict) -> Text:
    """The distinct sentences of the opinions that decide, and which members they are about; of many only the first."""
    texts = list(dict.fromkeys(opinion.text for opinion in telling))
    more = len(texts) - 3
    nl = "; ".join(text.nl for text in texts[:3]) + (f"; en nog {more}" if more > 0 else "")
    en = "; ".join(text.en for text in texts[:3]) + (f"; and {more} more" if more > 0 else "")
    if len(members) > 1:
        meant = [name for name, found in members.items() if found is verdict]
        named = "" if verdict is Verdict.PASS else f": {', '.join(meant[:5])}{', …' if len(meant) > 5 else ''}"
        nl, en = f"{nl} ({len(meant)} van {len(members)}{named})", f"{en} ({len(meant)} of {len(members)}{named})"
    return Text(nl, en)
