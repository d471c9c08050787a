"""One run from node file to report: plan, folder, player, findings, decisions."""

from __future__ import annotations

import platform
import ssl
import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import conformance
from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.outcomes import load_attestations, load_expectations
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge
from conformance.harness import snapshots
from conformance.harness.digests import suite_digest
from conformance.harness.options import Options
from conformance.model.exchange import Recording, by_scenario
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.run import Attestation, Decision, Digests, Expectation, Run, Surprise
from conformance.model.words import RunState, Text, Triage, Verdict
from conformance.play.drivers import Ask
from conformance.play.player import Player
from conformance.recordings.store import RunFolder
from conformance.reporting.decide import decide
from conformance.reporting.exits import Exit, exit_code
from conformance.reporting.expectations import compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a run was asked to do, read and checked: nothing has been sent yet."""

    options: Options
    catalogue: Catalogue
    plan: Plan
    node_file: Path
    attestations: tuple[Attestation, ...]
    expectations: tuple[Expectation, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run came to."""

    run: Run
    plan: Plan
    recordings: Mapping[str, Recording]
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    surprises: tuple[Surprise, ...]
    attestations: tuple[Attestation, ...]
    expected: bool
    """Whether a known-failure list was given."""

    @property
    def exit(self) -> Exit:
        """The exit code. With a known-failure list it says whether the list was right; the conclusion stays."""
        code = exit_code(self.decisions, self.findings, self.run)
        if not self.expected or code in (Exit.ABORTED, Exit.SUITE_ERROR):
            return code
        return Exit.NOT_CONFORMING if self.surprises else Exit.CONFORMING


def read_inputs(options: Options, node_file: Path) -> Inputs:
    """Read agreements, node file, attestations and expectations. Raises DocumentError with every problem."""
    catalogue = load_catalogue(options.agreements)
    node = load_node(node_file, catalogue)
    return Inputs(
        options=options,
        catalogue=catalogue,
        plan=resolve(catalogue, node, release=options.release, selection=options.selection),
        node_file=node_file,
        attestations=load_attestations(node.attestations, catalogue) if node.attestations else (),
        expectations=load_expectations(options.expect, catalogue) if options.expect else None,
    )


class Running:
    """A run in progress in one process. Under xdist every worker has its own, all on the same folder."""

    def __init__(self, inputs: Inputs, folder: RunFolder, ask: Ask | None = None, key: bytes | None = None) -> None:
        self.inputs = inputs
        self.folder = folder
        self.player = Player.open(inputs.plan, folder, ask=ask, key=key)
        self.elsewhere: Counter[str] = Counter()
        """Redactions by the workers of this run."""
        self.started = _now()

    def recording(self, scenario: str) -> Recording:
        """The recording of a scenario, played when no process of this run has played it yet."""
        return self.player.recording(scenario)

    def close(self) -> None:
        """Let go of connections, counterparts and locks."""
        self.player.close()

    def finish(self, ran: Collection[str], *, aborted: bool = False) -> Result:
        """Judge what was recorded and decide; `ran` holds the finding ids that were asked for and came to an end.

        Of an aborted run everything that was recorded is judged: what it was asked and what it left out is not known.
        """
        aborted = aborted or self.player.aborted
        recordings = by_scenario(self.folder.recordings())
        judged = judge(self.inputs.plan, recordings)
        whole = aborted or all(finding.id in ran for finding in judged)
        selected = None if whole else tuple(sorted(ran))
        findings = tuple(kept(finding, selected) for finding in judged)
        run = self._run(selected, aborted=aborted)
        decisions = decide(self.inputs.plan, findings, run, self.inputs.attestations)
        expectations = self.inputs.expectations
        return Result(
            run=run,
            plan=self.inputs.plan,
            recordings=recordings,
            findings=findings,
            decisions=decisions,
            surprises=compare(expectations, findings) if expectations is not None else (),
            attestations=self.inputs.attestations,
            expected=expectations is not None,
        )

    def _run(self, selected: tuple[str, ...] | None, *, aborted: bool) -> Run:
        catalogue = self.inputs.catalogue
        return Run(
            id=str(uuid.uuid4()),
            started=self.started,
            finished=_now(),
            state=RunState.ABORTED if aborted else RunState.FINISHED,
            suite=conformance.__version__,
            release=self.inputs.options.release or self.inputs.plan.node.release,
            selection=self.inputs.plan.selection,
            digests=Digests(
                suite=suite_digest(),
                agreements=catalogue.digest,
                data=catalogue.data_digest,
                evidence=self.folder.evidence_digest(),
            ),
            released=catalogue.released,
            command=self.inputs.options.command,
            tools=tools(),
            selected=selected,
            accept_partial=self.inputs.options.accept_partial,
            redactions=dict(self.elsewhere + Counter(self.player.redactions)),
        )


def kept(finding: Finding, ran: Collection[str] | None) -> Finding:
    """A finding nobody asked for is not tested, whatever its recording would have shown; None asks for all."""
    if ran is None or finding.id in ran:
        return finding
    text = Text("in deze run weggelaten", "left out of this run")
    return replace(
        finding, verdict=Verdict.NOT_TESTED, reason=text, triage=Triage.SUITE, rung=None, evidence=(), facts=()
    )


def keep_inputs(folder: RunFolder, inputs: Inputs, run: Run) -> None:
    """Leave in the run folder what re-judging needs: node, attestations, the facts of the run."""
    folder.write("node.json", snapshots.node_bytes(inputs.node_file))
    folder.write("attestations.json", snapshots.attestation_bytes(inputs.attestations))
    folder.write("run.json", snapshots.run_bytes(run))


def tools() -> dict[str, str]:
    """The outside tools a verdict may depend on, with their versions."""
    packages = ("cryptography", "lxml", "pydicom", "requests", "urllib3")
    return {
        "python": platform.python_version(),
        "tls": ssl.OPENSSL_VERSION,
        **{package: version(package) for package in packages},
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
