"""What lies behind the reference node's door: a BgZ source, a token server and an image gateway, made of parts.

Nothing here knows sockets. Faults are put between the parts from outside (see `faults`).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import load_pem_x509_certificate
from joserfc.jwk import ECKey, RSAKey

from conformance.simulators.assertions import CHECKS, Client
from conformance.simulators.faults import Hook, Piece
from conformance.simulators.fhir.reply import FhirActor, Writer, rendered, written
from conformance.simulators.fhir.source import bgz_records, guarded
from conformance.simulators.fhir.store import Edition, Store
from conformance.simulators.http import Answer, Call, Handler, intercepted, mounted, proxied
from conformance.simulators.nodefile import CLIENT_ID
from conformance.simulators.token import TokenServer
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients
from conformance.synthesis.pki import SUITE_URA, TestPki


@dataclass(frozen=True, slots=True)
class Insides:
    """The parts of one node: whom it knows, what is broken, and where its token endpoint is said to be."""

    pki: TestPki
    pieces: tuple[Piece, ...]
    token_url: Callable[[], str]
    edition: Edition = field(default_factory=Edition)
    records: Callable[[Store], FhirActor] = bgz_records
    """What answers from the resources of the data set."""
    write: Writer = written

    def parts(self, hook: Hook) -> tuple[Any, ...]:
        """What takes hold at one place, in order."""
        return tuple(piece.part for piece in self.pieces if piece.hook is hook)

    def handler(self, driver: Handler) -> Handler:
        """Everything the node answers, paths from the root of its address."""
        tokens = self._token_server()
        oauth = intercepted(tokens.handler, [part(tokens) for part in self.parts(Hook.OAUTH)])
        handlers = {
            "/fhir": intercepted(rendered(self._bgz_source(tokens), self.write), self.parts(Hook.FHIR)),
            "/oauth/token": oauth,
            "/dicomweb": intercepted(_when_needed(self._gateway), self.parts(Hook.IMAGES)),
            "/driver": driver,
        }
        return proxied(intercepted(mounted(handlers), self.parts(Hook.CALLS)), self.parts(Hook.PROXY))

    def expired_token(self) -> str:
        """A token that was issued to the suite the day before."""
        tokens, certificate = self._token_server(), self.pki.clients["valid"].certificate
        der = load_pem_x509_certificate(certificate.read_bytes()).public_bytes(Encoding.DER)
        return tokens.issued(tokens.clients[CLIENT_ID], der, ago_s=_DAY_S)

    def _token_server(self) -> TokenServer:
        key = RSAKey.import_key(self.pki.signing.public)
        suite = Client(id=CLIENT_ID, ura=SUITE_URA, keys={self.pki.signing.id: key})
        checks = CHECKS
        for change in self.parts(Hook.ASSERTION):
            checks = change(checks)
        return TokenServer({CLIENT_ID: suite}, self.token_url, checks, key=_token_key(self.pki))

    def _bgz_source(self, tokens: TokenServer) -> FhirActor:
        resources = bgz_data().resources
        for change in self.parts(Hook.RECORDS):
            resources = change(resources)
        guard = tokens.guard
        for change in self.parts(Hook.ACCESS):
            guard = change(guard)
        store = Store(resources, self.edition)
        actor = guarded(bgz_records(store) if self.parts(Hook.RECORDS) else self.records(store), guard)
        for interceptor in reversed(self.parts(Hook.RESOURCES)):
            actor = _altered(interceptor, actor)
        return actor

    def _gateway(self) -> Handler:
        from conformance.simulators.dicomweb import dicomweb_handler  # pydicom loads slowly: at the first image call
        from conformance.synthesis.studies import studies

        held = studies({role: one for role, one in patients().items() if one.known})
        for change in self.parts(Hook.STUDIES):
            held = change(held)
        return dicomweb_handler(held)


_DAY_S = 86_400


def _token_key(pki: TestPki) -> ECKey:
    """The key that signs tokens, drawn from the node's own: a node that starts again knows what it issued before."""
    seed = hashlib.sha256(b"tokens" + pki.server.key.read_bytes()).digest()
    secret = ec.derive_private_key(int.from_bytes(seed[:31], "big") + 1, ec.SECP256R1())
    pem = secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ECKey.import_key(pem)


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
