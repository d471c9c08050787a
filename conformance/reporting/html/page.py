"""What the page shows, worked out before any markup is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model.agreements import Agreement
from conformance.model.finding import Finding
from conformance.model.plan import ProfilePlan
from conformance.model.run import Decision, Gap
from conformance.model.words import WORST_FIRST, Text, Triage, Verdict
from conformance.reporting.advice import next_step
from conformance.reporting.html.counts import CountRow, count_rows
from conformance.reporting.html.decided import DecidedView, decided
from conformance.reporting.html.exchanges import Anchored, anchored
from conformance.reporting.material import Material, Subject, subjects
from conformance.reporting.resting import said
from conformance.reporting.results import is_claim

_OPEN = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding and where on the page its exchanges are."""

    finding: Finding
    exchanges: tuple[Anchored, ...]
    unstored: tuple[str, ...]
    title: Text
    step: Text | None
    """What to do next; None when nothing is, or when the requirement's own remedy says it."""

    @property
    def members(self) -> tuple[tuple[Verdict, tuple[str, ...]], ...]:
        """Over what was judged, the worst first; empty for a judgement of a single thing."""
        found = self.finding.members
        if len(found) < 2:
            return ()
        names = {verdict: tuple(name for name, one in found.items() if one is verdict) for verdict in WORST_FIRST}
        return tuple((verdict, named) for verdict, named in names.items() if named)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementView:
    """A requirement as shown once: agreed, seen, to change."""

    anchor: str
    subject: Subject
    findings: tuple[FindingView, ...]
    triages: tuple[Triage, ...]
    opened: bool
    change: bool
    """Whether the product is what has to change."""

    @property
    def verdict(self) -> Verdict:
        """The worst over its scenarios."""
        return self.subject.result.verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterView:
    """The requirements of one chapter of one agreement."""

    key: str
    title: Text
    agreement: Agreement
    requirements: tuple[RequirementView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclusionView:
    """What one profile came to."""

    anchor: str
    decision: Decision
    profile: ProfilePlan
    rests: Text
    rows: tuple[CountRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageView:
    """What to look at first, and which requirements wait for it."""

    triage: Triage
    requirements: tuple[RequirementView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page, but for the exchanges themselves."""

    material: Material
    conclusions: tuple[ConclusionView, ...]
    decided: tuple[DecidedView, ...]
    first: tuple[TriageView, ...]
    chapters: tuple[ChapterView, ...]
    undecisive: tuple[RequirementView, ...]
    untested: tuple[RequirementView, ...]
    claims: tuple[Gap, ...]

    @property
    def requirements(self) -> tuple[RequirementView, ...]:
        """All of them, in the order of the page."""
        return tuple(view for chapter in self.chapters for view in chapter.requirements)


def page_of(material: Material) -> Page:
    """The page of a run, but for the exchanges themselves."""
    exchanges = anchored(material.recordings)
    views = tuple(_requirement(subject, exchanges, material) for subject in subjects(material))
    return Page(
        material=material,
        conclusions=_conclusions(material),
        decided=_decided(material, views),
        first=_first(views),
        chapters=_chapters(views, material),
        undecisive=tuple(view for view in views if view.verdict is Verdict.FAIL and not view.subject.result.decisive),
        untested=tuple(view for view in views if view.subject.gaps or view.verdict is Verdict.NOT_TESTED),
        claims=tuple(dict.fromkeys(gap for decision in material.decisions for gap in decision.gaps if is_claim(gap))),
    )


def _requirement(subject: Subject, exchanges: Mapping[str, Anchored], material: Material) -> RequirementView:
    seen = tuple(_finding(finding, subject, exchanges, material) for finding in subject.findings)
    triages = {finding.triage for finding in subject.findings if finding.verdict is not Verdict.PASS}
    return RequirementView(
        anchor=f"requirement-{subject.planned.requirement.id}",
        subject=subject,
        findings=seen,
        triages=tuple(triage for triage in Triage if triage in triages),
        opened=subject.result.verdict in _OPEN,
        change=any(_proven(finding) for finding in subject.findings),
    )


def _finding(finding: Finding, subject: Subject, exchanges: Mapping[str, Anchored], material: Material) -> FindingView:
    own = {name: exchanges[name] for name in finding.evidence if name in exchanges}
    silent = finding.verdict is Verdict.PASS or _proven(finding)
    played = {name: view.exchange for name, view in own.items()}
    return FindingView(
        finding=finding,
        exchanges=tuple(own.values()),
        unstored=tuple(name for name in finding.evidence if name not in exchanges),
        title=_scenario_title(finding.scenario, material),
        step=None if silent else next_step(finding, subject.planned.requirement, played),
    )


def _proven(finding: Finding) -> bool:
    """Whether the node itself was seen to break the agreement: then the requirement's own remedy is what to do."""
    return finding.verdict is Verdict.FAIL and finding.triage in (None, Triage.NODE)


def _scenario_title(name: str, material: Material) -> Text:
    scenario = material.plan.scenarios.get(name)
    return scenario.title if scenario is not None else Text(nl=name, en=name)


def _chapters(views: tuple[RequirementView, ...], material: Material) -> tuple[ChapterView, ...]:
    groups: dict[tuple[str, str], list[RequirementView]] = {}
    agreements = {profile.agreement.id: profile.agreement for profile in material.plan.profiles}
    for view in views:
        requirement = view.subject.planned.requirement
        groups.setdefault((requirement.agreement, requirement.chapter), []).append(view)
    return tuple(
        ChapterView(
            key=f"{agreement}/{chapter}",
            title=material.chapter(chapter),
            agreement=agreements.get(agreement, members[0].subject.profile.agreement),
            requirements=tuple(members),
        )
        for (agreement, chapter), members in groups.items()
    )


def _first(views: tuple[RequirementView, ...]) -> tuple[TriageView, ...]:
    return tuple(
        TriageView(triage=triage, requirements=waiting)
        for triage in Triage
        if (waiting := tuple(view for view in views if triage in view.triages))
    )


def _conclusions(material: Material) -> tuple[ConclusionView, ...]:
    return tuple(
        ConclusionView(
            anchor=f"profile-{profile.profile.id}",
            decision=decision,
            profile=profile,
            rests=said(decision.rests),
            rows=count_rows(profile, decision),
        )
        for profile, decision in zip(material.plan.profiles, material.decisions, strict=True)
    )


def _decided(material: Material, views: tuple[RequirementView, ...]) -> tuple[DecidedView, ...]:
    titles = {view.subject.planned.requirement.id: view.subject.planned.requirement.title for view in views}
    both = zip(material.plan.profiles, material.decisions, strict=True)
    return tuple(decided(profile, decision, titles) for profile, decision in both)
