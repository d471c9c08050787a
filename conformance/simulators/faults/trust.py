"""Switches of the node as one who asks: whom it believes to be the one it wants to ask."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Literal

from conformance.simulators.driver import Contexts
from conformance.simulators.faults import Hook, switch
from conformance.simulators.server import NO_CHECK_TIME
from conformance.synthesis.pki import TestPki

Believing = Callable[[Contexts, TestPki], Contexts]
Wrong = Literal["foreign", "self-signed", "expired", "elsewhere", ""]


@switch("trust.accept", hook=Hook.TRUST)
def accept(*, certificate: Wrong = "") -> Believing:
    """Asks a counterpart with a wrong certificate of this sort too; without one it looks at no certificate at all."""

    def change(contexts: Contexts, pki: TestPki) -> Contexts:
        for context in filter(None, contexts):
            _loosen(context, certificate, pki)
        return contexts

    return change


@switch("trust.chain-only", hook=Hook.TRUST)
def chain_only() -> Believing:
    """Looks whether the issuer is one it trusts, and at neither name nor dates."""

    def change(contexts: Contexts, pki: TestPki) -> Contexts:
        for context in filter(None, contexts):
            _loosen(context, "elsewhere", pki)
            _loosen(context, "expired", pki)
        return contexts

    return change


@switch("trust.try-again", hook=Hook.TRUST)
def try_again() -> Believing:
    """Tries once more without looking at the certificate when it could not ask."""

    def change(contexts: Contexts, pki: TestPki) -> Contexts:
        blind = ssl.create_default_context(cafile=str(pki.root))
        blind.load_cert_chain(pki.server.certificate, pki.server.key)
        _loosen(blind, "", pki)
        return (*contexts, blind)

    return change


@switch("trust.try-in-clear", hook=Hook.TRUST)
def try_in_clear() -> Believing:
    """Tries once more without TLS when it could not ask."""
    return lambda contexts, _: (*contexts, None)


def _loosen(context: ssl.SSLContext, certificate: Wrong, pki: TestPki) -> None:
    if certificate == "foreign":
        context.load_verify_locations(pki.foreign_root)
    elif certificate == "self-signed":
        context.load_verify_locations(pki.clients["counterpart-self-signed"].certificate)
    elif certificate == "expired":
        context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    else:
        context.check_hostname = False
        if not certificate:
            context.verify_mode = ssl.CERT_NONE
