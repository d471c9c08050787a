"""Who stands behind the door: a full handshake, hand-made probes, and the open port."""

from __future__ import annotations

import socket
import ssl
from dataclasses import replace
from typing import Annotated, Literal

from conformance.codecs.tls.names import GROUPS, suites
from conformance.codecs.tls.offer import asked_for, offers
from conformance.model.agreements import Json
from conformance.model.exchange import Outcome, Rung, TlsSession, Trouble
from conformance.protocols.client import Asked
from conformance.protocols.contexts import Belief, client_context
from conformance.protocols.failures import Stage, classify
from conformance.protocols.observing import Observed, Performed
from conformance.protocols.operations import OneOf, operation
from conformance.protocols.probe import probe
from conformance.protocols.session import Address, Session
from conformance.protocols.troubles import TroubleError, trouble
from conformance.protocols.wire import agreed

Suites = tuple[Annotated[str, OneOf(frozenset(suites()))], ...]
Groups = tuple[Annotated[str, OneOf(frozenset(GROUPS))], ...]


@operation("tls.connect", rests_on=Rung.PORT)
def connect(session: Session, *, endpoint: str, version: Literal["", "TLSv1.2", "TLSv1.3"] = "") -> Performed:
    """A full handshake with the good certificate and one request: who answers, and whether it can be believed."""
    address = session.address(endpoint)
    if not address.tls:
        raise TroubleError(trouble("plain-http-on-tls-port", "the address begins with http:"))
    asked = Asked(method="GET", url=address.url, headers={"Accept": "*/*"}, version=version, fresh=True)
    observed = session.http.call(asked)
    if observed.outcome is Outcome.NOT_PLAYED:
        return Performed(observed=(observed,))
    # A wrong name or date says nothing about who issued the certificate, so the chain is looked at on its own; what is
    # recorded is what was looked at.
    believed = observed.tls or _look(session, asked, address, Belief.CHAIN)
    verified = believed is not None
    observed = replace(observed, tls=believed or _look(session, asked, address, Belief.ANYTHING))
    facts: dict[str, Json] = {**observed.facts, "chain_verified": verified}
    return Performed(observed=(replace(observed, facts=facts),))


def _look(session: Session, asked: Asked, address: Address, belief: Belief) -> TlsSession | None:
    """What a server shows that could not be verified: one more handshake, only to read it. None when it fails."""
    times = session.node.politeness
    try:
        context = client_context(session.node.trust, asked.certificate, asked.version, belief=belief)
        with (
            session.gate.turn(),
            socket.create_connection((address.host, address.port), timeout=times.connect_timeout_s) as sock,
            context.wrap_socket(sock, server_hostname=address.host) as wrapped,
        ):
            return replace(agreed(wrapped), client=asked.certificate)
    except (OSError, ssl.SSLError, TroubleError, ValueError):
        return None


@operation("tls.probe", rests_on=Rung.PORT, times=lambda given: len(asked_for(given)))
def tls_probe(
    session: Session,
    *,
    endpoint: str,
    version: Literal["any", "TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1.0", "SSLv3"] = "any",
    suites: Suites = (),
    groups: Groups = (),
    compression: bool = False,
    one_by_one: bool = False,
) -> Performed:
    """Offer exactly this in a hand-made ClientHello and keep the answer. `one_by_one` offers each suite on its own."""
    address = session.address(endpoint)
    wanted = offers(version, suites, groups, compression=compression, one_by_one=one_by_one)
    return Performed(observed=tuple(probe(session, address, each) for each in wanted))


@operation("net.connect", rests_on=Rung.CONFIGURATION)
def reach(session: Session, *, endpoint: str) -> Performed:
    """Resolve the name and open the port, nothing more."""
    address = session.address(endpoint)
    clock = session.clock
    with session.gate.turn():
        started, begin = clock.stamp(), clock.monotonic()
        failed: Trouble | None = None
        try:
            timeout = session.node.politeness.connect_timeout_s
            socket.create_connection((address.host, address.port), timeout=timeout).close()
        except (OSError, UnicodeError) as error:
            failed = classify(error, Stage.CONNECT)
    observed = Observed(
        outcome=Outcome.NO_ANSWER if failed else Outcome.ANSWERED,
        started=started,
        duration_ms=round((clock.monotonic() - begin) * 1000),
        trouble=failed,
    )
    return Performed(observed=(observed,))
