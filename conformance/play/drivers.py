"""What makes the node act: an HTTP hook, a command, or a person who is asked."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace

from conformance.model.agreements import Json
from conformance.model.exchange import Outcome, Trouble
from conformance.model.node import Node
from conformance.protocols.client import Asked, HttpClient
from conformance.protocols.observing import Clock, Gate, Observed
from conformance.protocols.session import Actor, NoActor
from conformance.protocols.troubles import trouble

Ask = Callable[[str], None]


def actor_for(node: Node, gate: Gate, clock: Clock, ask: Ask | None, agent: str) -> Actor:
    """The actor that the node file and the caller allow; over HTTP it names itself so."""
    if node.driver is not None and node.driver.url:
        return HttpHook(node, gate, clock, agent)
    if node.driver is not None and node.driver.command:
        return Command(node.driver.command, clock)
    return Person(ask, clock) if ask is not None else NoActor()


class HttpHook:
    """Posts the order as JSON to the node's own test hook, showing the suite's valid certificate."""

    def __init__(self, node: Node, gate: Gate, clock: Clock, agent: str) -> None:
        self._node, self._gate, self._clock, self._agent = node, gate, clock, agent

    def start(self, order: Mapping[str, Json], timeout_s: float) -> Observed:
        """Send the order; the hook answers 2xx when the node begins."""
        politeness = replace(self._node.politeness, read_timeout_s=max(1, int(timeout_s)))
        url = self._node.driver.url if self._node.driver else ""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        with HttpClient(self._node.trust, politeness, gate=self._gate, clock=self._clock, agent=self._agent) as client:
            return client.call(Asked(method="POST", url=url, headers=headers, body=_bytes(order), fresh=True))


class Command:
    """Runs the node file's command with the order as JSON on its standard input; no shell is involved."""

    def __init__(self, command: tuple[str, ...], clock: Clock) -> None:
        self._command, self._clock = command, clock

    def start(self, order: Mapping[str, Json], timeout_s: float) -> Observed:
        """Run it to its end; exit code 0 means that the node begins."""
        started, begin = self._clock.stamp(), self._clock.monotonic()
        facts: dict[str, Json] = {}
        failed: Trouble | None = None
        try:
            done = subprocess.run(
                self._command, input=_bytes(order), capture_output=True, timeout=timeout_s, check=False
            )
        except subprocess.TimeoutExpired:
            failed = trouble("driver-failed", f"the command took longer than {timeout_s:g} s")
        except OSError as error:
            failed = trouble("driver-failed", f"the command does not start: {(error.strerror or '').lower()}")
        else:
            facts["exit_code"] = done.returncode
            if done.returncode != 0:
                failed = trouble("driver-failed", f"the command ended with exit code {done.returncode}")
        return Observed(
            outcome=Outcome.NO_ANSWER if failed else Outcome.ANSWERED,
            started=started,
            duration_ms=round((self._clock.monotonic() - begin) * 1000),
            trouble=failed,
            facts=facts,
        )


class Person:
    """Asks the person at the keyboard and goes on; the waiting is done where the calls are expected."""

    def __init__(self, ask: Ask, clock: Clock) -> None:
        self._ask, self._clock = ask, clock

    def start(self, order: Mapping[str, Json], timeout_s: float) -> Observed:  # noqa: ARG002
        """Say what to do, for whom and towards which address."""
        patient = order["patient"]
        addresses = ", ".join(f"{kind}: {url}" for kind, url in sorted(order["counterparts"].items())) or "none"
        self._ask(
            f"Please let the node under test do '{order['action']}' for patient '{patient['role']}' "
            f"(BSN {patient['bsn']}), with these counterparts: {addresses}."
        )
        return Observed(outcome=Outcome.ANSWERED, started=self._clock.stamp(), facts={"asked": True})


def _bytes(order: Mapping[str, Json]) -> bytes:
    return json.dumps(dict(order), sort_keys=True).encode()
