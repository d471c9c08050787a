"""A run as pytest sees it: opened by the controller, joined by workers, closed with a report."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.checks.judging import judge_one
from conformance.harness.opening import UsageProblem, default_folder, read, reference_node
from conformance.harness.options import REFERENCE, Options
from conformance.harness.running import Inputs, Result, Running, keep_inputs
from conformance.harness.stopping import bug_text, stop_text
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.words import Text, Triage, Verdict
from conformance.play.player import RunAbortedError
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.store import RunFolder, StoreError
from conformance.reporting import progress, summary
from conformance.reporting.exits import Exit
from conformance.reporting.material import Material
from conformance.reporting.visible import visible
from conformance.reporting.write import Written, write_material

if TYPE_CHECKING:
    from conformance.harness.embedded import Embedded


class Session:
    """One process's share in a run."""

    def __init__(
        self,
        inputs: Inputs,
        folder: Path,
        embedded: Embedded | None = None,
        *,
        key: bytes | None = None,
        worker: bool = False,
    ) -> None:
        self.worker = worker
        self.stopped: Text | None = None
        """Why nothing more is tested; told to the person in any case."""
        self.broke = False
        """Whether the suite itself went wrong while playing."""
        self._inputs = inputs
        self._folder = folder
        self._key = key
        self._embedded = embedded
        self._running: Running | None = None
        self._ended: tuple[Material, Written] | None = None
        self._watching = ExitStack()
        self._step: progress.Step = progress.unseen
        pairs = inputs.plan.pairs()
        self._requirements = {(scenario, planned.requirement.id): planned.requirement for scenario, planned in pairs}

    @classmethod
    def open(cls, options: Options, worker: Mapping[str, Any] | None) -> Session:
        """Open a run, or join the one the controller opened. Raises UsageProblem before anything is sent or written."""
        if worker is not None:
            invitation = json.loads(worker["conformance"])
            inputs = read(options, Path(invitation["node"]))
            return cls(inputs, Path(invitation["folder"]), key=bytes.fromhex(invitation["key"]), worker=True)
        folder = options.out or default_folder()
        if options.node != REFERENCE:
            return cls(read(options, Path(options.node)), folder)
        embedded = reference_node(options)
        try:
            return cls(read(options, embedded.node_file), folder, embedded)
        except UsageProblem:
            embedded.stop()
            raise

    @property
    def plan(self) -> Plan:
        """What this run does."""
        return self._inputs.plan

    def begin(self) -> Running:
        """The run itself; its folder is made at the first call, so that a run that never begins leaves nothing.

        Raises UsageProblem when the folder holds something already or cannot be made.
        """
        if self._running is None:
            try:
                folder = RunFolder(self._folder) if self.worker else RunFolder.create(self._folder)
                self._running = Running(self._inputs, folder, ask=_ask if sys.stderr.isatty() else None, key=self._key)
            except (StoreError, OSError) as problem:
                raise UsageProblem(str(problem)) from problem
        return self._running

    def invitation(self) -> str:
        """What a worker needs to join: the node file, the run folder, and the key of the run's pseudonyms.

        It is told from process to process and never written.
        """
        running = self.begin()
        folder, key = running.folder.path.resolve(), running.player.key.hex()
        return json.dumps({"node": str(self._inputs.node_file.resolve()), "folder": str(folder), "key": key})

    def parting(self) -> str:
        """What a worker tells the controller at its end: what stopped it, and how much it redacted."""
        stopped = self.stopped and {"nl": self.stopped.nl, "en": self.stopped.en}
        redactions = dict(self.begin().player.redactions)
        return json.dumps({"stopped": stopped, "broke": self.broke, "redactions": redactions})

    def hear(self, parting: str) -> None:
        """What a worker told."""
        told = json.loads(parting)
        self.begin().elsewhere.update(told["redactions"])
        self.broke |= told["broke"]
        if told["stopped"]:
            self.stopped = Text(**told["stopped"])

    def pairs(self) -> list[tuple[str, str]]:
        """Each (scenario, requirement id) to judge, in the order of the plan."""
        return list(self._requirements)

    def watch(self, *, quiet: bool) -> None:
        """Show a progress bar on the terminal, when there is one."""
        lang = self._inputs.options.lang
        shown = progress.progress(summary.console(stderr=True), len(self._requirements), lang=lang, quiet=quiet)
        self._step = self._watching.enter_context(shown)

    def finding(self, scenario: str, requirement: str) -> Finding:
        """Judge one requirement in one scenario; once the run is stopped nothing more is tested."""
        if self.stopped is None:
            try:
                recording = self.begin().recording(scenario)
            except (StrangerAlarm, StoreError, OSError) as alarm:
                self.stopped = stop_text(alarm)
            except RunAbortedError:
                pass  # by another worker, which tells why
            except Exception as bug:  # noqa: BLE001 - any bug while playing is the suite's error, not the node's
                self.broke, self.stopped = True, bug_text(bug)
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
        running = self.begin()
        try:
            result = running.finish(ran, aborted=interrupted or self.stopped is not None)
            keep_inputs(running.folder, self._inputs, result.run)
            self._report(running.folder, result)
        except (StoreError, OSError) as error:
            self.stopped = self.stopped or stop_text(error)
            return int(Exit.ABORTED)
        finally:
            running.folder.tidy()
        return int(Exit.SUITE_ERROR if self.broke else result.exit)

    def _report(self, folder: RunFolder, result: Result) -> None:
        material = Material(
            plan=result.plan,
            run=result.run,
            findings=result.findings,
            recordings=tuple(result.recordings.values()),
            decisions=result.decisions,
            surprises=result.surprises,
            attestations=result.attestations,
            evidence=folder.evidence(),
            chapters={chapter.id: chapter.title for chapter in self._inputs.catalogue.chapters.values()},
        )
        self._ended = material, write_material(folder.path, material, self._inputs.options.lang)

    def show(self, *, quiet: bool) -> None:
        """Print what the run came to, unless quiet; what stopped it is always told."""
        lang = self._inputs.options.lang
        if self.stopped:
            told = self.stopped.nl if lang == "nl" else self.stopped.en
            summary.console(stderr=True).print(visible(told), soft_wrap=True)
        if self._ended and not quiet:
            material, written = self._ended
            summary.show(material, console=summary.console(), lang=lang, written=written)

    def close(self) -> None:
        """Let go of everything this process holds."""
        self._watching.close()
        if self._running:
            self._running.close()
        if self._embedded:
            self._embedded.stop()


def _ask(request: str) -> None:
    """Ask the person at the terminal to make the node act."""
    summary.console(stderr=True).print(visible(request), soft_wrap=True)
