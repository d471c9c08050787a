"""One run from its inputs to its decisions: folder, player, findings; `run.json` from the first moment to the last."""

from __future__ import annotations

import platform
import ssl
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version

import conformance
from conformance.checks.judging import judge_one
from conformance.checks.remembering import Memory
from conformance.harness import snapshots
from conformance.harness.concluding import Result, closed, findings_of, result_of, stamp
from conformance.harness.inputs import Inputs, keep_inputs
from conformance.model.agreements import Requirement
from conformance.model.exchange import Recording
from conformance.model.finding import Finding
from conformance.model.run import Run
from conformance.model.words import RunState
from conformance.play.drivers import Ask
from conformance.play.player import Player
from conformance.protocols.client import AGENT
from conformance.recordings.manifest import RUN
from conformance.recordings.store import RunFolder


class Running:
    """A run in progress in one process. Under xdist every worker has its own, all on the same folder."""

    def __init__(self, inputs: Inputs, folder: RunFolder, ask: Ask | None = None, key: bytes | None = None) -> None:
        self.inputs = inputs
        self.folder = folder
        agent = "" if inputs.options.anonymous else AGENT
        self.player = Player.open(inputs.plan, folder, ask=ask, key=key, agent=agent)
        self.elsewhere: Counter[str] = Counter()
        """Redactions by the workers of this run."""
        self._memory = Memory()
        self._findings: dict[tuple[str, str], Finding] = {}
        self._unjudged: defaultdict[str, list[Requirement]] = defaultdict(list)
        for scenario, planned in reversed(inputs.plan.in_turn()):
            self._unjudged[scenario].append(planned.requirement)
        self.run = opened(inputs)

    def keep(self) -> None:
        """Say in the folder, before anything is played, what is being run on what."""
        keep_inputs(self.folder, self.inputs)
        self.folder.write(RUN, snapshots.run_bytes(self.run))

    def finding(self, requirement: Requirement, scenario: str) -> Finding:
        """What the recording of a scenario shows about a requirement. It is played when no process has played it yet;
        while another one plays it, this one does what is left to do about those that were recorded."""
        recording = self.player.recording(scenario, meanwhile=self._meanwhile)
        return self._judged(requirement, scenario, recording)

    def _meanwhile(self) -> bool:
        return self._judge_ahead() or self.folder.settle_ahead()

    def _judge_ahead(self) -> bool:
        """Judge something that was recorded and not judged yet; false where there is nothing."""
        for scenario, requirements in self._unjudged.items():
            if requirements and (recording := self.player.recorded(scenario)) is not None:
                self._judged(requirements.pop(), scenario, recording)
                return True
        return False

    def _judged(self, requirement: Requirement, scenario: str, recording: Recording) -> Finding:
        found = self._findings.get((scenario, requirement.id))
        if found is None:
            found = judge_one(requirement, self.inputs.plan.scenarios[scenario], recording, self._memory)
            self._findings[scenario, requirement.id] = found
        return found

    def close(self) -> None:
        """Let go of connections, counterparts and locks."""
        self.player.close()

    def finish(self, ran: Collection[str], *, aborted: bool = False, broken: bool = False) -> Result:
        """Judge what was recorded and decide; `ran` holds the finding ids that were asked for and came to an end.

        Of an aborted run everything that was recorded is judged: what it was asked and what it left out is not known.
        """
        aborted = aborted or self.player.aborted
        asked = {f"{scenario}::{planned.requirement.id}" for scenario, planned in self.inputs.plan.pairs()}
        selected = None if aborted or asked <= set(ran) else tuple(sorted(ran))
        redactions = dict(self.elsewhere + Counter(self.player.redactions))
        ended = replace(self.run, selected=selected, redactions=redactions, broken=broken)
        run = closed(self.folder, ended, aborted=aborted)
        inputs = self.inputs
        return result_of(
            self.folder,
            run,
            inputs.plan,
            inputs.catalogue,
            inputs.attestations,
            inputs.expectations,
            findings_of(self.folder, run, inputs.plan, self._memory),
        )


def opened(inputs: Inputs) -> Run:
    """The run as it begins."""
    now = stamp(datetime.now(UTC))
    return Run(
        id=str(uuid.uuid4()),
        started=now,
        finished=now,
        state=RunState.PLAYING,
        suite=conformance.__version__,
        release=inputs.options.release or inputs.plan.node.release,
        seed=inputs.plan.seed,
        thorough=inputs.plan.thorough,
        anonymous=inputs.options.anonymous,
        selection=inputs.plan.selection,
        digests=inputs.digests(),
        released=inputs.catalogue.released,
        command=inputs.options.command,
        tools=tools(),
        lang=inputs.options.lang,
    )


def tools() -> dict[str, str]:
    """The outside tools a verdict may depend on, with their versions."""
    packages = ("cryptography", "lxml", "pydicom", "requests", "urllib3")
    return {
        "python": platform.python_version(),
        "tls": ssl.OPENSSL_VERSION,
        **{package: version(package) for package in packages},
    }
