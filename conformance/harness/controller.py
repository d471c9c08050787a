"""A run as pytest sees it: opened by the controller, joined by workers, closed with a report."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.agreements.problems import DocumentError
from conformance.checks.judging import judge_one
from conformance.harness.embedded import Embedded
from conformance.harness.options import REFERENCE, Options
from conformance.harness.running import Inputs, Result, Running, keep_inputs, read_inputs
from conformance.model.finding import Finding
from conformance.recordings.redaction import StrangerAlarm
from conformance.recordings.store import RunFolder, StoreError
from conformance.reporting.write import Written, write_reports


class UsageProblem(Exception):
    """What was asked can't be done as asked; the text says what is wrong, where, and what to do."""


class Session:
    """One process's share in a run."""

    def __init__(self, running: Running, embedded: Embedded | None, *, worker: bool) -> None:
        self.running = running
        self.embedded = embedded
        self.worker = worker
        self.result: Result | None = None
        self.written: Written | None = None
        self._requirements = {
            (scenario, planned.requirement.id): planned.requirement for scenario, planned in self._plan.pairs()
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
            running.player.preflight()
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
    def _plan(self) -> Any:
        return self.running.inputs.plan

    def invitation(self) -> str:
        """What a worker needs to join: the node file and the run folder."""
        return json.dumps({"node": str(self.running.inputs.node_file), "folder": str(self.running.folder.path)})

    def pairs(self) -> list[tuple[str, str]]:
        """Each (scenario, requirement id) to judge, in the order of the plan."""
        return list(self._requirements)

    def finding(self, scenario: str, requirement: str) -> Finding:
        """Judge one requirement in one scenario. A stranger's data stop the run."""
        try:
            recording = self.running.recording(scenario)
        except StrangerAlarm as alarm:
            raise KeyboardInterrupt(str(alarm)) from alarm
        return judge_one(self._requirements[scenario, requirement], scenario, recording)

    def progress(self) -> None:
        """One more item came to an end."""

    def finish(self, ran: Collection[str], *, interrupted: bool) -> int:
        """Judge, decide, write every report; returns the exit code."""
        self.running.player.close()
        result = self.running.finish(ran, interrupted=interrupted)
        folder = self.running.folder
        keep_inputs(folder, self.running.inputs, result.run)
        self.written = write_reports(
            folder.path,
            result.plan,
            result.run,
            result.findings,
            result.recordings,
            result.decisions,
            surprises=result.surprises,
            attestations=result.attestations,
            evidence=folder.evidence(),
            chapters={chapter.id: chapter.title for chapter in self.running.inputs.catalogue.chapters.values()},
            lang=self.running.inputs.options.lang,
        )
        folder.tidy()
        self.result = result
        return int(result.exit)

    def show(self) -> None:
        """Print what the run came to."""
        if self.result is None:
            return

    def close(self) -> None:
        """Let go of everything this process holds."""
        self.running.close()
        if self.embedded:
            self.embedded.stop()


def _inputs(options: Options, node_file: Path) -> Inputs:
    try:
        return read_inputs(options, node_file)
    except DocumentError as error:
        raise UsageProblem(str(error)) from error


def _default_folder() -> Path:
    return Path("reports") / "runs" / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
