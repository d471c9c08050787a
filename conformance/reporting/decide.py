"""The decision rule `all-must-1`, computed from the plan and never from what happened to run.

A profile conforms when at least one normative MUST passed a judgement, and every applicable normative MUST passes or
carries a valid waiver, without error, inconclusive or gap on any of them. There is no score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from conformance.model.finding import Finding
from conformance.model.plan import Plan, ProfilePlan
from conformance.model.run import Attestation, Decision, Gap, RequirementResult, Run, Waiver
from conformance.model.words import Conclusion, RunState, Verdict
from conformance.reporting.reasons import Outcome, reasons
from conformance.reporting.results import Case, asked_for, claim_gap, passed_a_judgement, result_of

RULE = "all-must-1"


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
    return tuple(_decide_profile(profile, run, case) for profile in plan.profiles)


def clock_of(run: Run) -> date:
    """The day on which the run started, in UTC: the only clock a decision knows."""
    return date.fromisoformat(run.started[:10])


def narrowed(plan: Plan, run: Run) -> bool:
    """Whether the user left out anything that binds the node."""
    left_out = any(planned.narrowed for profile in plan.profiles for planned in profile.planned)
    return plan.selection.narrows or run.selected is not None or left_out


def _decide_profile(profile: ProfilePlan, run: Run, case: Case) -> Decision:
    outcomes = tuple(result_of(planned, case) for planned in profile.planned)
    results = tuple(result for result, _ in outcomes)
    claims = tuple(claim_gap(gap) for gap in sorted(profile.claim_gaps, key=lambda gap: gap.claim))
    conclusion = _conclude(run, results, claims, case)
    told = Outcome(profile=profile, run=run, results=results, claims=claims, today=case.today)
    return Decision(
        profile=profile.profile.id,
        rule=RULE,
        conclusion=conclusion,
        reasons=reasons(told, conclusion),
        results=results,
        gaps=(*claims, *(gap for _, gaps in outcomes for gap in gaps)),
    )


def _conclude(run: Run, results: tuple[RequirementResult, ...], claims: tuple[Gap, ...], case: Case) -> Conclusion:
    if run.state is RunState.ABORTED:
        return Conclusion.ABORTED
    if case.narrowed:
        return Conclusion.PARTIAL
    decisive = {result.verdict for result in results if result.decisive and not result.waived}
    verdicts = decisive | {gap.verdict for gap in claims}
    if Verdict.FAIL in verdicts:
        return Conclusion.NOT_CONFORMING
    if verdicts != {Verdict.PASS} or not passed_a_judgement(results) or not run.released:
        return Conclusion.UNDECIDED
    return Conclusion.CONFORMING


def _grouped(plan: Plan, findings: Iterable[Finding], run: Run) -> Mapping[str, tuple[Finding, ...]]:
    known = {planned.requirement.id for profile in plan.profiles for planned in profile.planned}
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
