"""The decisions, computed from the plan and never from what happened to run; the rule itself is in `rule`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.run import Attestation, Decision, Run, Waiver
from conformance.model.words import Conclusion, RunState
from conformance.reporting.reasons import Outcome, reasons
from conformance.reporting.resting import rests_of
from conformance.reporting.results import Case, asked_for
from conformance.reporting.rule import RULE
from conformance.reporting.weighing import Around, Weighed, around, tested, weigh, whole


class UnplannedFinding(ValueError):
    """A finding about a requirement that the plan does not hold: plan and findings are not of the same run."""


def decide(
    plan: Plan,
    findings: Iterable[Finding],
    run: Run,
    attestations: Iterable[Attestation],
    waivers: Iterable[Waiver] = (),
    unserved: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[Decision, ...]:
    """One decision per profile, in the order of the plan; independent of the order of everything else. `unserved` names
    by profile the kinds of operation that nothing good ever came of (see `serving`).

    Raises UnplannedFinding when a finding names a requirement outside the plan.
    """
    today = clock_of(run)
    case = Case(
        findings=_grouped(plan, findings, run),
        attestations=_attested(attestations, today),
        waived=frozenset(waiver.requirement for waiver in waivers if today <= waiver.until),
        today=today,
        narrowed=narrowed(plan, run),
        unserved=unserved,
    )
    weighed = [weigh(profile, case) for profile in plan.profiles]
    rest = around(weighed, run)
    comes_to = tested if case.narrowed else whole
    failed = [comes_to(one, rest) is Conclusion.NOT_CONFORMING for one in weighed if one.profile.profile.basis]
    rest = replace(rest, unsafe=any(failed))
    return tuple(_decision(one, rest, case) for one in weighed)


def clock_of(run: Run) -> date:
    """The day on which the run started, in UTC: the only clock a decision knows."""
    return date.fromisoformat(run.started[:10])


def narrowed(plan: Plan, run: Run) -> bool:
    """Whether the user left out anything that binds the node."""
    left_out = any(planned.narrowed for profile in plan.profiles for planned in profile.planned)
    return plan.selection.narrows or run.selected is not None or left_out


def _decision(one: Weighed, rest: Around, case: Case) -> Decision:
    came_to = _conclude(one, rest, case)
    return Decision(
        profile=one.profile.profile.id,
        rule=RULE,
        conclusion=came_to,
        reasons=reasons(Outcome(weighed=one, rest=rest, today=case.today), came_to),
        results=one.results,
        gaps=one.gaps,
        rests=rests_of(one.profile, one.results),
        core=rest.core(one.profile),
        missing=one.profile.missing,
        unserved=one.unserved,
        tested=tested(one, rest) if came_to is Conclusion.PARTIAL else None,
    )


def _conclude(one: Weighed, rest: Around, case: Case) -> Conclusion:
    if rest.run.state is RunState.ABORTED:
        return Conclusion.ABORTED
    return Conclusion.PARTIAL if case.narrowed else whole(one, rest)


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
