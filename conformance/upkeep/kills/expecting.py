"""What a fault declared beforehand, worked out for the members of a plan, and where what was seen differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from conformance.checks.membership import matching, value_of
from conformance.model.agreements import Member, Requirement, Step, member_name
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


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one finding of a plan comes from: its requirement, and the steps of the scenario that it is judged on."""

    requirement: Requirement
    steps: tuple[Step, ...]
    _affected: dict[tuple[tuple[str, str], ...], frozenset[str]] = field(default_factory=dict, compare=False)
    """By part, what was worked out before: faults of many kinds are narrowed alike."""

    def affected(self, part: Member) -> frozenset[str]:
        """The members over which it is judged and that have these values."""
        at = tuple(part.items())
        if at not in self._affected:
            self._affected[at] = self._having(part)
        return self._affected[at]

    def _having(self, part: Member) -> frozenset[str]:
        over = self.requirement.judged.over if self.requirement.judged else ()
        hit = (step for step in self.steps if part.items() <= value_of(step.given, part).items())
        return frozenset(member_name(value_of(step.given, over)) or step.name for step in hit)

    def apart(self, part: Member) -> bool:
        """Whether none of its steps has all dimensions of a part."""
        return not any(len(value_of(step.given, part)) == len(part) for step in self.steps)


def placed(plan: Plan) -> tuple[Placed, ...]:
    """Every finding of a plan, in its order."""
    return tuple(_placed(plan, scenario, planned.requirement) for scenario, planned in plan.pairs())


def _placed(plan: Plan, scenario: str, requirement: Requirement) -> Placed:
    if requirement.judged is None:
        return Placed(requirement, ())
    first = next(iter(requirement.judged.on.values()))
    return Placed(requirement, tuple(matching(plan.scenarios[scenario].steps, first)))


def deviations(
    fault: Fault, places: Sequence[Placed], before: Sequence[Finding], now: Sequence[Finding]
) -> Iterator[str]:
    """Where the findings differ from those at the faithful node otherwise than declared, one line each."""
    if not fault.part:
        requirements = [place.requirement for place in places]
        yield from _by_requirement(fault, requirements, verdicts(before), verdicts(now))
        return
    for place, was, finding in zip(places, before, now, strict=True):
        id_ = place.requirement.id
        if finding is was and declared(fault, id_) is None:
            continue
        hit = place.affected(fault.part)
        wrong = list(_by_member(fault, was, finding, hit, apart=place.apart(fault.part)))
        if wrong:
            yield f"{id_}: " + ", ".join(wrong[:_FEW]) + (", …" if len(wrong) > _FEW else "")


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
    A requirement that is not judged over these dimensions (`apart`) meets the fault at members that no plan tells."""
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


def among(requirement: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns fits."""
    return any(fnmatchcase(requirement, pattern) for pattern in patterns)
