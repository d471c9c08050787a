"""Plans for tests of playing: a few steps against a server of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from conformance.model.agreements import Json, Place, Scenario, Step
from conformance.model.exchange import Recording
from conformance.model.node import Node
from conformance.model.plan import Plan, Selection
from conformance.model.words import Text
from conformance.play.player import Player
from conformance.recordings.store import RunFolder
from conformance.simulators.http import Answer, Call, Handler
from conformance.simulators.server import TlsSettings, serve
from conformance.synthesis.pki import TestPki
from tests.protocols.making import node_at, trust_of

PLACE = Place("scenarios/test.yaml", 3, 5)
Given = Mapping[str, Json]


def scenario(name: str, *steps: tuple[str, str, Given]) -> Scenario:
    """A scenario of (step, operation, with)."""
    made = tuple(Step(name=step, operation=operation, given=given, place=PLACE) for step, operation, given in steps)
    return Scenario(
        id=name, title=Text("t", "t"), needs=(), endpoints=(), patients=(), steps=made, shows=(), place=PLACE
    )


def plan(node: Node, *scenarios: Scenario) -> Plan:
    """A plan of just these scenarios."""
    known = {each.id: each for each in scenarios}
    return Plan(
        node=node,
        profiles=(),
        scenarios=known,
        excluded=(),
        selection=Selection(),
        seed="0",
        thorough=False,
        digest="sha256:0",
    )


BUNDLE = {"resourceType": "Bundle", "total": 1, "entry": [{"resource": {"resourceType": "Patient", "id": "p1"}}]}
STUDY = {"0020000D": {"vr": "UI", "Value": ["1.2.3"]}}
FHIR = (("Content-Type", "application/fhir+json"),)


class Good:
    """A node that answers everything well enough; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.bundle: object = BUNDLE

    def __call__(self, call: Call) -> Answer:
        self.asked.append(f"{call.method} {call.path}")
        if call.path == "/oauth/token":
            body: object = {"access_token": "t", "token_type": "Bearer", "expires_in": 300}
            return Answer(200, (("Content-Type", "application/json"),), json.dumps(body).encode())
        if call.path.startswith("/dicomweb"):
            return Answer(200, (("Content-Type", "application/dicom+json"),), json.dumps([STUDY]).encode())
        return Answer(200, FHIR, json.dumps(self.bundle).encode())

    def searches(self) -> int:
        return sum(path == "GET /fhir/Observation" for path in self.asked)


@contextmanager
def node_of(pki: TestPki, handler: Handler) -> Iterator[Node]:
    settings = TlsSettings(chain=pki.server.certificate, key=pki.server.key, roots=(pki.root,), crl=pki.crl)
    with serve(handler, tls=settings) as server:
        yield node_at(server.url, trust_of(pki))


def search(name: str = "search", path: str = "Observation") -> Scenario:
    return scenario(name, ("one", "fhir.search", {"path": path}), ("two", "fhir.read", {"path": "{one.first}"}))


def recorded(node: Node, tmp_path: Path, *steps: Scenario) -> tuple[Recording, ...]:
    with Player.open(plan(node, *steps), RunFolder(tmp_path / "run")) as player:
        return (player.preflight(), *(player.recording(each.id) for each in steps))
