"""From a plan and its recordings to findings: pure, offline, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conformance.checks.judgement import resting_on
from conformance.checks.opinions import Opine, Opinion, not_tested, opinion, stopped
from conformance.checks.weighing import weighed
from conformance.model.agreements import Requirement, Scenario
from conformance.model.exchange import Recording
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.words import RunState, Text, Verdict, worst


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
        return _finding(requirement, scenario, [not_tested("scenario not played", "scenario niet gespeeld")])
    if recording.resting_on is not None:
        stop = resting_on(recording.resting_on, played=False)
        return _finding(requirement, scenario, [stopped(stop, ())])
    if requirement.judged is None:
        raise ValueError(f"{requirement.id} has no judgement and can't be judged in scenario {scenario.id}")
    opinions = weighed(requirement.judged, scenario, recording, opine or opinion).opinions
    return concluded(requirement, scenario, recording, opinions)


def concluded(
    requirement: Requirement, scenario: Scenario, recording: Recording, opinions: Sequence[Opinion]
) -> Finding:
    """What all that was said of a requirement over a recording comes to."""
    if recording.state is RunState.ABORTED and worst(opinion.verdict for opinion in opinions) is Verdict.PASS:
        # What was left to play could have shown otherwise.
        opinions = [not_tested("the run was stopped in this scenario", "de run is gestopt tijdens dit scenario")]
    return _finding(requirement, scenario, opinions)


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
    for one in opinions:
        if one.member:
            before = found.get(one.member)
            found[one.member] = one.verdict if before is None else worst((before, one.verdict))
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
