"""Nodes on loopback for tests: node descriptions, and servers that do exactly what a script says."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from typing import Self

from conformance.model.agreements import Json, Place
from conformance.model.node import Certificate, Driver, Endpoint, Identity, Node, Politeness, TestPatient, Trust
from conformance.synthesis.pki import TestPki

QUICK = Politeness(connect_timeout_s=1, read_timeout_s=1, rate_per_s=10_000, body_limit_kib=256)
IDENTITY = Identity(vendor="v", product="p", version="1", participant="x", ura="00700701", application="a")
PATIENTS = {"anna": "999971062"}


def trust_of(pki: TestPki) -> Trust:
    """The suite's side of a test PKI."""
    clients = {role: Certificate(certificate=leaf.certificate, key=leaf.key) for role, leaf in pki.clients.items()}
    return Trust(roots=pki.root, clients=clients, signing_key=pki.signing.key, signing_key_id=pki.signing.id)


def node_at(
    url: str,
    trust: Trust | None = None,
    *,
    politeness: Politeness = QUICK,
    settings: Mapping[str, Json] | None = None,
    patients: Mapping[str, str] = PATIENTS,
    driver: Driver | None = None,
) -> Node:
    """A node whose endpoints all live below one address."""
    paths = {"fhir": "/fhir", "oauth": "/oauth/token", "dicomweb": "/dicomweb"}
    return Node(
        identity=IDENTITY,
        actors=(),
        release="1.5",
        claims={},
        endpoints={kind: Endpoint(kind=kind, url=url + path) for kind, path in paths.items()},
        trust=trust or Trust(),
        patients={role: TestPatient(role=role, bsn=bsn) for role, bsn in patients.items()},
        place=Place("node.yaml"),
        politeness=politeness,
        settings=settings or {},
        driver=driver,
    )


Script = Callable[[socket.socket], None]


class Scripted:
    """A TCP server on loopback that runs a script on every connection, behind TLS when a context is given."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self._script, self._context = script, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """Its address, by the name its certificate has."""
        return f"{'https' if self._context else 'http'}://localhost:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def wait_for_end(self) -> None:
        """Hold a connection until the test is over: a server that hangs."""
        self._ended.wait(20)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self._ended.is_set():
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError), contextlib.closing(connection):
            if self._context is None:
                self._script(connection)
                return
            with self._context.wrap_socket(connection, server_side=True) as wrapped:
                self._script(wrapped)


def server_context(pki: TestPki, *, client: bool = False) -> ssl.SSLContext:
    """The good server's side of TLS; with `client` it wants a certificate of the test root."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.server.certificate, pki.server.key)
    if client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(pki.root)
    return context


def read_request(connection: socket.socket) -> bytes:
    """The head of one request."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            break
        data += more
    return data


def replying(*chunks: bytes) -> Script:
    """A script that reads one request and sends these bytes."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        for chunk in chunks:
            connection.sendall(chunk)

    return script
