"""Switches of a proxy before the node: it checks certificates address by address, and forgets one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import NameOID

from conformance.simulators.faults import Hook, Piece, When, is_at, switch
from conformance.simulators.faults.tls import WRONG, Door, clients
from conformance.simulators.fhir.source import Guard
from conformance.simulators.http import WANTS_ANOTHER, Answer, Call, Gap, Handler, Interceptor
from conformance.simulators.server import TlsSettings
from conformance.simulators.token import OTHER_CERTIFICATE
from conformance.synthesis.pki import TestPki

Sort = Literal["none", "expired", "revoked", "foreign", "self-signed", "other-purpose", "wrong"]


@switch("proxy.open", hook=Hook.PROXY)
def leave_open(
    *, when: When, certificate: Sort = "wrong", address: str = "", version: Literal["", "TLSv1.2"] = ""
) -> tuple[Piece, ...]:
    """A client that must stay out (`wrong`: with any wrong certificate) is let in and refused each call with 403, but
    for those that are meant; `version`: over this one only. What lies behind trusts the proxy, also in whose token it
    is."""
    sorts = WRONG if certificate == "wrong" else (certificate,)

    def answer(call: Call, handler: Handler) -> Answer | None:
        meant = version in ("", call.tls) and when.meets(call) and is_at(call, address)
        return handler(call) if meant else None

    return before_the_node(sorts, answer)


@switch("proxy.tells", hook=Hook.PROXY)
def tells(
    *, when: When, certificate: Sort = "none", address: str = "", status: int = 403, name: str = ""
) -> tuple[Piece, ...]:
    """A client that must stay out is let in and refused each call; the refusal of those that are meant carries what
    lies behind, or in its words only the value that has this name there. What lies behind trusts the proxy."""
    sorts = WRONG if certificate == "wrong" else (certificate,)

    def answer(call: Call, handler: Handler) -> Answer | None:
        if not (when.meets(call) and is_at(call, address)):
            return None
        held = handler(call)
        return replace(_sentence(held, name) if name else held, status=status)

    return before_the_node(sorts, answer)


def _sentence(held: Answer, name: str) -> Answer:
    found = re.search(rf'"{name}"\s*:\s*"([^"]+)"|<{name} value="([^"]+)"', held.body.decode("utf-8", "replace"))
    value = next(filter(None, found.groups()), "") if found else ""
    return replace(WANTS_ANOTHER, body=f"Show a certificate to read of {value}.\n".encode())


@switch("proxy.locks-out", hook=Hook.CALLS)
def locks_out(*, after: int, calls: int, status: int = 429) -> tuple[Piece, ...]:
    """A client with a wrong certificate is let in and refused each call with 403; after so many of these the next calls
    get this status, whoever makes them."""
    count = Counter[str]()
    turn = Lock()

    def intercept(call: Call, handler: Handler) -> Answer:
        with turn:
            if count["left"]:
                count["left"] -= 1
                return Answer(status)
            if role_of(call) not in WRONG:
                return handler(call)
            count["wrong"] += 1
            if count["wrong"] % after == 0:
                count["left"] = calls
            return WANTS_ANOTHER

    calling: Interceptor = intercept
    return (Piece(Hook.TLS, _letting_in(WRONG)), Piece(Hook.CALLS, calling))


def before_the_node(sorts: tuple[Sort, ...], answer: Callable[[Call, Handler], Answer | None]) -> tuple[Piece, ...]:
    """A proxy that lets in these sorts, for what they get there; what lies behind looks at no certificate of theirs."""

    def minds(call: Call) -> bool:
        return role_of(call) in sorts

    def trusting(guard: Guard) -> Guard:
        def trusted(call: Call) -> str | None:
            refused = guard(call)
            return None if refused == OTHER_CERTIFICATE and minds(call) else refused

        return trusted

    return (Piece(Hook.TLS, _letting_in(sorts)), Piece(Hook.PROXY, Gap(minds, answer)), Piece(Hook.ACCESS, trusting))


def _letting_in(sorts: tuple[Sort, ...]) -> Door:
    def change(settings: TlsSettings, pki: TestPki) -> TlsSettings | None:
        door: TlsSettings | None = settings
        for sort in sorts:
            door = clients(accept=sort)(door or settings, pki)
        return door

    return change


def role_of(call: Call) -> str:
    """The role of the certificate that a client of the test PKI shows."""
    return "none" if call.certificate is None else _named(call.certificate)


@lru_cache(maxsize=64)
def _named(certificate: bytes) -> str:
    names = x509.load_der_x509_certificate(certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value).removesuffix(".suite.example") if names else ""
