"""The decisions, computed from the plan and never from what happened to run; the rule itself is in `rule`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from conformance.model.finding import Finding
from conformance.model.plan import Plan, ProfilePlan
from conformance.model.run import Attestation, Decision, Gap, RequirementResult, Run, Shown, Waiver
from conformance.model.words import Conclusion, RunState, Verdict, worst
from conformance.reporting.reasons import Outcome, reasons
from conformance.reporting.results import Case, asked_for, claim_gap, result_of
from conformance.reporting.rule import RULE, Ground, conclusion


class UnplannedFinding(ValueError):
    """A finding about a requirement that the plan does not hold: plan and findings are not of the same run."""


def decide(
    plan: Plan,
    findings: Iterable[Finding],
    run: Run,
    attestations: Iterable[Attestation],
    waivers: Iterable[Waiver] = (),
) -> tuple[Decision, ...]:
    """One decision per profile, in the order of the plan; independent of the order of everything else.

    Raises UnplannedFinding when a finding names a requirement outside the plan.
    """
    today = clock_of(run)
    case = Case(
        findings=_grouped(plan, findings, run),
        attestations=_attested(attestations, today),
        waived=frozenset(waiver.requirement for waiver in waivers if today <= waiver.until),
        today=today,
        narrowed=narrowed(plan, run),
    )
    weighed = [_weigh(profile, case) for profile in plan.profiles]
    planned, seen = _planned(plan), _seen(weighed)
    return tuple(_decide(one, planned, seen, run, case) for one in weighed)


def clock_of(run: Run) -> date:
    """The day on which the run started, in UTC: the only clock a decision knows."""
    return date.fromisoformat(run.started[:10])


def narrowed(plan: Plan, run: Run) -> bool:
    """Whether the user left out anything that binds the node."""
    left_out = any(planned.narrowed for profile in plan.profiles for planned in profile.planned)
    return plan.selection.narrows or run.selected is not None or left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """A profile with what each of its requirements came to."""

    profile: ProfilePlan
    results: tuple[RequirementResult, ...]
    gaps: tuple[Gap, ...]
    claims: tuple[Gap, ...]

    @property
    def tested(self) -> tuple[RequirementResult, ...]:
        """What a narrowed run did not leave out."""
        left_out = {planned.requirement.id for planned in self.profile.planned if planned.narrowed}
        return tuple(one for one in self.results if one.findings and one.requirement not in left_out)


def _weigh(profile: ProfilePlan, case: Case) -> _Weighed:
    outcomes = tuple(result_of(planned, case) for planned in profile.planned)
    claims = tuple(claim_gap(gap) for gap in sorted(profile.claim_gaps, key=lambda gap: gap.claim))
    return _Weighed(
        profile=profile,
        results=tuple(result for result, _ in outcomes),
        gaps=(*claims, *(gap for _, gaps in outcomes for gap in gaps)),
        claims=claims,
    )


def _seen(weighed: Iterable[_Weighed]) -> Mapping[str, Verdict]:
    """What each requirement came to that was judged in this run. A signed word alone is not seen."""
    found: defaultdict[str, list[Verdict]] = defaultdict(list)
    for one in weighed:
        for result in one.results:
            if result.findings:
                found[result.requirement].append(result.verdict)
    return {requirement: worst(verdicts) for requirement, verdicts in found.items()}


def _decide(one: _Weighed, planned: Collection[str], seen: Mapping[str, Verdict], run: Run, case: Case) -> Decision:
    unseen = {name: Verdict.NOT_TESTED if name in planned else Verdict.NOT_APPLICABLE for name in one.profile.core}
    core = tuple(Shown(requirement=name, verdict=seen.get(name, unseen[name])) for name in unseen)
    came_to = _conclude(one, core, run, case)
    told = Outcome(profile=one.profile, run=run, results=one.results, claims=one.claims, core=core, today=case.today)
    return Decision(
        profile=one.profile.profile.id,
        rule=RULE,
        conclusion=came_to,
        reasons=reasons(told, came_to),
        results=one.results,
        gaps=one.gaps,
        core=core,
        missing=one.profile.missing,
        tested=_tested(one, core, seen, run) if came_to is Conclusion.PARTIAL else None,
    )


def _conclude(one: _Weighed, core: Iterable[Shown], run: Run, case: Case) -> Conclusion:
    if run.state is RunState.ABORTED:
        return Conclusion.ABORTED
    if case.narrowed:
        return Conclusion.PARTIAL
    return conclusion(_ground(one, one.results, core, run))


def _tested(one: _Weighed, core: Iterable[Shown], seen: Mapping[str, Verdict], run: Run) -> Conclusion | None:
    """What the tested part of a narrowed run comes to. What was left out, core too, does not count; what does not bind
    this node was not left out."""
    counting = [result for result in one.tested if result.decisive or result.qualifies]
    if not counting:
        return None
    there = [shown for shown in core if shown.requirement in seen or shown.verdict is Verdict.NOT_APPLICABLE]
    ground = _ground(one, counting, there, run)
    left_out = frozenset({Verdict.PASS})
    return conclusion(replace(ground, decisive=ground.decisive | left_out, core=ground.core | left_out))


def _ground(one: _Weighed, results: Iterable[RequirementResult], core: Iterable[Shown], run: Run) -> Ground:
    counting = [result for result in results if not result.waived]
    return Ground(
        decisive=frozenset(result.verdict for result in counting if result.decisive),
        qualifying=frozenset(result.verdict for result in counting if result.qualifies),
        claims=frozenset(gap.verdict for gap in one.claims),
        core=frozenset(shown.verdict for shown in core),
        missing=bool(one.profile.missing),
        released=run.released,
        unsafe=False,
    )


def _planned(plan: Plan) -> frozenset[str]:
    return frozenset(planned.requirement.id for profile in plan.profiles for planned in profile.planned)


def _grouped(plan: Plan, findings: Iterable[Finding], run: Run) -> Mapping[str, tuple[Finding, ...]]:
    known = _planned(plan)
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.requirement not in known:
            message = f"finding {finding.id}: requirement {finding.requirement} is not in the plan of this run"
            raise UnplannedFinding(f"{message}; judge again with the agreements of the run")
        if asked_for(finding, run):
            groups[finding.requirement].append(finding)
    return {
        requirement: tuple(sorted(group, key=lambda finding: (finding.id, finding.verdict)))
        for requirement, group in groups.items()
    }


def _attested(attestations: Iterable[Attestation], today: date) -> Mapping[str, Attestation]:
    def order(word: Attestation) -> tuple[str, bool, bool, bool, str, date]:
        # "Not fulfilled" comes last: of two contradicting words the worse one stands. A date after the run comes first.
        return word.requirement, not word.fulfilled, word.on <= today, bool(word.evidence), word.by, word.on

    return {word.requirement: word for word in sorted(attestations, key=order)}
