"""A run judged again from its folder alone: same recordings, same suite, same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.problems import DocumentError, Problem
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge
from conformance.harness.running import kept
from conformance.harness.snapshots import attestations_of, run_of
from conformance.model.exchange import by_scenario
from conformance.model.run import Attestation, Decision, Run
from conformance.model.words import Text
from conformance.recordings.store import RunFolder, StoreError
from conformance.reporting.canonical import findings_bytes
from conformance.reporting.decide import decide
from conformance.reporting.exits import Exit, exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """What the recordings come to. `same` is None when the agreements or the release are not the run's own."""

    findings_bytes: bytes
    decisions: tuple[Decision, ...]
    same: bool | None
    exit: Exit


class DamagedError(Exception):
    """The folder of a run is not as the run left it; the text says which file, and what to do."""


def rejudge(folder: Path, *, agreements: Path | None = None, release: str | None = None) -> Rejudged:
    """Judge the recordings of a run folder again.

    Raises DocumentError when this is no run folder, and DamagedError when its evidence is not what the run recorded.
    """
    kept_run = RunFolder(folder)
    try:
        run = run_of(kept_run.read("run.json"))
    except (StoreError, ValueError, KeyError, TypeError) as error:
        raise DocumentError([_no_run(folder, error)]) from error
    try:
        return _rejudged(kept_run, run, agreements, release)
    except (StoreError, OSError) as error:
        raise DamagedError(str(error)) from error


def _rejudged(folder: RunFolder, run: Run, agreements: Path | None, release: str | None) -> Rejudged:
    if folder.evidence_digest() != run.digests.evidence:
        raise DamagedError(
            f"{folder.path}: the evidence is not what the run recorded (its digest differs from the one in run.json). "
            "Judge an untouched copy, or play the run again."
        )
    catalogue = load_catalogue(agreements)
    node = load_node(folder.path / "node.json", catalogue, files=False)
    plan = resolve(catalogue, node, release=release or run.release, selection=run.selection)
    judged = judge(plan, by_scenario(folder.recordings()))
    findings = tuple(kept(finding, run.selected) for finding in judged)
    decisions = decide(plan, findings, run, _attestations(folder))
    data = findings_bytes(findings)
    comparable = catalogue.digest == run.digests.agreements and (release or run.release) == run.release
    same = data == folder.read("findings.json") if comparable else None
    code = Exit.SUITE_ERROR if same is False else exit_code(decisions, findings, run)
    return Rejudged(findings_bytes=data, decisions=decisions, same=same, exit=code)


def _attestations(folder: RunFolder) -> tuple[Attestation, ...]:
    try:
        return attestations_of(folder.read("attestations.json"))
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"{folder.path / 'attestations.json'}: not as a run writes it ({error}).") from error


def _no_run(folder: Path, error: Exception) -> Problem:
    said = str(error).rstrip(".")
    return Problem(
        place=None,
        field=str(folder),
        expected=Text("een hele run-map van 'conformance run'", "a whole run folder of 'conformance run'"),
        found=Text(said, said),
        step=Text("Geef de map waarin report.json staat.", "Give the folder that holds report.json."),
    )
