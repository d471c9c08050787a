"""Whole scenarios with a node of which one answer is odd: played, redacted, kept, judged, decided and reported."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge_one
from conformance.checks.remembering import Memory
from conformance.harness.equals import unequal
from conformance.harness.kinds import of_other_kind
from conformance.harness.plausible import implausible, unkept, unmeasured
from conformance.harness.sequence import out_of_sequence
from conformance.model.exchange import Exchange, Recording, Response
from conformance.model.finding import Finding
from conformance.model.plan import Plan, Selection
from conformance.model.words import RunState, Text
from conformance.play.preflight import known_roles
from conformance.play.scenes import Scene
from conformance.play.takes import Take
from conformance.protocols.client import Asked, HttpClient, outgoing
from conformance.protocols.observing import Observed
from conformance.protocols.session import Session
from conformance.recordings.files import digest_of
from conformance.recordings.redaction import Redactor
from conformance.recordings.remeasure import of_recording
from conformance.recordings.serial import as_written, exchange_document, exchange_from, from_bytes, to_bytes
from conformance.reporting.decide import decide
from conformance.reporting.html import exchanges_html
from conformance.reporting.material import Material
from conformance.reporting.write import forms
from conformance.simulators.driver import Driver
from conformance.simulators.http import Handler
from conformance.simulators.insides import Insides
from conformance.simulators.reference import ReferenceNode
from conformance.synthesis.patients import patients
from conformance.upkeep.kills.faithful import alike
from conformance.upkeep.kills.wire import call_of, leaf_of, response_of
from tests.hostile.speaking import Answering, ByteClient
from tests.reporting.making import run

AT_THE_DOOR = ("tls.", "net.", "plain.", "driver.", "counterpart.")
"""Operations that take more than an answer over HTTP."""

Odd = Callable[[Response], bytes]
"""From the faithful answer to the bytes that are sent in its place."""


class OddNode:
    """The faithful node's handlers, and what to say otherwise: at which call of a scenario, counted from 0."""

    def __init__(self, catalogue: Catalogue, plan: Plan, handler: Handler, met: Observed) -> None:
        if met.tls is None:
            raise ValueError("the node showed no certificate")
        self.catalogue, self.plan, self.handler = catalogue, plan, handler
        self.tls, self.started = met.tls, met.started
        self.redactor = Redactor(known_roles(plan.node))
        self._said: dict[str, tuple[Exchange, Exchange]] = {}
        self._plans: dict[str, Plan] = {}
        self._memory = Memory()

    @classmethod
    def of(cls, node: ReferenceNode) -> OddNode:
        """A node that runs; of it only its certificate is asked, once."""
        catalogue = load_catalogue()
        plan = resolve(catalogue, load_node(node.node_file, catalogue))
        inside = Insides(node.pki, (), lambda: plan.node.endpoints["oauth"].url)
        handler = inside.handler(Driver({"view-images": lambda _: None}).handler)
        with HttpClient(plan.node.trust, plan.node.politeness) as client:
            met = client.call(Asked(method="GET", url=plan.node.endpoints["fhir"].url, headers={}))
        return cls(catalogue, plan, handler, met)

    def names(self) -> list[str]:
        """The scenarios that take no more than answers over HTTP, and what each of them has of them."""
        return [
            name
            for name, scenario in self.plan.scenarios.items()
            if not any(step.operation.startswith(AT_THE_DOOR) for step in scenario.steps)
        ]

    def plays(self, scenario: str, odd: Mapping[int, Odd]) -> Recording:
        """The recording as a folder gives it back. Raises StrangerAlarm as a run does."""
        session = Session(self.plan.node, http=ByteClient(self.plan.node, self._answering(odd), self.tls))
        take = Take(scenario=scenario, redact=self._kept)
        take.fill(Scene(self.plan.scenarios[scenario], session).play())
        return take.recording(RunState.FINISHED)

    def finds(self, recording: Recording) -> list[Finding]:
        """Every requirement that the scenario shows, judged on it."""
        scenario = self.plan.scenarios[recording.scenario]
        return [
            judge_one(planned.requirement, scenario, recording, self._memory)
            for name, planned in self.plan.pairs()
            if name == scenario.id
        ]

    def contradictions(self, recording: Recording) -> list[Text]:
        """What whoever judges the folder would hold against it: a run never contradicts itself."""
        # What was seen before is kept with the times of then.
        timed = (replace(one, started=self.started, duration_ms=0) for one in recording.exchanges)
        recording = replace(recording, exchanges=tuple(timed))
        told = [found.text for found in of_recording(recording, b"")]
        told += [*implausible(recording, ""), *unequal([recording])]
        for exchange in recording.exchanges:
            told += [*unmeasured(exchange), *unkept(exchange)]
            told += [Text(odd, odd) for odd in of_other_kind(exchange.facts, {*patients(), *self.plan.node.patients})]
        return [*told, *out_of_sequence(recording, self.plan, None)]

    def reports(self, recording: Recording, findings: Sequence[Finding]) -> dict[str, bytes]:
        """Every form of the report on this scenario alone."""
        plan = self._plans.get(recording.scenario) or self._narrowed(recording.scenario)
        told = run(selected=tuple(finding.id for finding in findings), lang="nl")
        material = Material(
            plan=plan,
            run=told,
            findings=tuple(findings),
            recordings=(recording,),
            decisions=decide(plan, findings, told, ()),
            evidence={exchange.id: "sha256:" + "5" * 64 for exchange in recording.exchanges},
        )
        return forms(material, exchanges_html(material.played))

    def _narrowed(self, scenario: str) -> Plan:
        selection = Selection(scenarios=(scenario,))
        self._plans[scenario] = resolve(self.catalogue, self.plan.node, selection=selection)
        return self._plans[scenario]

    def _answering(self, odd: Mapping[int, Odd]) -> Answering:
        calls = itertools.count()
        leaves = {role: leaf_of(one.certificate) for role, one in self.plan.node.trust.clients.items()}

        def answer(asked: Asked) -> bytes:
            call = call_of(outgoing(asked), leaves.get(asked.certificate), self.tls.version)
            response = response_of(self.handler(call))
            bend = odd.get(next(calls))
            return bend(response) if bend else plainly(response)

        return answer

    def _kept(self, exchange: Exchange) -> Exchange:
        """Redacted and read from a folder again; what was seen before is what it was then."""
        said, kept = self._said.get(exchange.id, (None, None))
        if said is not None and kept is not None and alike(exchange, said):
            return kept
        redacted = again(self.redactor.redact(exchange))
        self._said.setdefault(exchange.id, (exchange, redacted))
        return redacted


def again(exchange: Exchange) -> Exchange:
    """As a folder holds it: what was written of it, read."""
    bodies: dict[str, bytes] = {}

    def keep(body: bytes) -> str:
        bodies[digest_of(body)] = body
        return digest_of(body)

    written = to_bytes(exchange_document(exchange, keep))
    read = exchange_from(from_bytes(written), bodies.__getitem__)
    as_written(written, exchange_document(read, digest_of))
    return read


def plainly(response: Response) -> bytes:
    """An answer as a server sends it."""
    fields = [f"{name}: {value}" for name, value in response.headers]
    return sent(f"HTTP/1.1 {response.status} {response.reason}", fields, response.body)


def sent(line: str, fields: Iterable[str], body: bytes) -> bytes:
    """Its bytes: the length of the body is always true, unless a field tells another way to frame it."""
    kept = [field for field in fields if not field.lower().startswith("content-length:")]
    return "\r\n".join([line, *kept, f"Content-Length: {len(body)}", "", ""]).encode("latin-1", "replace") + body
