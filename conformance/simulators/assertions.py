"""A client assertion (RFC 7523) and what is checked about it; each check stands by its name in CHECKS."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from conformance.model.agreements import Json

ALGORITHMS = ("PS256", "RS256", "ES256", "PS384", "PS512", "ES384")
LONGEST_ASSERTION_S = 600
SKEW_S = 10
UZI_NAME = x509.ObjectIdentifier("2.5.5.5")
URA = re.compile(rb"-S-(\d{8})-00\.000-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered client: its id, its organisation's URA, and the public keys it signs with, by key id."""

    id: str
    ura: str
    keys: Mapping[str, RSAKey | ECKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An assertion as it came in, beside what the server knows."""

    compact: str
    header: Mapping[str, Json]
    claims: Mapping[str, Json]
    client: Client
    audience: str
    certificate: bytes | None
    now: float
    first_use: Callable[[str, float], bool]
    """Whether this jti was not seen before; remembers it until it expires."""


Check = Callable[[Shown], str | None]
"""Says what is wrong with an assertion, or None."""


def _typ(shown: Shown) -> str | None:
    return None if shown.header.get("typ") == "JWT" else "the header must have typ JWT"


def _algorithm(shown: Shown) -> str | None:
    return None if shown.header.get("alg") in ALGORITHMS else f"alg must be one of {', '.join(ALGORITHMS)}"


def _key(shown: Shown) -> str | None:
    return None if shown.header.get("kid") in shown.client.keys else "kid names no registered key"


def _signature(shown: Shown) -> str | None:
    kid = str(shown.header.get("kid"))
    candidates = [shown.client.keys[kid]] if kid in shown.client.keys else list(shown.client.keys.values())
    for key in candidates:
        try:
            jws.deserialize_compact(shown.compact, key, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            continue
        return None
    return "the signature does not fit the registered key"


def _issuer(shown: Shown) -> str | None:
    same = shown.claims.get("iss") == shown.claims.get("sub") == shown.client.id
    return None if same else "iss and sub must both be the client id"


def _audience(shown: Shown) -> str | None:
    return None if shown.claims.get("aud") in (shown.audience, [shown.audience]) else "aud must be this token endpoint"


def _expiry(shown: Shown) -> str | None:
    expires = shown.claims.get("exp")
    if not isinstance(expires, int):
        return "exp must be a number"
    return "the assertion has expired" if expires <= shown.now - SKEW_S else None


def _issued(shown: Shown) -> str | None:
    issued, expires = shown.claims.get("iat"), shown.claims.get("exp")
    begins = shown.claims.get("nbf", 0)
    if not isinstance(begins, int) or begins > shown.now + SKEW_S:
        return "nbf lies in the future"
    if not isinstance(issued, int):
        return "iat must be a number"
    if isinstance(expires, int) and expires - issued > LONGEST_ASSERTION_S:
        return "the assertion lives too long"
    return "iat lies in the future" if issued > shown.now + SKEW_S else None


def _certificate(shown: Shown) -> str | None:
    fits = ura_of(shown.certificate) == shown.client.ura
    return None if fits else "the client certificate names another organisation than the assertion"


def _replay(shown: Shown) -> str | None:
    identity, expires = shown.claims.get("jti"), shown.claims.get("exp")
    if not isinstance(identity, str) or not identity:
        return "jti is missing"
    until = float(expires) if isinstance(expires, int) else shown.now + LONGEST_ASSERTION_S
    return None if shown.first_use(identity, until) else "this assertion was used before"


Checks = Mapping[str, Check]
CHECKS: Checks = {
    "typ": _typ,
    "alg": _algorithm,
    "key": _key,
    "signature": _signature,
    "issuer": _issuer,
    "audience": _audience,
    "expiry": _expiry,
    "issued": _issued,
    "certificate": _certificate,
    "replay": _replay,
}
"""In the order in which they are made; the last one remembers, so it only sees assertions that are good otherwise."""


@lru_cache(maxsize=64)
def ura_of(certificate: bytes | None) -> str:
    """The URA in a certificate's subject alternative name (UZI form), or the empty string."""
    if certificate is None:
        return ""
    names = x509.load_der_x509_certificate(certificate).extensions
    try:
        entries = names.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    for entry in entries.get_values_for_type(x509.OtherName):
        if entry.type_id == UZI_NAME and (matched := URA.search(entry.value)):
            return matched[1].decode("ascii")
    return ""
