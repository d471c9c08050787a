"""A token endpoint: client credentials, a signed client assertion, tokens bound to the client's certificate.

RFC 6749 (4.4, 5.2), RFC 7523 (client assertions), RFC 8705 (certificate-bound tokens); Twiin-07 asks for the first two
over mutual TLS. What is checked about an assertion is in `assertions`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from conformance.model.agreements import Json
from conformance.simulators.assertions import CHECKS, SKEW_S, Checks, Client, Shown
from conformance.simulators.fhir.source import NARROW
from conformance.simulators.http import Answer, Call, Handler

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = "application/x-www-form-urlencoded"
LIFETIME_S = 300
NOT_OURS = "the token is not one of ours"
EXPIRED = "the token has expired"
OTHER_CERTIFICATE = "the token is bound to another certificate"
BGZ, CAPABILITIES = "bgz", "capabilities"
SCOPES = (BGZ, CAPABILITIES)
"""What a client may ask for; whoever asks for nothing gets the first."""


@lru_cache(maxsize=64)
def thumbprint(certificate: bytes) -> str:
    """RFC 8705's x5t#S256 of a DER certificate."""
    return base64.urlsafe_b64encode(hashlib.sha256(certificate).digest()).rstrip(b"=").decode("ascii")


class OAuthRefusalError(Exception):
    """A token request that is refused: status and error code of RFC 6749 section 5.2."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        body = json.dumps({"error": error, "error_description": description}).encode()
        allow = (("Allow", "POST"),) if status == 405 else ()
        self.answer = Answer(status, (*JSON_HEADERS, *allow), body)


JSON_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache"))


@dataclass(slots=True)
class TokenServer:
    """Issues tokens to registered clients and says whether a token may be used. Safe for several threads."""

    clients: Mapping[str, Client]
    audience: Callable[[], str]
    checks: Checks = field(default_factory=lambda: CHECKS)
    clock: Callable[[], float] = time.time
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    """What tokens are signed with: a server that starts again with the same knows those it issued before."""
    _seen: dict[str, float] = field(default_factory=dict)
    _known: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def handler(self) -> Handler:
        """The token endpoint."""
        return self._handle

    def _handle(self, call: Call) -> Answer:
        try:
            form = _form(call)
            client, scope = self._authenticated(form, call.certificate), _scope(form)
        except OAuthRefusalError as refusal:
            return refusal.answer
        return self.grant(client, call.certificate, scope)

    def grant(self, client: Client, certificate: bytes | None, scope: str = BGZ) -> Answer:
        """The token answer for a client that has shown who it is."""
        token = self.issued(client, certificate, scope)
        body = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S, "scope": scope}
        return Answer(200, JSON_HEADERS, json.dumps(body).encode())

    def issued(self, client: Client, certificate: bytes | None, scope: str = BGZ, ago_s: int = 0) -> str:
        """A token for a client, issued now or so many seconds ago."""
        now = int(self.clock()) - ago_s
        claims = {
            "iss": self.audience(),
            "sub": client.id,
            "client_id": client.id,
            "scope": scope,
            "iat": now,
            "exp": now + LIFETIME_S,
            "jti": secrets.token_urlsafe(16),
            "cnf": {"x5t#S256": thumbprint(certificate or b"")},
        }
        return jwt.encode({"alg": "ES256", "typ": "at+jwt"}, claims, self.key)

    def guard(self, call: Call) -> str | None:
        """Why a call to a protected resource may not be served, or None; empty when it shows no token at all."""
        scheme, _, token = call.header("authorization").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return ""
        try:
            claims = self._verified(token.strip())
        except (JoseError, ValueError):
            return NOT_OURS
        if claims["exp"] <= self.clock():
            return EXPIRED
        if claims["cnf"]["x5t#S256"] != thumbprint(call.certificate or b""):
            return OTHER_CERTIFICATE
        return None if claims["scope"] == BGZ else NARROW

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token of ours; raises JoseError or ValueError. A token is verified once."""
        claims = self._known.get(token)
        if claims is None:
            claims = self._known[token] = jwt.decode(token, self.key, algorithms=["ES256"]).claims
        return claims

    def _authenticated(self, form: Mapping[str, str], certificate: bytes | None) -> Client:
        if form.get("grant_type") != "client_credentials":
            raise OAuthRefusalError(400, "unsupported_grant_type", "grant_type must be client_credentials")
        if form.get("client_assertion_type") != ASSERTION_TYPE or "client_assertion" not in form:
            raise OAuthRefusalError(401, "invalid_client", "the client must show a signed JWT (private_key_jwt)")
        shown = self._shown(form["client_assertion"], certificate)
        for check in self.checks.values():
            if problem := check(shown):
                raise OAuthRefusalError(401, "invalid_client", problem)
        return shown.client

    def _shown(self, compact: str, certificate: bytes | None) -> Shown:
        header, claims = _unverified(compact)
        client = self.clients.get(str(claims.get("iss")))
        if client is None:
            raise OAuthRefusalError(401, "invalid_client", "this client is not registered")
        return Shown(
            compact=compact,
            header=header,
            claims=claims,
            client=client,
            audience=self.audience(),
            certificate=certificate,
            now=self.clock(),
            first_use=self._first_use,
        )

    def _first_use(self, identity: str, until: float) -> bool:
        with self._lock:
            now = self.clock() - SKEW_S
            for old in [key for key, expires in self._seen.items() if expires < now]:
                del self._seen[old]
            if identity in self._seen:
                return False
            self._seen[identity] = until
            return True


def _form(call: Call) -> dict[str, str]:
    if call.method != "POST":
        raise OAuthRefusalError(405, "invalid_request", "the token endpoint takes POST only")
    if call.header("content-type").split(";")[0].strip().lower() != FORM:
        raise OAuthRefusalError(400, "invalid_request", f"the body must be {FORM}")
    try:
        pairs = parse_qsl(call.body.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise OAuthRefusalError(400, "invalid_request", "the body is no form") from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise OAuthRefusalError(400, "invalid_request", "a parameter stands twice")
    return dict(pairs)


def _scope(form: Mapping[str, str]) -> str:
    scope = form.get("scope") or BGZ
    if scope not in SCOPES:
        raise OAuthRefusalError(400, "invalid_scope", f"scope must be one of {', '.join(SCOPES)}")
    return scope


def _unverified(compact: str) -> tuple[Mapping[str, Json], Mapping[str, Json]]:
    """Header and claims as they stand, to know whose key to check with."""
    try:
        first, second, _ = compact.split(".")
        header, claims = (json.loads(_decoded(part)) for part in (first, second))
    except ValueError:
        raise OAuthRefusalError(401, "invalid_client", "client_assertion is no JWS in compact form") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise OAuthRefusalError(401, "invalid_client", "header and claims must be JSON objects")
    return header, claims


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
