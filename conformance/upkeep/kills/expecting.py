"""What a fault declared beforehand, worked out for the members of a plan, and where what was seen differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from conformance.checks.membership import matching, value_of
from conformance.model.agreements import Judged, Member, Requirement, Scenario, member_name
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.words import Verdict, worst
from conformance.simulators.faults import Fault

Verdicts = Mapping[str, Verdict]
"""Requirement id to the worst of its findings."""


def verdicts(findings: Iterable[Finding]) -> Verdicts:
    """The worst verdict on each requirement."""
    found: dict[str, list[Verdict]] = {}
    for finding in findings:
        found.setdefault(finding.requirement, []).append(finding.verdict)
    return {requirement: worst(each) for requirement, each in found.items()}


def deviations(fault: Fault, plan: Plan, before: Sequence[Finding], now: Sequence[Finding]) -> Iterator[str]:
    """Where the findings differ from those at the faithful node otherwise than declared, one line each."""
    requirements = [planned.requirement for _, planned in plan.pairs()]
    if not fault.part:
        yield from _by_requirement(fault, requirements, verdicts(before), verdicts(now))
        return
    for (scenario, planned), was, finding in zip(plan.pairs(), before, now, strict=True):
        if finding is was and declared(fault, planned.requirement.id) is None:
            continue
        judged, played = planned.requirement.judged, plan.scenarios[scenario]
        hit = affected(judged, played, fault.part)
        wrong = list(_by_member(fault, was, finding, hit, apart=_apart(judged, played, fault.part)))
        if wrong:
            yield f"{planned.requirement.id}: " + ", ".join(wrong[:_FEW]) + (", …" if len(wrong) > _FEW else "")


_FEW = 3


def _by_requirement(
    fault: Fault, requirements: Iterable[Requirement], before: Verdicts, now: Verdicts
) -> Iterator[str]:
    """A fault at every member: the verdict counts. Of members that a seed draws, those that can't be judged with it
    may be missing. What was declared to fail and to be undecidable is one of the two."""
    drawn = {one.id for one in requirements if one.judged is not None and one.judged.over}
    for requirement, was in sorted(before.items()):
        expected, seen = declared(fault, requirement) or was, now.get(requirement)
        spared = requirement in drawn and expected is Verdict.INCONCLUSIVE and seen is was
        either = expected is Verdict.FAIL and seen is Verdict.INCONCLUSIVE and among(requirement, fault.undecidable)
        if seen is not expected and not (spared or either):
            yield f"{requirement}: {seen}, expected {expected}"


def _by_member(fault: Fault, was: Finding, now: Finding, hit: frozenset[str], *, apart: bool) -> Iterator[str]:
    """A fault at some members: these have what was declared, the others what they had. Where undecidability was
    declared it may spread to others and spare some: what is asked may or may not rest on an answer that was spoiled.
    A requirement judged over other dimensions (`apart`) meets the fault at members that no plan tells."""
    verdict = declared(fault, was.requirement)
    spreads = among(was.requirement, fault.undecidable)
    for name, had in (was.members or {"": was.verdict}).items():
        expected = verdict if verdict and (name in hit or (not name and hit)) else had
        seen = now.members.get(name, now.verdict)
        spread = spreads and name not in hit and seen is Verdict.INCONCLUSIVE
        spared = verdict is Verdict.INCONCLUSIVE and seen is had
        met = apart and seen is verdict
        if seen is not expected and not (spread or spared or met):
            yield f"{name or 'as a whole'} {seen}, expected {expected}"


def declared(fault: Fault, requirement: str) -> Verdict | None:
    """What a fault declares of a requirement: that it fails, that it can't be decided, or nothing."""
    stays = among(requirement, fault.stays)
    if requirement in fault.fails or (among(requirement, fault.fails) and not stays):
        return Verdict.FAIL
    return Verdict.INCONCLUSIVE if among(requirement, fault.undecidable) and not stays else None


def affected(judged: Judged | None, scenario: Scenario, part: Member) -> frozenset[str]:
    """The members over which a requirement is judged in a scenario and that have these values."""
    if judged is None:
        return frozenset()
    first = next(iter(judged.on.values()))
    steps = [step for step in matching(scenario.steps, first) if part.items() <= value_of(step.given, part).items()]
    return frozenset(member_name(value_of(step.given, judged.over)) or step.name for step in steps)


def _apart(judged: Judged | None, scenario: Scenario, part: Member) -> bool:
    """Whether a requirement is judged over members and none of its steps has all dimensions of a part."""
    if judged is None or not judged.over:
        return False
    steps = matching(scenario.steps, next(iter(judged.on.values())))
    return not any(len(value_of(step.given, part)) == len(part) for step in steps)


def among(requirement: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns fits."""
    return any(fnmatchcase(requirement, pattern) for pattern in patterns)
