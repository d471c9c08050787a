"""Everything the forms of a report are made from, with look-ups they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.model.exchange import Exchange, Recording
from conformance.model.finding import Finding
from conformance.model.plan import Plan, Planned, ProfilePlan
from conformance.model.run import Attestation, Decision, Gap, RequirementResult, Run, Surprise, Waiver
from conformance.model.words import Text
from conformance.reporting.results import asked_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What was said in a run, whatever was found in it. `evidence` maps exchange ids to the digests under which they
    are stored."""

    plan: Plan
    run: Run
    recordings: tuple[Recording, ...]
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One run, judged and decided. `evidence` is as in `Played`; `root` is the digest over run, inputs, evidence and
    findings."""

    plan: Plan
    run: Run
    findings: tuple[Finding, ...]
    recordings: tuple[Recording, ...]
    decisions: tuple[Decision, ...]
    surprises: tuple[Surprise, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    chapters: Mapping[str, Text] = field(default_factory=dict)
    root: str = ""

    def exchanges(self) -> dict[str, Exchange]:
        """All exchanges by id, scenario by scenario."""
        return {exchange.id: exchange for recording in self.recordings for exchange in recording.exchanges}

    @property
    def played(self) -> Played:
        """What was said."""
        return Played(plan=self.plan, run=self.run, recordings=self.recordings, evidence=self.evidence)

    def chapter(self, chapter: str) -> Text:
        """The title of a chapter; its id when no title is known."""
        plain = chapter.replace("-", " ").capitalize()
        return self.chapters.get(chapter, Text(nl=plain, en=plain))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One applicable requirement with all that was found on it, over all profiles that hold it.

    `planned` and `result` are those of the profile in which it weighs most; where it weighs the same in two, those of
    its own agreement.
    """

    planned: Planned
    profile: ProfilePlan
    profiles: tuple[str, ...]
    taken: tuple[Planned, ...]
    """As it stands in the profiles that took it from its own agreement."""
    result: RequirementResult
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    attestation: Attestation | None
    waiver: Waiver | None


def subjects(material: Material) -> tuple[Subject, ...]:
    """Every applicable requirement once, in the order of the plan."""
    found: dict[str, list[Finding]] = {}
    for finding in sorted(material.findings, key=lambda finding: finding.id):
        if asked_for(finding, material.run):
            found.setdefault(finding.requirement, []).append(finding)
    attested = {word.requirement: word for word in material.attestations}
    waived = {waiver.requirement: waiver for waiver in material.waivers}
    return tuple(
        Subject(
            planned=main.planned,
            profile=main.profile,
            profiles=tuple(held.profile.profile.id for held in holdings),
            taken=tuple(held.planned for held in holdings if held.planned.taken),
            result=main.result,
            findings=tuple(found.get(name, ())),
            gaps=tuple(gap for gap in main.decision.gaps if gap.requirement == name),
            attestation=attested.get(name),
            waiver=waived.get(name),
        )
        for name, holdings in _holdings(material).items()
        for main in (min(holdings, key=lambda held: held.lightness),)
    )


@dataclass(frozen=True, slots=True)
class _Holding:
    """A requirement as one profile holds it."""

    profile: ProfilePlan
    decision: Decision
    planned: Planned
    result: RequirementResult

    @property
    def lightness(self) -> tuple[bool, bool]:
        return not self.result.decisive, self.planned.taken is not None


def _holdings(material: Material) -> dict[str, list[_Holding]]:
    """The requirements in the order of the plan, each with the profiles that hold it; what is taken has its place
    in its own chapter."""
    held: dict[str, list[_Holding]] = {}
    both = zip(material.plan.profiles, material.decisions, strict=True)
    for profile, decision in sorted(both, key=lambda pair: pair[0].profile.basis):
        results = {result.requirement: result for result in decision.results}
        for planned in profile.planned:
            name = planned.requirement.id
            held.setdefault(name, []).append(_Holding(profile, decision, planned, results[name]))
    return held
