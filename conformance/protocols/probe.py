"""Sends one hand-made ClientHello and keeps what came back, to the byte."""

from __future__ import annotations

import os
import socket
from ipaddress import ip_address

from conformance.codecs.tls.choice import NotTlsError, deciding, decode
from conformance.codecs.tls.hello import encode
from conformance.codecs.tls.offer import MOST, Offer
from conformance.model.exchange import Flight, Outcome, Trouble
from conformance.protocols.failures import Stage, classify
from conformance.protocols.observing import Observed
from conformance.protocols.session import Address, Session
from conformance.protocols.troubles import TroubleError, trouble

SILENT = "silent_twice"
"""The fact that nothing at all came, twice, from where another hello was answered: what stands between drops it."""


class _Silence(Exception):
    """Not a byte came in time."""

    def __init__(self, hello: bytes) -> None:
        super().__init__()
        self.hello = hello


def probe(session: Session, address: Address, offer: Offer) -> Observed:
    """Offer it and keep both first flights: what was chosen is read from them (`codecs.tls`)."""
    clock = session.clock
    with session.gate.turn():
        started, begin = clock.stamp(), clock.monotonic()
        flight: Flight | None = None
        failed: Trouble | None = None
        try:
            flight = _flight(session, address, offer)
        except TroubleError as error:
            failed = error.trouble
        silent = flight is not None and not (flight.answer or flight.closed)
        return Observed(
            facts={SILENT: True} if silent else {},
            outcome=Outcome.NO_ANSWER if failed else Outcome.ANSWERED,
            started=started,
            duration_ms=round((clock.monotonic() - begin) * 1000),
            trouble=failed,
            flight=flight,
        )


def _flight(session: Session, address: Address, offer: Offer) -> Flight:
    """What came, or that twice nothing came; without an answered hello before, that says nothing of this one."""
    where = address.host, address.port
    for last in (False, True):
        try:
            flight = _exchange(session, address, offer)
        except _Silence as silence:
            if where not in session.greeted:
                break
            if last:
                return Flight(hello=silence.hello)
        else:
            session.greeted |= {where} if flight.answer else set()
            return flight
    raise TroubleError(trouble("handshake-timeout"))


def _exchange(session: Session, address: Address, offer: Offer) -> Flight:
    stage, polite = Stage.CONNECT, session.node.politeness
    hello, answer = b"", bytearray()
    try:
        with socket.create_connection((address.host, address.port), timeout=polite.connect_timeout_s) as sock:
            stage = Stage.HANDSHAKE
            sock.settimeout(polite.read_timeout_s)
            hello = encode(offer.hello("" if _is_ip(address.host) else address.host, os.urandom(32)))
            sock.sendall(hello)
            closed = _fill(answer, sock, session, polite.read_timeout_s)
    except NotTlsError as error:
        raise TroubleError(trouble("plain-http-on-tls-port")) from error
    except ConnectionError as error:
        if stage is Stage.CONNECT:
            raise TroubleError(classify(error, stage)) from error
        closed = True  # a server may refuse a hello by hanging up: that is an answer
    except TimeoutError as error:
        if hello and not answer:
            raise _Silence(hello) from error
        raise TroubleError(classify(error, stage)) from error
    except (OSError, UnicodeError) as error:
        raise TroubleError(classify(error, stage)) from error
    return Flight(hello=hello, answer=deciding(bytes(answer)), closed=closed)


def _fill(answer: bytearray, sock: socket.socket, session: Session, seconds: float) -> bool:
    """Read until a choice is seen, or too much; whether the server hung up before."""
    end = session.clock.monotonic() + seconds
    while len(answer) < MOST and not decode(bytes(answer)).done:
        if session.clock.monotonic() > end:
            raise TimeoutError("the first flight took too long")
        more = sock.recv(min(1 << 14, MOST - len(answer)))
        if not more:
            return True
        answer += more
    return False


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
