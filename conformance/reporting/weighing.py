"""What a profile's conclusion rests on: its requirements, its core, its claims, and the rest of the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from conformance.model.plan import ProfilePlan
from conformance.model.run import Gap, RequirementResult, Run, Shown
from conformance.model.words import Conclusion, Verdict, worst
from conformance.reporting.results import Case, claim_gap, result_of
from conformance.reporting.rule import Ground, conclusion

_LEFT_OUT = frozenset({Verdict.PASS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A profile with what each of its requirements came to."""

    profile: ProfilePlan
    results: tuple[RequirementResult, ...]
    gaps: tuple[Gap, ...]
    claims: tuple[Gap, ...]
    unserved: tuple[str, ...]

    @property
    def tested(self) -> tuple[RequirementResult, ...]:
        """What counts and was not left out of a narrowed run."""
        left_out = {planned.requirement.id for planned in self.profile.planned if planned.narrowed}
        seen = (one for one in self.results if one.findings and one.requirement not in left_out)
        return tuple(one for one in seen if one.decisive or one.qualifies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The run around a profile: what was planned in any profile, what was judged of it, and whether it is safe."""

    run: Run
    planned: frozenset[str]
    seen: Mapping[str, Verdict]
    """What each requirement came to that was judged in this run. A signed word alone is not seen."""
    unsafe: bool = False

    def core(self, profile: ProfilePlan) -> tuple[Shown, ...]:
        """The core of a profile, wherever in the plan it is judged; what binds in none of it is not applicable."""
        unseen = {name: Verdict.NOT_TESTED if name in self.planned else Verdict.NOT_APPLICABLE for name in profile.core}
        return tuple(Shown(requirement=name, verdict=self.seen.get(name, unseen[name])) for name in profile.core)


def weigh(profile: ProfilePlan, case: Case) -> Weighed:
    """What each requirement and each claim of a profile came to."""
    outcomes = tuple(result_of(planned, case) for planned in profile.planned)
    claims = tuple(claim_gap(gap) for gap in sorted(profile.claim_gaps, key=lambda gap: gap.claim))
    return Weighed(
        profile=profile,
        results=tuple(result for result, _ in outcomes),
        gaps=(*claims, *(gap for _, gaps in outcomes for gap in gaps)),
        claims=claims,
        unserved=tuple(case.unserved.get(profile.profile.id, ())),
    )


def around(weighed: Iterable[Weighed], run: Run) -> Around:
    """What the profiles of a run are to each other."""
    planned: set[str] = set()
    found: defaultdict[str, list[Verdict]] = defaultdict(list)
    for one in weighed:
        for result in one.results:
            planned.add(result.requirement)
            if result.findings:
                found[result.requirement].append(result.verdict)
    seen = {requirement: worst(verdicts) for requirement, verdicts in found.items()}
    return Around(run=run, planned=frozenset(planned), seen=seen)


def whole(one: Weighed, rest: Around) -> Conclusion:
    """What a profile comes to in a run that left nothing out."""
    return conclusion(_ground(one, one.results, rest.core(one.profile), rest))


def tested(one: Weighed, rest: Around) -> Conclusion | None:
    """What the tested part of a narrowed run comes to; None when nothing that counts was tested. What was left out,
    core too, does not count; but what does not bind this node was not left out."""
    if not one.tested:
        return None
    core = rest.core(one.profile)
    there = [each for each in core if each.requirement in rest.seen or each.verdict is Verdict.NOT_APPLICABLE]
    ground = _ground(one, one.tested, there, rest)
    return conclusion(replace(ground, decisive=ground.decisive | _LEFT_OUT, core=ground.core | _LEFT_OUT))


def _ground(one: Weighed, results: Iterable[RequirementResult], core: Iterable[Shown], rest: Around) -> Ground:
    counting = [result for result in results if not result.waived]
    return Ground(
        decisive=frozenset(result.verdict for result in counting if result.decisive),
        qualifying=frozenset(result.verdict for result in counting if result.qualifies),
        claims=frozenset(gap.verdict for gap in one.claims),
        core=frozenset(shown.verdict for shown in core),
        missing=bool(one.profile.missing),
        unserved=bool(one.unserved),
        released=rest.run.released,
        unsafe=rest.unsafe,
    )
