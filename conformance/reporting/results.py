"""One applicable requirement over all its scenarios: the worst of its findings, and every gap with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from conformance.model.finding import Finding
from conformance.model.plan import ClaimGap, Planned
from conformance.model.run import CLAIM, Attestation, Gap, RequirementResult, Run
from conformance.model.words import Text, Verdict, Verification, worst

LEFT_OUT = Text(
    nl="Buiten deze proef gelaten door de gekozen selectie.",
    en="Left out of this run by the chosen selection.",
)
NO_SCENARIO = Text(
    nl="Geen scenario van deze suite laat deze eis zien voor dit knooppunt.",
    en="No scenario of this suite shows this requirement for this node.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a decision rests on besides the plan. `findings` are sorted by id, so order in never matters."""

    findings: Mapping[str, tuple[Finding, ...]]
    attestations: Mapping[str, Attestation]
    waived: frozenset[str]
    today: date
    narrowed: bool
    unserved: Mapping[str, tuple[str, ...]]


def in_grace(planned: Planned, today: date) -> bool:
    """Whether the requirement is only announced: until its `warn_until` date it is reported and decides nothing. What a
    profile took is its own rule, and binds."""
    if planned.taken:
        return False
    until = planned.requirement.warn_until
    return until is not None and today < until


def result_of(planned: Planned, case: Case) -> tuple[RequirementResult, tuple[Gap, ...]]:
    """The requirement's verdict and its gaps. A scenario without a finding is a gap, never a silence."""
    binding = not in_grace(planned, case.today)
    decisive = planned.decisive and binding
    findings = case.findings.get(planned.requirement.id, ())
    gaps = tuple(
        Gap(
            requirement=planned.requirement.id,
            verdict=verdict,
            because=because,
            decisive=decisive,
            left_out=because is LEFT_OUT,
        )
        for verdict, because in (*_missing(planned, findings, case.narrowed), *_unattested(planned, case))
    )
    verdict = worst(_verdicts(findings, gaps, planned, case))
    # A waiver lets a node go without; it never excuses a fault of the suite itself.
    excused = planned.requirement.id in case.waived and verdict is not Verdict.PASS
    spotless = all(finding.verdict is not Verdict.ERROR for finding in findings)
    result = RequirementResult(
        requirement=planned.requirement.id,
        verdict=verdict,
        decisive=decisive,
        findings=tuple(finding.id for finding in findings),
        waived=excused and spotless,
        qualifies=planned.qualifies and binding,
        unattested=verdict is Verdict.NOT_TESTED and _asks(planned),
    )
    return result, gaps


def asked_for(finding: Finding, run: Run) -> bool:
    """Whether the user's selection kept this finding; what was left out is a gap of the run, not a finding."""
    return run.selected is None or finding.id in run.selected


def claim_gap(gap: ClaimGap) -> Gap:
    """A claim the role must make: claimed `no` is a fail, `unknown` a gap, so nobody conforms by claiming nothing."""
    said = ("nee", "no") if gap.refused else ("onbekend", "unknown")
    return Gap(
        requirement=f"{CLAIM}{gap.claim}",
        verdict=Verdict.FAIL if gap.refused else Verdict.NOT_TESTED,
        because=Text(
            nl=f"De rol moet '{gap.claim}' opgeven; het knooppuntbestand zegt {said[0]}.",
            en=f"The role must claim '{gap.claim}'; the node file says {said[1]}.",
        ),
        decisive=True,
    )


def is_claim(gap: Gap) -> bool:
    """Whether a gap is about a claim and not about a requirement."""
    return gap.requirement.startswith(CLAIM)


