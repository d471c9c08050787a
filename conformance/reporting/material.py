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
class Material:
    """One run, judged and decided. `evidence` maps exchange ids to the digests under which they are stored; `root` is
    the digest over run, inputs, evidence and findings."""

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

    def chapter(self, chapter: str) -> Text:
        """The title of a chapter; its id when no title is known."""
        plain = chapter.replace("-", " ").capitalize()
        return self.chapters.get(chapter, Text(nl=plain, en=plain))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One applicable requirement with all that was found on it, over all profiles that hold it."""

    planned: Planned
    profile: ProfilePlan
    profiles: tuple[str, ...]
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
    holders = _holders(material.plan)
    made: dict[str, Subject] = {}
    for profile, decision in zip(material.plan.profiles, material.decisions, strict=True):
        results = {result.requirement: result for result in decision.results}
        for planned in profile.planned:
            name = planned.requirement.id
            if name in made and (made[name].result.decisive or not results[name].decisive):
                continue
            made[name] = Subject(
                planned=planned,
                profile=profile,
                profiles=holders[name],
                result=results[name],
                findings=tuple(found.get(name, ())),
                gaps=tuple(gap for gap in decision.gaps if gap.requirement == name),
                attestation=attested.get(name),
                waiver=waived.get(name),
            )
    return tuple(made.values())


def _holders(plan: Plan) -> dict[str, tuple[str, ...]]:
    holders: dict[str, tuple[str, ...]] = {}
    for profile in plan.profiles:
        for planned in profile.planned:
            name = planned.requirement.id
            holders[name] = (*holders.get(name, ()), profile.profile.id)
    return holders
