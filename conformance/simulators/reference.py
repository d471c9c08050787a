"""The reference node: a BgZ source and an image gateway behind one mutual-TLS door, with a node file to test it by.

    with ReferenceNode(release="1.5") as node:
        ...  # node.node_file, node.url

It is faithful to the release asked for. Faults are put between its parts from outside (see `faults`).
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from conformance.simulators.driver import Contexts, Driver, image_viewing
from conformance.simulators.faults import Fault, Hook, Piece
from conformance.simulators.fhir.store import Edition
from conformance.simulators.http import Handler
from conformance.simulators.insides import Insides
from conformance.simulators.nodefile import asked, write_node_file
from conformance.simulators.server import Server, TlsSettings, serve
from conformance.synthesis.keyfolder import KeyFolder
from conformance.synthesis.pki import TestPki

GOOD_TLS12 = "ECDHE+AESGCM:ECDHE+CHACHA20"


class Promise(NamedTuple):
    """The TLS versions between which a release is, and an OpenSSL list for what lies below TLS 1.3."""

    minimum: str
    maximum: str
    ciphers: str


RELEASES: Mapping[str, Promise] = {
    "1.3.0": Promise("TLSv1.2", "TLSv1.3", GOOD_TLS12),
    "1.3.1": Promise("TLSv1.3", "TLSv1.3", ""),
    "1.4": Promise("TLSv1.2", "TLSv1.3", GOOD_TLS12),
    "1.5": Promise("TLSv1.3", "TLSv1.3", ""),
}
"""What each release of Twiin asks of TLS: 1.3.0 wants 1.2 beside 1.3, 1.4 allows 1.2, in 1.3.1 (where it may)
and from 1.5 on it is 1.3 only."""


class ReferenceNode:
    """A node on loopback. `faults` are ids from `faults/*.yaml` or Fault objects; `folder` (else a private temporary
    one, removed at stop) receives the PKI, unless one is given, and the node file. Who knows on which requirements its
    word is asked for may say so (`asked`), once the door is open."""

    def __init__(
        self,
        release: str = "1.5",
        faults: Iterable[str | Fault] = (),
        folder: Path | None = None,
        pki: TestPki | None = None,
        asked: Callable[[], Iterable[str]] = asked,
    ) -> None:
        if release not in RELEASES:
            raise ValueError(f"the reference node knows releases {', '.join(RELEASES)}, not {release}")
        self.release = release
        self._pieces = pieces_of(faults)
        self._given_folder, self._given_pki, self._asked = folder, pki, asked
        self._private: KeyFolder | None = None
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """The address of the door."""
        if self._server is None:
            raise RuntimeError("the reference node is not running")
        return self._server.url

    @property
    def edition(self) -> Edition:
        """The filling of its records."""
        return self._inside.edition

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
        given = self._given_pki
        self.pki = self._own_copy(given) if given else TestPki.create(self.folder / "pki", small=True)
        self._inside = Insides(self.pki, self._pieces, lambda: f"https://localhost:{self._port}/oauth/token")
        self._driver = Driver({"view-images": image_viewing(self._client_contexts, self._inside.parts(Hook.ASKING))})
        self._server = serve(self._handler(), tls=self._door(), doormen=self._inside.parts(Hook.HELLO))
        address = f"https://localhost:{self._server.port}"  # also when a fault has put plain HTTP behind it
        self.node_file = write_node_file(
            self.folder,
            address=address,
            release=self.release,
            pki=self.pki,
            expired_token=self._inside.expired_token(),
            asked=self._asked(),
        )

    def _own_folder(self) -> Path:
        self._private = KeyFolder()
        return self._private.path

    def _own_copy(self, pki: TestPki) -> TestPki:
        """The same certificates, with a folder of our own for what a fault adds to them."""
        own = self.folder / "pki"
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        return replace(pki, folder=own)

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
        for change in self._inside.parts(Hook.TLS):
            door = change(door or settings, self.pki)
        return door

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _handler(self) -> Handler:
        return self._inside.handler(self._driver.handler)

    @property
    def _port(self) -> int:
        return self._server.port if self._server else 0

    def _client_contexts(self) -> Contexts:
        """How the node itself goes out: with its own certificate, trusting the test root."""
        context = ssl.create_default_context(cafile=str(self.pki.root))
        context.load_cert_chain(self.pki.server.certificate, self.pki.server.key)
        contexts: Contexts = (context,)
        for change in self._inside.parts(Hook.TRUST):
            contexts = change(contexts, self.pki)
        return contexts


def pieces_of(faults: Iterable[str | Fault]) -> tuple[Piece, ...]:
    """The switches that faults turn on; raises ValueError for an id that does not exist."""
    from conformance.simulators.faults.variants import named

    broken = (named(fault) if isinstance(fault, str) else fault for fault in faults)
    return tuple(piece for fault in broken for piece in fault.pieces())
