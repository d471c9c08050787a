"""A run as pytest sees it: opened by the controller, joined by workers, closed with a report."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.harness.closing import leave
from conformance.harness.companion import Companion
from conformance.harness.inputs import Inputs
from conformance.harness.opening import UsageProblem, await_node, default_folder, read
from conformance.harness.options import Options
from conformance.harness.running import Running
from conformance.harness.stopping import bug_text, stop_text
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.words import Text, Triage, Verdict
from conformance.play import signals
from conformance.play.player import RunAbortedError
from conformance.recordings.files import StoreError
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.store import RunFolder
from conformance.reporting import progress, summary
from conformance.reporting.exits import Accepted, Exit
from conformance.reporting.material import Material
from conformance.reporting.visible import visible
from conformance.reporting.write import Written

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
        self._companion: Companion | None = None
        self._running: Running | None = None
        self._ended: tuple[Material, Written] | None = None
        self._finished = False
        self._watching = ExitStack()
        self._step: progress.Step = progress.unseen
        turns = inputs.plan.in_turn()
        self._requirements = {(scenario, planned.requirement.id): planned.requirement for scenario, planned in turns}

    @classmethod
    def open(cls, options: Options, worker: Mapping[str, Any] | None, embedded: Embedded | None = None) -> Session:
        """Open a run, on the embedded node where one has begun to start, or join the one the controller opened.

        Raises UsageProblem before anything is sent or written.
        """
        if worker is not None:
            invitation = json.loads(worker["conformance"])
            inputs = read(replace(options, seed=invitation["seed"]), Path(invitation["node"]))
            return cls(inputs, Path(invitation["folder"]), key=bytes.fromhex(invitation["key"]), worker=True)
        folder = options.out or default_folder()
        if embedded is None:
            return cls(read(options, Path(options.node)), folder)
        node_file = await_node(embedded, options)
        try:
            return cls(read(options, node_file), folder, embedded)
        except BaseException:
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
                with signals.finishing():  # or the end of a run that is stopped here would find no run, but its folder
                    self._running = self._begun()
            except (StoreError, OSError) as problem:
                raise UsageProblem(str(problem)) from problem
        return self._running

    def _begun(self) -> Running:
        folder = RunFolder(self._folder).join() if self.worker else RunFolder.create(self._folder)
        ask = _ask if sys.stderr.isatty() else None
        running = Running(self._inputs, folder, ask=ask, key=self._key)
        if not self.worker:
            running.keep()
        return running

    def invitation(self) -> str:
        """What a worker needs to join: the node file, the seed, the run folder, and the key of the run's pseudonyms.

        It is told from process to process; the key is never written.
        """
        running = self.begin()
        return json.dumps(
            {
                "node": str(self._inputs.node_file.resolve()),
                "seed": self.plan.seed,
                "folder": str(running.folder.path.resolve()),
                "key": running.player.key.hex(),
            }
        )

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

    def accompany(self) -> None:
        """Have a second process ready, where this machine has a second processor for it."""
        options = self._inputs.options
        if not (self.worker or options.first) and _processors() > 1:
            self._companion = Companion(options)

    def share(self) -> None:
        """Let the second process play ahead, now that everything is going to be played."""
        if self._companion:
            self._companion.invite(self.invitation())

    def play_ahead(self) -> None:
        """Play what no other process of this run has begun; what stopped it is told at parting."""
        with self._stopping():
            self.begin().player.play_ahead()

    def pairs(self) -> list[tuple[str, str]]:
        """Each (scenario, requirement id) to judge, in the order in which the scenarios are played."""
        return list(self._requirements)

    def watch(self, *, quiet: bool) -> None:
        """Show a progress bar on the terminal, when there is one."""
        lang = self._inputs.options.lang
        shown = progress.progress(summary.console(stderr=True), len(self._requirements), lang=lang, quiet=quiet)
        self._step = self._watching.enter_context(shown)

    def finding(self, scenario: str, requirement: str) -> Finding:
        """Judge one requirement in one scenario; once the run is stopped nothing more is tested."""
        signals.heed()
        if self.stopped is None:
            with self._stopping():
                return self.begin().finding(self._requirements[scenario, requirement], scenario)
        text = Text("de run is gestopt", "the run was stopped")
        return Finding(
            requirement=requirement, scenario=scenario, verdict=Verdict.NOT_TESTED, reason=text, triage=Triage.SUITE
        )

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """What stops the run is kept, to be told."""
        try:
            yield
        except (StrangerAlarm, StoreError, OSError) as alarm:
            self.stopped = stop_text(alarm)
        except RunAbortedError:
            pass  # by another process, which tells why
        except Exception as bug:  # noqa: BLE001 - any bug while playing is the suite's error, not the node's
            self.broke, self.stopped = True, bug_text(bug)

    def progress(self, label: str) -> None:
        """One more item came to an end."""
        self._step(label)

    def call_off(self) -> None:
        """Let every process of this run end what it does; a worker is asked by the controller only."""
        if self._running and not self.worker:
            self._running.player.call_off()

    def finish(self, ran: Collection[str], *, interrupted: bool) -> int:
        """Judge, decide, write every report; returns the exit code. A full disk ends the run as aborted, and so does
        who asks to end meanwhile: once the report is whole, or, asked twice, at once."""
        running = self.begin()
        try:
            with signals.finishing():
                self._finished = True
                self._watching.close()
                self._part(running, early=interrupted)
                if self._embedded:
                    self._embedded.dismiss()  # what it holds in memory the report can use
                code = self._finish(running, ran, interrupted=interrupted or signals.asked())
        except (StoreError, OSError) as error:
            self.stopped = self.stopped or stop_text(error)
            return int(Exit.ABORTED)
        except KeyboardInterrupt:
            return int(Exit.ABORTED)
        finally:
            running.folder.tidy()
        return int(Exit.ABORTED if signals.asked() else code)

    def _part(self, running: Running, *, early: bool) -> None:
        """Wait for the second process, and hear how it ended."""
        if self._companion is None:
            return
        if early or self.stopped:
            running.player.call_off()
        if parting := self._companion.parting():
            self.hear(parting)

    def _finish(self, running: Running, ran: Collection[str], *, interrupted: bool) -> Exit:
        result = running.finish(ran, aborted=interrupted or self.stopped is not None, broken=self.broke)
        self._ended = leave(running.folder, result)
        options = self._inputs.options
        return result.exit(Accepted(partial=options.accept_partial, not_decisive=options.accept_not_decisive))

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
        """Let go of everything this process holds. A run that pytest dropped while it began still gets its report."""
        with ExitStack() as held, signals.finishing():
            if self._embedded:
                held.callback(self._embedded.stop)
            if self._running:
                held.callback(self._running.close)
            if self._companion:
                held.callback(self._companion.close)
            held.callback(self._watching.close)
            if signals.asked() and self._running and not self._finished and not self.worker:
                self.finish((), interrupted=True)


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _ask(request: str) -> None:
    """Ask the person at the terminal to make the node act."""
    summary.console(stderr=True).print(visible(request), soft_wrap=True)
