"""What a run came to, worked out from its folder: the same whether the run ends or is judged again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from conformance.agreements.catalogue import Catalogue
from conformance.checks.judging import judge
from conformance.checks.opinions import Opine
from conformance.model.exchange import Exchange, Recording, by_scenario
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.run import Attestation, Decision, Expectation, Run, Surprise
from conformance.model.words import RunState, Text, Triage, Verdict
from conformance.recordings.manifest import root_of
from conformance.recordings.store import RunFolder
from conformance.reporting.decide import decide
from conformance.reporting.exits import Accepted, Exit, exit_code
from conformance.reporting.expectations import compare
from conformance.reporting.serving import unserved


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run came to. `expectations` is None where no known-failure list was given."""

    run: Run
    plan: Plan
    catalogue: Catalogue
    recordings: Mapping[str, Recording]
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    attestations: tuple[Attestation, ...]
    expectations: tuple[Expectation, ...] | None

    @property
    def surprises(self) -> tuple[Surprise, ...]:
        """Where the known-failure list was not right."""
        if self.expectations is None:
            return ()
        return compare(self.expectations, self.findings, self.decisions, self.run)

    @property
    def concluded(self) -> Exit:
        """The exit code that follows from what was found, whatever anybody expected or accepted of it."""
        return exit_code(self.decisions, self.findings, self.run)

    def exit(self, accepted: Accepted) -> Exit:
        """The exit code for who ran it. With a known-failure list it says whether the list was right; the conclusion
        stays."""
        code = exit_code(self.decisions, self.findings, self.run, accepted)
        if self.expectations is None or code in (Exit.ABORTED, Exit.SUITE_ERROR):
            return code
        return Exit.NOT_CONFORMING if self.surprises else Exit.CONFORMING


def closed(folder: RunFolder, run: Run, *, aborted: bool) -> Run:
    """The run as it ended, from what it left: its times are those of what was said.

    A process that was asked to end more than once may have left evidence without the recording that leads to it.
    """
    if aborted:
        folder.sweep_evidence()
    exchanges = [exchange for recording in folder.recordings() for exchange in recording.exchanges]
    begin, end = span(exchanges) or (run.started, run.finished)
    return replace(
        run,
        started=begin,
        finished=end,
        state=RunState.ABORTED if aborted else RunState.FINISHED,
        digests=replace(run.digests, evidence=evidence_digest(folder)),
    )


def findings_of(folder: RunFolder, run: Run, plan: Plan, opine: Opine | None = None) -> tuple[Finding, ...]:
    """What the recordings of a folder come to, judged."""
    found = judge(plan, by_scenario(folder.recordings()), opine)
    return tuple(kept(finding, run.selected) for finding in found)


def result_of(
    folder: RunFolder,
    run: Run,
    plan: Plan,
    catalogue: Catalogue,
    attestations: tuple[Attestation, ...],
    expectations: tuple[Expectation, ...] | None,
    findings: tuple[Finding, ...],
) -> Result:
    """Decide on what was found: the same for a run that ends and for one that is judged again."""
    recordings = by_scenario(folder.recordings())
    return Result(
        run=run,
        plan=plan,
        catalogue=catalogue,
        recordings=recordings,
        findings=findings,
        decisions=decide(plan, findings, run, attestations, unserved=unserved(plan, recordings)),
        attestations=attestations,
        expectations=expectations,
    )


def span(exchanges: Sequence[Exchange]) -> tuple[str, str] | None:
    """When the first thing was said and when the last was answered, in UTC; None when nothing was said."""
    times = [datetime.fromisoformat(exchange.started) for exchange in exchanges]
    ends = [
        begin + timedelta(milliseconds=exchange.duration_ms) for begin, exchange in zip(times, exchanges, strict=True)
    ]
    return (stamp(min(times)), stamp(max(ends))) if times else None


def evidence_digest(folder: RunFolder) -> str:
    """One digest over recordings, exchanges and bodies."""
    return root_of(entry for entry in folder.manifest() if "/" in entry.path)


def kept(finding: Finding, ran: Collection[str] | None) -> Finding:
    """A finding nobody asked for is not tested, whatever its recording would have shown; None asks for all."""
    if ran is None or finding.id in ran:
        return finding
    text = Text("in deze run weggelaten", "left out of this run")
    return replace(
        finding, verdict=Verdict.NOT_TESTED, reason=text, triage=Triage.SUITE, rung=None, evidence=(), facts=()
    )


def stamp(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
