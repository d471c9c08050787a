"""Sends one hand-made ClientHello and reads what the server chose."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from conformance.model.agreements import Json
from conformance.model.exchange import Outcome, Trouble
from conformance.protocols.failures import Stage, classify
from conformance.protocols.hello import ClientHello, encode
from conformance.protocols.observing import Observed
from conformance.protocols.serverhello import Choice, NotTlsError, decode
from conformance.protocols.session import Address, Session
from conformance.protocols.tlsnames import GROUPS, suites
from conformance.protocols.troubles import TroubleError, trouble

MOST = 1 << 17
"""A server's first flight is a few kilobytes; more than this is not one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a probe offers, in names."""

    version: str
    suites: tuple[str, ...]
    groups: tuple[str, ...]
    compression: bool = False

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions offered, newest first."""
        return ("TLSv1.3", "TLSv1.2") if self.version == "any" else (self.version,)


def probe(session: Session, address: Address, offer: Offer) -> Observed:
    """Offer it and tell what was chosen, in the facts of the exchange."""
    clock = session.clock
    with session.gate.turn():
        started, begin = clock.stamp(), clock.monotonic()
        facts: dict[str, Json] = {}
        failed: Trouble | None = None
        try:
            choice, closed = _exchange(session, address, _hello(address, offer))
            facts = _facts(offer, choice, closed)
        except TroubleError as error:
            failed = error.trouble
        return Observed(
            outcome=Outcome.NO_ANSWER if failed else Outcome.ANSWERED,
            started=started,
            duration_ms=round((clock.monotonic() - begin) * 1000),
            trouble=failed,
            facts=facts,
        )


def _hello(address: Address, offer: Offer) -> ClientHello:
    known = suites()
    return ClientHello(
        versions=offer.versions,
        suites=tuple(known[name] for name in offer.suites),
        groups=tuple(GROUPS[name] for name in offer.groups),
        server_name="" if _is_ip(address.host) else address.host,
        compression=offer.compression,
        random=os.urandom(32),
    )


def _facts(offer: Offer, choice: Choice, closed: bool) -> dict[str, Json]:
    return {
        "accepted": choice.chosen and choice.version in offer.versions,
        "version": choice.version,
        "suite": choice.suite,
        "group": choice.group,
        "compression": choice.compression,
        "extended_master_secret": choice.extended_master_secret,
        "secure_renegotiation": choice.secure_renegotiation,
        "dh_bits": choice.dh_bits,
        "alert": choice.alert,
        "closed": closed,
        "asked": list(offer.suites),
    }


def _exchange(session: Session, address: Address, hello: ClientHello) -> tuple[Choice, bool]:
    stage, polite = Stage.CONNECT, session.node.politeness
    try:
        with socket.create_connection((address.host, address.port), timeout=polite.connect_timeout_s) as sock:
            stage = Stage.HANDSHAKE
            sock.settimeout(polite.read_timeout_s)
            sock.sendall(encode(hello))
            return _flight(sock, session, polite.read_timeout_s)
    except NotTlsError as error:
        raise TroubleError(trouble("plain-http-on-tls-port")) from error
    except ConnectionError as error:
        if stage is Stage.HANDSHAKE:  # a server may refuse a hello by hanging up: that is an answer
            return Choice(), True
        raise TroubleError(classify(error, stage)) from error
    except (OSError, UnicodeError) as error:
        raise TroubleError(classify(error, stage)) from error


def _flight(sock: socket.socket, session: Session, seconds: float) -> tuple[Choice, bool]:
    data, choice = b"", Choice()
    end = session.clock.monotonic() + seconds
    while not choice.done and len(data) < MOST:
        if session.clock.monotonic() > end:
            raise TimeoutError("the first flight took too long")
        more = sock.recv(1 << 14)
        if not more:
            return choice, True
        data += more
        choice = decode(data)
    return choice, False


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def unknown(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """The names that are not known, in order."""
    listed = set(known)
    return [name for name in names if name not in listed]