def _verdicts(findings: Iterable[Finding], gaps: tuple[Gap, ...], planned: Planned, case: Case) -> tuple[Verdict, ...]:
    found = tuple(_judged(finding.verdict) for finding in findings)
    # In a narrowed run a scenario that was left out does not hide what the others showed.
    missing = () if case.narrowed and found else tuple(gap.verdict for gap in gaps)
    attestation = case.attestations.get(planned.requirement.id) if _asks(planned) else None
    if attestation is None or (attestation.fulfilled and _worthless(attestation, planned, case.today)):
        return (*found, *missing)
    return (*found, *missing, Verdict.PASS if attestation.fulfilled else Verdict.FAIL)


def _judged(verdict: Verdict) -> Verdict:
    # Not-applicable comes from resolving only; from a judgement it would be a silent omission.
    return Verdict.NOT_TESTED if verdict is Verdict.NOT_APPLICABLE else verdict


def _missing(planned: Planned, findings: tuple[Finding, ...], narrowed: bool) -> tuple[tuple[Verdict, Text], ...]:
    requirement = planned.requirement
    # A finding of a scenario that the plan does not hold shows nothing of what was planned.
    shown = {finding.scenario for finding in findings} & set(planned.scenarios)
    if requirement.untested is not None and not shown:
        return ((Verdict.NOT_TESTED, requirement.untested),)
    if not requirement.automatic and not planned.scenarios:
        return ()
    if planned.narrowed and not findings:
        return ((Verdict.NOT_TESTED, LEFT_OUT),)
    if not planned.scenarios:
        return ((Verdict.NOT_TESTED, NO_SCENARIO),)
    absent = (scenario for scenario in planned.scenarios if scenario not in shown)
    return tuple((Verdict.NOT_TESTED, LEFT_OUT if narrowed else _unplayed(scenario)) for scenario in absent)


def _unplayed(scenario: str) -> Text:
    return Text(
        nl=f"Scenario {scenario} gaf geen bevinding: niet gespeeld, of de proef stopte eerder.",
        en=f"Scenario {scenario} gave no finding: it was not played, or the run stopped before it.",
    )


def _asks(planned: Planned) -> bool:
    requirement = planned.requirement
    return requirement.asks is not None or not all(way.automatic for way in requirement.verify)


def _unattested(planned: Planned, case: Case) -> tuple[tuple[Verdict, Text], ...]:
    requirement = planned.requirement
    if not _asks(planned):
        return ()
    attestation = case.attestations.get(requirement.id)
    if attestation is None:
        # The written reason already stands as the gap when there is nothing to ask.
        return () if requirement.asks is None and requirement.untested else ((Verdict.NOT_TESTED, _asked(planned)),)
    if attestation.fulfilled:
        missing = _worthless(attestation, planned, case.today)
        return ((Verdict.NOT_TESTED, missing),) if missing else ()
    said = Text(
        nl=f"{attestation.by} verklaarde op {attestation.on.isoformat()} dat hieraan niet is voldaan.",
        en=f"{attestation.by} stated on {attestation.on.isoformat()} that this is not fulfilled.",
    )
    return ((Verdict.FAIL, said),)


def _worthless(attestation: Attestation, planned: Planned, today: date) -> Text | None:
    """Why a favourable word does not count: given after the run, or without the evidence that an examination needs."""
    if attestation.on > today:
        return Text(
            nl=f"De verklaring draagt een datum na de proef ({attestation.on.isoformat()}).",
            en=f"The attestation bears a date after the run ({attestation.on.isoformat()}).",
        )
    if Verification.EXAMINATION in planned.requirement.verify and not attestation.evidence.strip():
        asks = planned.requirement.asks or planned.requirement.title
        return Text(
            nl=f"Een verklaring zonder bewijs volstaat hier niet. Gevraagd: {asks.nl}",
            en=f"An attestation without evidence does not suffice here. Asked: {asks.en}",
        )
    return None


def _asked(planned: Planned) -> Text:
    asks = planned.requirement.asks or planned.requirement.title
    return Text(
        nl=f"Geen uitwisseling kan dit tonen en er is nog geen verklaring. Gevraagd: {asks.nl}",
        en=f"No exchange can show this and there is no attestation yet. Asked: {asks.en}",
    )
