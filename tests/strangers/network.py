"""The door: certificates, TLS, and plain HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from conformance.simulators.faults import Hook, Piece
from conformance.simulators.faults.proxies import role_of
from conformance.simulators.faults.tls import Sort, clients
from conformance.simulators.fhir.source import Guard
from conformance.simulators.hello import Hello, alert, server_hello
from conformance.simulators.http import Answer, Call, Handler
from conformance.simulators.server import TlsSettings
from conformance.synthesis.pki import TestPki
from tests.strangers.nodes import Place, legal, wrong

TEXT = (("Content-Type", "text/plain; charset=utf-8"),)
NOWHERE = r"\A\Z"
REFUSED = Answer(403, TEXT, b"A client certificate is needed here.\n")
PAGE = b"<html><head><title>400 No required SSL certificate was sent</title></head><body>nginx</body></html>"
STATIC_RSA, ECDHE = 0x009C, 0xC02F


def is_wrong(call: Call) -> bool:
    return role_of(call) not in ("valid", "other")


def looking_later(sort: Sort) -> tuple[Piece, ...]:
    """Lets such a client in, for the application to look at; and asks it for no token where that does."""

    def change(guard: Guard) -> Guard:
        return lambda call: None if is_wrong(call) else guard(call)

    return (Piece(Hook.TLS, clients(accept=sort)), Piece(Hook.ACCESS, change))


FROM_ANYBODY = looking_later("none")


def unless_at(address: str) -> Place:
    """A function: how a client that must stay out is refused, elsewhere than at this address."""

    def place(refuse: Callable[[Call], Answer]) -> Piece:
        def intercept(call: Call, handler: Handler) -> Answer:
            return refuse(call) if is_wrong(call) and not re.search(address, call.path) else handler(call)

        return Piece(Hook.CALLS, intercept)

    return place


@wrong("NET-01", at=unless_at(r"/rendered\Z"), besides=FROM_ANYBODY)
def shows_pictures_to_anybody(_: Call) -> Answer:
    """Pictures for the browser need no certificate: an image tag in a page can't show one."""
    return REFUSED


@wrong("NET-01", at=Hook.CALLS, besides=FROM_ANYBODY)
class RemembersWhoCame:
    """Whoever came with a certificate from this address needs none when coming back."""

    def __init__(self) -> None:
        self.known = False

    def __call__(self, call: Call, handler: Handler) -> Answer:
        self.known = self.known or not is_wrong(call)
        return handler(call) if self.known else REFUSED


@wrong("NET-13", at=unless_at("/metadata"), besides=looking_later("expired"))
def shows_metadata_after_the_end(_: Call) -> Answer:
    """Capabilities and metadata are served by a part that does not look at dates."""
    return REFUSED


@wrong("NET-14", at=Hook.CALLS, besides=looking_later("revoked"))
class LooksForRevocationsMeanwhile:
    """The list of the revoked is looked at in the background: the first call of a certificate passes."""

    def __init__(self) -> None:
        self.seen: set[bytes | None] = set()

    def __call__(self, call: Call, handler: Handler) -> Answer:
        known = call.certificate in self.seen
        self.seen.add(call.certificate)
        return REFUSED if is_wrong(call) and known else handler(call)


@wrong("NET-04", "NET-10", at=Hook.HELLO)
def speaks_old_tls_to_old_clients(hello: Hello) -> bytes | None:
    """TLS 1.2 was left on for a device that knows static RSA only."""
    old = max(hello.versions) == 0x0303 and STATIC_RSA in hello.suites
    return server_hello(0x0303, STATIC_RSA) if old else None


@wrong("NET-17", at=Hook.TLS)
def tells_its_health_in_clear(settings: TlsSettings, _: TestPki) -> TlsSettings:
    """The metadata answer over plain HTTP, for who watches whether the node is up."""
    return replace(settings, plain=lambda call: call.path == "/fhir/metadata")


@legal(
    "NET-01: who shows no certificate gets no application data, in whatever way",
    at=unless_at(NOWHERE),
    besides=FROM_ANYBODY,
)
def refuses_with_a_page_of_400(_: Call) -> Answer:
    """Who shows no certificate gets the page of nginx for that."""
    return Answer(400, (("Content-Type", "text/html"),), PAGE)


@legal("RFC 8446 section 6.2: alerts of other names, or none", at=Hook.HELLO)
def refuses_old_versions_with_another_alert(hello: Hello) -> bytes | None:
    """A client of an old version gets an internal_error."""
    return alert(80) if max(hello.versions) < 0x0304 else None
