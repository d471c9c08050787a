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
from conformance.model.agreements import Place
from conformance.model.exchange import by_scenario
from conformance.model.run import Decision
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


def rejudge(folder: Path, *, agreements: Path | None = None, release: str | None = None) -> Rejudged:
    """Judge the recordings of a run folder again. Raises DocumentError when the folder is no (whole) run folder."""
    try:
        return _rejudged(RunFolder(folder), agreements, release)
    except (StoreError, OSError, ValueError, KeyError, TypeError) as error:
        raise DocumentError([_no_run(folder, error)]) from error


def _rejudged(folder: RunFolder, agreements: Path | None, release: str | None) -> Rejudged:
    catalogue = load_catalogue(agreements)
    node = load_node(folder.path / "node.json", catalogue, files=False)
    run = run_of(folder.read("run.json"))
    plan = resolve(catalogue, node, release=release or run.release, selection=run.selection)
    judged = judge(plan, by_scenario(folder.recordings()))
    findings = tuple(kept(finding, run.selected) for finding in judged)
    decisions = decide(plan, findings, run, attestations_of(folder.read("attestations.json")))
    data = findings_bytes(findings)
    comparable = catalogue.digest == run.digests.agreements and (release or run.release) == run.release
    same = data == folder.read("findings.json") if comparable else None
    code = Exit.SUITE_ERROR if same is False else exit_code(decisions, findings, run)
    return Rejudged(findings_bytes=data, decisions=decisions, same=same, exit=code)


def _no_run(folder: Path, error: Exception) -> Problem:
    return Problem(
        place=Place(str(folder)),
        field="FOLDER",
        expected=Text("een hele run-map van 'conformance run'", "a whole run folder of 'conformance run'"),
        found=Text(str(error), str(error)),
        step=Text("Geef de map waarin report.json staat.", "Give the folder that holds report.json."),
    )
