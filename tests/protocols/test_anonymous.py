"""What a request says of who asks, to the byte: the suite's name, or no name of anybody."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.model.agreements import Json
from conformance.model.exchange import Outcome
from conformance.model.node import Counterpart, Driver
from conformance.play.counterparts import Bench
from conformance.play.drivers import HttpHook
from conformance.protocols.catalogue import operations
from conformance.protocols.client import AGENT
from conformance.protocols.observing import SYSTEM_CLOCK, OpenGate
from conformance.protocols.session import Session
from conformance.synthesis.patients import patients
from conformance.synthesis.pki import TestPki
from tests.protocols.making import Scripted, node_at, read_request, server_context, trust_of
from tests.simulators.asking import session

ASKED: tuple[tuple[str, dict[str, Json]], ...] = (
    ("fhir.capabilities", {}),
    ("fhir.search", {"path": "Patient?identifier=x", "token": "none"}),
    ("fhir.search", {"path": "Patient?identifier=x", "token": "garbage", "method": "POST"}),
    ("fhir.read", {"path": "Patient/1", "token": "in-url", "format": "none"}),
    ("oauth.token", {"assertion": "valid"}),
    ("oauth.token", {"assertion": "secret-post", "method": "GET"}),
    ("dicomweb.search-studies", {"query": {"PatientID": "1"}}),
    ("tls.connect", {"endpoint": "fhir"}),
    ("door.address", {"endpoint": "fhir", "certificate": "none"}),
    ("door.fhir", {"path": "metadata", "certificate": "valid"}),
    ("door.dicomweb", {"path": "studies", "certificate": "foreign"}),
    ("door.token", {"certificate": "expired"}),
    ("plain.address", {"endpoint": "fhir"}),
)
PATHS = ("/dicomweb/studies?PatientID=999971062", "/dicomweb/nothing", "/", "/dicomweb/studies?Unknown=1")
ANSWER = b'{"access_token":"t","expires_in":300}'


class Ear:
    """Keeps the bytes of each head that it reads, over TLS or (asked so on purpose) without.

    It takes in the whole request: who hangs up on bytes unread resets the connection.
    """

    def __init__(self) -> None:
        self.heads: list[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        head, _, body = read_request(connection).partition(b"\r\n\r\n")
        self.heads.append(head)
        left = int(fields(head).get("content-length", "0")) - len(body)
        while left > 0:
            left -= len(connection.recv(left))
        said = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(ANSWER)}\r\n"
        connection.sendall(said.encode() + b"Connection: close\r\n\r\n" + ANSWER)


def heads(pki: TestPki, agent: str) -> list[bytes]:
    """The heads of requests of every kind."""
    ear = Ear()
    with Scripted(ear, server_context(pki)) as server, Scripted(ear) as plain:
        session = Session(node_at(server.url, trust_of(pki)), agent=agent)
        with closing(session):
            for name, given in ASKED[:-1]:
                operations()[name].perform(session, given)
        with closing(Session(node_at(plain.url), agent=agent)) as session:
            operations()["plain.address"].perform(session, dict(ASKED[-1][1]))
    assert len(ear.heads) >= len(ASKED)
    return ear.heads


def fields(head: bytes) -> dict[str, str]:
    lines = head.decode().lower().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines if line)


def test_a_run_names_the_suite_in_every_request(pki: TestPki) -> None:
    assert {fields(head).get("user-agent") for head in heads(pki, AGENT)} == {"twiin-conformance"}


def test_an_anonymous_one_names_nobody_in_any_header(pki: TestPki) -> None:
    for head in heads(pki, ""):
        said = fields(head)
        assert "user-agent" not in said
        assert not [name for name in said if name.startswith("x-")]
        assert not [
            value for value in said.values() for word in ("twiin", "conform", "python", "urllib") if word in value
        ]


@pytest.mark.parametrize(("agent", "named"), [(AGENT, True), ("", False)])
def test_neither_does_it_tell_a_driver(pki: TestPki, tmp_path: Path, agent: str, named: bool) -> None:
    ear = Ear()
    with Scripted(ear, server_context(pki)) as server:
        node = node_at(server.url, trust_of(pki), driver=Driver(url=f"{server.url}/driver"))
        observed = HttpHook(node, OpenGate(), SYSTEM_CLOCK, agent).start({"action": "x"}, 2)
    assert observed.outcome is Outcome.ANSWERED
    assert ("user-agent" in fields(ear.heads[0])) is named
    assert observed.request is not None
    assert bool(observed.request.header("user-agent")) is named


def test_no_header_of_a_counterpart_names_the_suite(pki: TestPki) -> None:
    """It answers as the Python server it is, in an anonymous run and in any other."""
    node = node_at("https://localhost:1", trust_of(pki), patients={role: one.bsn for role, one in patients().items()})
    bench = Bench(
        replace(node, counterparts={"dicomweb": Counterpart(kind="dicomweb", listen="127.0.0.1:0")}), SYSTEM_CLOCK
    )
    with bench.opened(["dicomweb"]):
        bench.show("counterpart")
        base = bench.addresses()["dicomweb"].removesuffix("/dicomweb")
        answers = [session(pki).get(f"{base}{path}", timeout=10) for path in PATHS]
    assert len({answer.status_code for answer in answers}) > 1
    for answer in answers:
        assert not [
            value for value in answer.headers.values() if "twiin" in value.lower() or "conform" in value.lower()
        ]
