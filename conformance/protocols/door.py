"""Knocking: one real request over a connection of its own, showing the certificate that its step says; or without TLS.

Every answer is read: under TLS 1.3 a refusal comes only at the first read. The good request travels alike, so that it
differs from the others in its certificate alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

from conformance.model.exchange import Rung
from conformance.protocols.assertions import VALID
from conformance.protocols.client import Asked
from conformance.protocols.contexts import NONE
from conformance.protocols.dicomweb import MODEL
from conformance.protocols.dicomweb import asked as asked_for_images
from conformance.protocols.fhir import Format, Method, Token, request
from conformance.protocols.observing import Observed, Performed
from conformance.protocols.operations import operation
from conformance.protocols.session import Session
from conformance.protocols.tokens import token_form, token_request
from conformance.protocols.troubles import TroubleError, trouble

Role = Literal["valid", "none", "expired", "revoked", "foreign", "self-signed", "other-purpose", "other"]

Version = Literal["", "TLSv1.2"]
"""The version of TLS to speak; empty for the newest that both can."""

_HUNG_UP = frozenset({"connection-closed", "connection-reset"})


@operation("door.address", rests_on=Rung.PORT)
def address(session: Session, *, endpoint: str, certificate: Role) -> Performed:
    """Ask for the bare address of an endpoint."""
    return _knock(session, _bare(session, endpoint), certificate)


@operation("door.fhir", endpoint="fhir", rests_on=Rung.TOKEN)
def fhir(
    session: Session,
    *,
    path: str,
    certificate: Role,
    format: Format = Format.JSON,  # noqa: A002 - FHIR's own word
    version: Version = "",
    method: Method = "GET",
) -> Performed:
    """Ask a FHIR server for what stands at a path, with a good token: fetched over the good certificate."""
    return _knock(session, request(session, path, format, Token.VALID, method), certificate, version)


@operation("door.dicomweb", endpoint="dicomweb", rests_on=Rung.PORT)
def dicomweb(
    session: Session, *, path: str, certificate: Role, accept: str = MODEL, version: Version = ""
) -> Performed:
    """Ask an image gateway for what stands at a path."""
    return _knock(session, _of_images(session, path, accept), certificate, version)


@operation("door.token", endpoint="oauth", rests_on=Rung.PORT)
def token(session: Session, *, certificate: Role, version: Version = "") -> Performed:
    """Ask for a token with a good assertion."""
    return _knock(session, _of_token(session), certificate, version)


@operation("plain.address", rests_on=Rung.PORT)
def plain_address(session: Session, *, endpoint: str) -> Performed:
    """Ask for the bare address of an endpoint, speaking plain HTTP to the port that is addressed with https."""
    return _without_tls(session, _bare(session, endpoint))


@operation("plain.fhir", endpoint="fhir", rests_on=Rung.TOKEN)
def plain_fhir(session: Session, *, path: str, format: Format = Format.JSON) -> Performed:  # noqa: A002
    """Ask a FHIR server in the same way, with a good token."""
    return _without_tls(session, request(session, path, format, Token.VALID))


@operation("plain.dicomweb", endpoint="dicomweb", rests_on=Rung.PORT)
def plain_dicomweb(session: Session, *, path: str, accept: str = MODEL) -> Performed:
    """Ask an image gateway in the same way."""
    return _without_tls(session, _of_images(session, path, accept))


@operation("plain.token", endpoint="oauth", rests_on=Rung.PORT)
def plain_token(session: Session) -> Performed:
    """Ask for a token in the same way."""
    return _without_tls(session, _of_token(session))


def _bare(session: Session, endpoint: str) -> Asked:
    return Asked(method="GET", url=session.address(endpoint).url, headers={"Accept": "*/*"})


def _of_images(session: Session, path: str, accept: str) -> Asked:
    return asked_for_images(session, f"{session.address('dicomweb').url}/{path}", accept)


def _of_token(session: Session) -> Asked:
    return token_request(session, token_form(session, VALID), "POST")


def _knock(session: Session, asked: Asked, certificate: str, version: Version = "") -> Performed:
    if not asked.url.lower().startswith("https:"):
        raise TroubleError(trouble("plain-http-on-tls-port", "the address begins with http:"))
    observed = session.http.call(replace(asked, certificate=certificate, version=version, fresh=True))
    return Performed(observed=(_hung_up(observed, certificate),))


def _hung_up(observed: Observed, certificate: str) -> Observed:
    """A server may refuse a certificate by hanging up right after the handshake, without an alert."""
    code = observed.trouble.code if observed.trouble else ""
    if certificate == "valid" or code not in _HUNG_UP or observed.tls is None or "answer_began" in observed.facts:
        return observed
    return replace(observed, trouble=trouble("client-certificate-refused", "closed without an alert"))


def _without_tls(session: Session, asked: Asked) -> Performed:
    parts = urlsplit(asked.url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = parts.port or (80 if parts.scheme == "http" else 443)
    bare = parts._replace(scheme="http", netloc=f"{host}:{port}", path=parts.path or "/")
    return Performed(observed=(session.http.call(replace(asked, url=bare.geturl(), certificate=NONE, fresh=True)),))
