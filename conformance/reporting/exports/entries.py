"""What every export lists, once: each finding, each gap, each signed word, each requirement that does not apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from conformance.model.agreements import Requirement
from conformance.model.exchange import Exchange
from conformance.model.finding import Finding
from conformance.model.words import Strength, Text, Verdict
from conformance.reporting.advice import next_step
from conformance.reporting.material import Material, Subject, subjects

ATTESTED = Text("verklaard", "attested")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an export. `name` is stable over runs: `scenario::requirement` for a finding.

    `words` are the closed words about it, name and value, for properties and labels.
    """

    name: str
    requirement: Requirement
    verdict: Verdict
    reason: Text
    step: Text
    """What to do next."""
    words: tuple[tuple[str, str], ...]
    strength: Strength
    twiin: bool = True
    scenario: str = ""


def entries(material: Material) -> tuple[Entry, ...]:
    """All of them, in the order of the plan."""
    exchanges = material.exchanges()
    bound = (entry for subject in subjects(material) for entry in _of_subject(subject, exchanges))
    return (*bound, *_excluded(material))


def _of_subject(subject: Subject, exchanges: Mapping[str, Exchange]) -> Iterable[Entry]:
    requirement = subject.planned.requirement
    for finding in subject.findings:
        step = next_step(finding, requirement, exchanges)
        yield replace(_entry(subject, finding.id, finding.verdict, finding.reason, finding), step=step)
    for number, gap in enumerate(subject.gaps, start=1):
        suffix = f"::{number}" if number > 1 else ""
        yield _entry(subject, f"gap::{requirement.id}{suffix}", gap.verdict, gap.because)
    if not subject.findings and not subject.gaps:
        yield _entry(subject, f"attestation::{requirement.id}", subject.result.verdict, ATTESTED)


def _entry(subject: Subject, name: str, verdict: Verdict, reason: Text, finding: Finding | None = None) -> Entry:
    requirement = subject.planned.requirement
    words = [
        ("verdict", verdict.value),
        ("strength", subject.planned.strength.value),
        ("status", subject.planned.status.value),
        ("layer", requirement.layer.value),
        ("decisive", _word(subject.result.decisive)),
        ("waived", _word(subject.result.waived)),
        ("profiles", " ".join(subject.profiles)),
    ]
    if finding is not None and finding.triage is not None:
        words.append(("triage", finding.triage.value))
    if finding is not None and finding.rung is not None:
        words.append(("rung", finding.rung.value))
    return Entry(
        name=name,
        requirement=requirement,
        verdict=verdict,
        reason=reason,
        step=requirement.remedy,
        words=tuple(words),
        strength=subject.planned.strength,
        twiin=subject.profile.agreement.twiin,
        scenario="" if finding is None else finding.scenario,
    )


def _excluded(material: Material) -> Iterable[Entry]:
    for item in material.plan.excluded:
        yield Entry(
            name=f"not-applicable::{item.requirement.id}",
            requirement=item.requirement,
            verdict=Verdict.NOT_APPLICABLE,
            reason=item.text,
            step=item.requirement.remedy,
            words=(("verdict", Verdict.NOT_APPLICABLE.value), ("because", item.because.value)),
            strength=item.requirement.strength,
        )


def _word(value: bool) -> str:
    return "yes" if value else "no"
