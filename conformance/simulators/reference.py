"""The reference node: a BgZ source and an image gateway behind one mutual-TLS door, with a node file to test it by.

    with ReferenceNode(release="1.5") as node:
        ...  # node.node_file, node.url

It is faithful to the release asked for. Faults are put between its parts from outside (see `faults`).
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from joserfc.jwk import RSAKey

from conformance.agreements.problems import near
from conformance.simulators.assertions import CHECKS, Client
from conformance.simulators.driver import Driver, image_viewing
from conformance.simulators.faults import Fault, Hook, Piece
from conformance.simulators.fhir.reply import FhirActor, rendered
from conformance.simulators.fhir.source import bgz_source
from conformance.simulators.fhir.store import Store
from conformance.simulators.http import Answer, Call, Handler, intercepted, mounted
from conformance.simulators.nodefile import CLIENT_ID, write_node_file
from conformance.simulators.server import Server, TlsSettings, serve
from conformance.simulators.token import TokenServer
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.keyfolder import KeyFolder
from conformance.synthesis.patients import patients
from conformance.synthesis.pki import SUITE_URA, TestPki

GOOD_TLS12 = "ECDHE+AESGCM:ECDHE+CHACHA20"


class Promise(NamedTuple):
    """The TLS versions between which a release is, and an OpenSSL list for what lies below TLS 1.3."""

    minimum: str
    maximum: str
    ciphers: str


RELEASES: Mapping[str, Promise] = {
    "1.3": Promise("TLSv1.2", "TLSv1.3", GOOD_TLS12),
    "1.4": Promise("TLSv1.2", "TLSv1.3", GOOD_TLS12),
    "1.5": Promise("TLSv1.3", "TLSv1.3", ""),
}
"""What each release of Twiin asks of TLS: 1.3 wants 1.2 beside 1.3, 1.4 allows 1.2, from 1.5 on it is 1.3 only."""


class ReferenceNode:
    """A node on loopback. `faults` are ids from `faults/*.yaml` or Fault objects; `folder` (else a private temporary
    one, removed at stop) receives the PKI and the node file."""

    def __init__(self, release: str = "1.5", faults: Iterable[str | Fault] = (), folder: Path | None = None) -> None:
        if release not in RELEASES:
            raise ValueError(f"the reference node knows releases {', '.join(RELEASES)}, not {release}")
        self.release = release
        self._pieces = _pieces(faults)
        self._given_folder = folder
        self._private: KeyFolder | None = None
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """The address of the door."""
        if self._server is None:
            raise RuntimeError("the reference node is not running")
        return self._server.url

    def start(self) -> Self:
        """Make the PKI, open the door and write the node file; whatever stops this leaves nothing behind."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Close the door; the private folder goes too, also when the door does not want to close."""
        try:
            if self._server is not None:
                self._driver.finish()
                self._server.stop()
                self._server = None
        finally:
            if self._private is not None:
                self._private.close()

    def _start(self) -> None:
        self.folder = self._given_folder or self._own_folder()
        self.pki = TestPki.create(self.folder / "pki")
        self._driver = Driver({"view-images": image_viewing(self._client_context, self._parts(Hook.ASKING))})
        self._server = serve(self._handler(), tls=self._door(), doormen=self._parts(Hook.HELLO))
        address = f"https://localhost:{self._server.port}"  # also when a fault has put plain HTTP behind it
        self.node_file = write_node_file(self.folder, address=address, release=self.release, pki=self.pki)

    def _own_folder(self) -> Path:
        self._private = KeyFolder()
        return self._private.path

    def _door(self) -> TlsSettings | None:
        promise = RELEASES[self.release]
        settings = TlsSettings(
            chain=self.pki.server.certificate,
            key=self.pki.server.key,
            roots=(self.pki.root,),
            crl=self.pki.crl,
            minimum=promise.minimum,
            maximum=promise.maximum,
            ciphers=promise.ciphers,
        )
        door: TlsSettings | None = settings
        for change in self._parts(Hook.TLS):
            door = change(door or settings, self.pki)
        return door

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _parts(self, hook: Hook) -> tuple[Any, ...]:
        return tuple(piece.part for piece in self._pieces if piece.hook is hook)

    def _handler(self) -> Handler:
        tokens = self._token_server()
        oauth = intercepted(tokens.handler, [part(tokens) for part in self._parts(Hook.OAUTH)])
        handlers = {
            "/fhir": intercepted(rendered(self._bgz_source(tokens)), self._parts(Hook.FHIR)),
            "/oauth/token": oauth,
            "/dicomweb": intercepted(_when_needed(self._gateway), self._parts(Hook.IMAGES)),
            "/driver": self._driver.handler,
        }
        return intercepted(mounted(handlers), self._parts(Hook.CALLS))

    def _token_server(self) -> TokenServer:
        key = RSAKey.import_key(self.pki.signing.public)
        suite = Client(id=CLIENT_ID, ura=SUITE_URA, keys={self.pki.signing.id: key})
        checks = CHECKS
        for change in self._parts(Hook.ASSERTION):
            checks = change(checks)
        return TokenServer({CLIENT_ID: suite}, lambda: f"https://localhost:{self._port}/oauth/token", checks)

    @property
    def _port(self) -> int:
        return self._server.port if self._server else 0

    def _bgz_source(self, tokens: TokenServer) -> FhirActor:
        resources = bgz_data().resources()
        for change in self._parts(Hook.RECORDS):
            resources = change(resources)
        guard = tokens.guard
        for change in self._parts(Hook.ACCESS):
            guard = change(guard)
        actor = bgz_source(Store(resources), guard)
        for interceptor in reversed(self._parts(Hook.RESOURCES)):
            actor = _altered(interceptor, actor)
        return actor

    def _gateway(self) -> Handler:
        from conformance.simulators.dicomweb import dicomweb_handler  # pydicom loads slowly: at the first image call
        from conformance.synthesis.studies import studies

        held = studies({role: one for role, one in patients().items() if one.known})
        for change in self._parts(Hook.STUDIES):
            held = change(held)
        return dicomweb_handler(held)

    def _client_context(self) -> ssl.SSLContext:
        """How the node itself goes out: with its own certificate, trusting the test root."""
        context = ssl.create_default_context(cafile=str(self.pki.root))
        context.load_cert_chain(self.pki.server.certificate, self.pki.server.key)
        return context


def _pieces(faults: Iterable[str | Fault]) -> tuple[Piece, ...]:
    faults = tuple(faults)
    if not faults:
        return ()
    from conformance.simulators.faults.loading import load_faults

    known = load_faults()
    unknown = [fault for fault in faults if isinstance(fault, str) and fault not in known]
    if unknown:
        raise ValueError(f"no such fault: {', '.join(unknown)}. {near(str(unknown[0]), known)}")
    return tuple((known[fault] if isinstance(fault, str) else fault).piece() for fault in faults)


def _altered(interceptor: Callable[[Call, FhirActor], Any], actor: FhirActor) -> FhirActor:
    return lambda call: interceptor(call, actor)


def _when_needed(make: Callable[[], Handler]) -> Handler:
    """A handler that is made at its first call, by one thread."""
    made: list[Handler] = []
    lock = threading.Lock()

    def handle(call: Call) -> Answer:
        with lock:
            if not made:
                made.append(make())
        return made[0](call)

    return handle
