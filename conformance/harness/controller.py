"""A run as pytest sees it: opened by the controller, joined by workers, closed with a report."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.agreements.problems import DocumentError
from conformance.checks.judging import judge_one
from conformance.harness.embedded import Embedded
from conformance.harness.options import REFERENCE, Options
from conformance.harness.running import Inputs, Result, Running, keep_inputs, read_inputs
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.words import Text, Triage, Verdict
from conformance.play.player import RunAbortedError
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.store import RunFolder, StoreError
from conformance.reporting import progress, summary
from conformance.reporting.exits import Exit
from conformance.reporting.material import Material
from conformance.reporting.write import Written, write_material


class UsageProblem(Exception):
    """What was asked can't be done as asked; the text says what is wrong, where, and what to do."""


class Session:
    """One process's share in a run."""

    def __init__(self, running: Running, embedded: Embedded | None, *, worker: bool) -> None:
        self.running = running
        self.worker = worker
        self.stopped: Text | None = None
        self._embedded = embedded
        self._ended: tuple[Result, Material, Written] | None = None
        self._watching = ExitStack()
        self._step: progress.Step = progress.unseen
        self._requirements = {
            (scenario, planned.requirement.id): planned.requirement for scenario, planned in self.plan.pairs()
        }

    @classmethod
    def open(cls, options: Options, worker: Mapping[str, Any] | None) -> Session:
        """Open a run, or join the one the controller opened. Raises UsageProblem before anything is sent or written."""
        if worker is not None:
            return cls._join(options, json.loads(worker["conformance"]))
        embedded = Embedded.start(options.release) if options.node == REFERENCE else None
        try:
            inputs = _inputs(options, embedded.node_file if embedded else Path(options.node))
            running = Running(inputs, RunFolder.create(options.out or _default_folder()))
        except (UsageProblem, StoreError) as problem:
            if embedded:
                embedded.stop()
            raise UsageProblem(str(problem)) from problem
        return cls(running, embedded, worker=False)

    @classmethod
    def _join(cls, options: Options, invitation: Mapping[str, str]) -> Session:
        inputs = _inputs(options, Path(invitation["node"]))
        return cls(Running(inputs, RunFolder(Path(invitation["folder"]))), None, worker=True)

    @property
    def plan(self) -> Plan:
        """What this run does."""
        return self.running.inputs.plan

    def invitation(self) -> str:
        """What a worker needs to join: the node file and the run folder."""
        folder = self.running.folder.path.resolve()
        return json.dumps({"node": str(self.running.inputs.node_file.resolve()), "folder": str(folder)})

    def pairs(self) -> list[tuple[str, str]]:
        """Each (scenario, requirement id) to judge, in the order of the plan."""
        return list(self._requirements)

    def watch(self, *, quiet: bool) -> None:
        """Show a progress bar on the terminal, when there is one."""
        shown = progress.progress(
            summary.console(stderr=True), len(self._requirements), lang=self.running.inputs.options.lang, quiet=quiet
        )
        self._step = self._watching.enter_context(shown)

    def finding(self, scenario: str, requirement: str) -> Finding:
        """Judge one requirement in one scenario; once the run is stopped nothing more is tested."""
        try:
            recording = self.running.recording(scenario)
        except (StrangerAlarm, StoreError) as alarm:
            self.stopped = Text(str(alarm), str(alarm))
        except RunAbortedError:
            pass
        else:
            return judge_one(self._requirements[scenario, requirement], scenario, recording)
        text = Text("de run is gestopt", "the run was stopped")
        return Finding(
            requirement=requirement, scenario=scenario, verdict=Verdict.NOT_TESTED, reason=text, triage=Triage.SUITE
        )

    def progress(self, label: str) -> None:
        """One more item came to an end."""
        self._step(label)

    def finish(self, ran: Collection[str], *, interrupted: bool) -> int:
        """Judge, decide, write every report; returns the exit code. A full disk ends the run as aborted."""
        self._watching.close()
        try:
            result = self.running.finish(ran, interrupted=interrupted)
            keep_inputs(self.running.folder, self.running.inputs, result.run)
            self._report(result)
        except (StoreError, OSError) as error:
            self.stopped = Text(str(error), str(error))
            return int(Exit.ABORTED)
        return int(result.exit)

    def _report(self, result: Result) -> None:
        folder = self.running.folder
        material = Material(
            plan=result.plan,
            run=result.run,
            findings=result.findings,
            recordings=tuple(result.recordings.values()),
            decisions=result.decisions,
            surprises=result.surprises,
            attestations=result.attestations,
            evidence=folder.evidence(),
            chapters={chapter.id: chapter.title for chapter in self.running.inputs.catalogue.chapters.values()},
        )
        written = write_material(folder.path, material, self.running.inputs.options.lang)
        folder.tidy()
        self._ended = (result, material, written)

    def show(self, *, quiet: bool) -> None:
        """Print what the run came to; what stopped it is always told."""
        lang = self.running.inputs.options.lang
        if self.stopped:
            summary.console(stderr=True).print(self.stopped.nl if lang == "nl" else self.stopped.en)
        if self._ended:
            _, material, written = self._ended
            summary.show(material, console=summary.console(), lang=lang, quiet=quiet, written=written)

    def close(self) -> None:
        """Let go of everything this process holds."""
        self._watching.close()
        self.running.close()
        if self._embedded:
            self._embedded.stop()


def _inputs(options: Options, node_file: Path) -> Inputs:
    try:
        return read_inputs(options, node_file)
    except DocumentError as error:
        lines = (problem.text.nl if options.lang == "nl" else problem.text.en for problem in error.problems)
        raise UsageProblem("\n".join(lines)) from error


def _default_folder() -> Path:
    return Path("reports") / "runs" / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
