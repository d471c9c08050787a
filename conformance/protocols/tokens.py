"""Client assertions (RFC 7523 section 2.2) in the right form and in every wrong one, and tokens kept for a run."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from conformance.model.agreements import Json
from conformance.model.exchange import Outcome, Trouble
from conformance.protocols.client import Asked
from conformance.protocols.observing import Observed
from conformance.protocols.troubles import TroubleError, trouble
from conformance.synthesis.keys import cached_key, pem_of

if TYPE_CHECKING:
    from conformance.protocols.session import Session

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME_S = 60
EARLY_S = 20
"""A token is fetched anew this long before it ends, so that it does not end on the way."""

FORM = "application/x-www-form-urlencoded"


class Assertion(StrEnum):
    """A client assertion as agreed, or with one thing wrong."""

    VALID = "valid"
    NO_TYP = "no-typ"
    ALG_NONE = "alg-none"
    HS256 = "hs256"
    WRONG_AUD = "wrong-aud"
    EXPIRED = "expired"
    FUTURE_IAT = "future-iat"
    UNKNOWN_KEY = "unknown-key"
    TAMPERED = "tampered"
    REPLAYED = "replayed"
    SHARED_SECRET = "shared-secret"


@dataclass(frozen=True, slots=True)
class Signer:
    """The suite's signing key with its id and the algorithm that fits it."""

    key: RSAKey | ECKey
    kid: str

    @property
    def algorithm(self) -> str:
        """PS256 for RSA, as vendors of this exchange use; ES256/384/512 for elliptic curves."""
        if isinstance(self.key, RSAKey):
            return "PS256"
        return {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[str(self.key.curve_name)]

    def stranger(self) -> Signer:
        """Another key of the same kind under the same id: nobody knows it."""
        if isinstance(self.key, RSAKey):
            return Signer(_imported(pem_of(cached_key("unknown-signing", 2048))), self.kid)
        return Signer(ECKey.generate_key(str(self.key.curve_name)), self.kid)


def load_signer(session: Session) -> Signer:
    """The signing key of the node file; raises TroubleError when it is missing or unreadable."""
    path = session.node.trust.signing_key
    if path is None:
        raise TroubleError(trouble("client-certificate-missing", "signing"))
    try:
        data = path.read_bytes()
        return Signer(_imported(data), session.node.trust.signing_key_id)
    except (OSError, ValueError, TypeError) as error:
        raise TroubleError(trouble("client-certificate-unreadable", "trust.signing.key")) from error


@lru_cache(maxsize=8)
def _imported(data: bytes) -> RSAKey | ECKey:
    """The key in a file, whose arithmetic is checked once per process: that costs more than many signatures."""
    try:
        return RSAKey.import_key(data)
    except (ValueError, TypeError):
        return ECKey.import_key(data)


def client_assertion(session: Session, signer: Signer, kind: Assertion, moment: datetime | None = None) -> str:
    """A JWS compact client assertion of this kind, issued now or at this moment."""
    now = int((moment or session.clock.now()).timestamp())
    header: dict[str, Json] = {"typ": "JWT", "alg": signer.algorithm, "kid": signer.kid}
    claims = _claims(session, now)
    bend, sign = _BENT.get(kind, (None, _signed))
    if bend:
        bend(header, claims)
    return sign(header, claims, signer)


def _claims(session: Session, now: int) -> dict[str, Json]:
    client = session.setting("client_id", "twiin-conformance-suite")
    audience = session.setting("token_audience") or session.address("oauth").url
    return {
        "iss": client,
        "sub": client,
        "aud": audience,
        "iat": now,
        "exp": now + LIFETIME_S,
        "jti": str(uuid.uuid4()),
    }


Parts = dict[str, Json]
Bend = Callable[[Parts, Parts], None]
Sign = Callable[[Parts, Parts, Signer], str]


def _signed(header: Parts, claims: Parts, signer: Signer) -> str:
    return jws.serialize_compact(header, json.dumps(claims), signer.key, algorithms=[signer.algorithm])


def _by_stranger(header: Parts, claims: Parts, signer: Signer) -> str:
    return _signed(header, claims, signer.stranger())


def _unsigned(header: Parts, claims: Parts, signer: Signer) -> str:  # noqa: ARG001
    return f"{_base64(json.dumps(header))}.{_base64(json.dumps(claims))}."


def _with_public_key_as_secret(header: Parts, claims: Parts, signer: Signer) -> str:
    """The confusion of RFC 8725 section 2.1: an HMAC whose secret is our public key in PEM."""
    signed = f"{_base64(json.dumps(header))}.{_base64(json.dumps(claims))}"
    secret = signer.key.as_pem(private=False)
    return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def _tampered(header: Parts, claims: Parts, signer: Signer) -> str:
    first, _, signature = _signed(header, claims, signer).split(".")
    return f"{first}.{_base64(json.dumps({**claims, 'sub': 'another-client'}))}.{signature}"


def _shift(seconds: int) -> Bend:
    def bend(_: Parts, claims: Parts) -> None:
        claims["iat"] += seconds
        claims["exp"] += seconds

    return bend


_BENT: Mapping[Assertion, tuple[Bend | None, Sign]] = {
    Assertion.NO_TYP: (lambda header, _: header.__delitem__("typ"), _signed),
    Assertion.ALG_NONE: (lambda header, _: header.update(alg="none"), _unsigned),
    Assertion.HS256: (lambda header, _: header.update(alg="HS256"), _with_public_key_as_secret),
    Assertion.WRONG_AUD: (lambda _, claims: claims.update(aud="https://another.example/token"), _signed),
    Assertion.EXPIRED: (_shift(-3600), _signed),
    Assertion.FUTURE_IAT: (_shift(3600), _signed),
    Assertion.UNKNOWN_KEY: (None, _by_stranger),
    Assertion.TAMPERED: (None, _tampered),
}


def token_form(session: Session, kind: Assertion, moment: datetime | None = None) -> dict[str, str]:
    """The form of a token request (RFC 6749 section 4.4) with an assertion of this kind, issued now or at this moment,
    or with a shared secret."""
    form = {"grant_type": "client_credentials"}
    if kind is Assertion.SHARED_SECRET:
        form |= {
            "client_id": session.setting("client_id", "twiin-conformance-suite"),
            "client_secret": os.urandom(16).hex(),
        }
    else:
        assertion = client_assertion(session, session.tokens.signer(), kind, moment)
        form |= {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
    for parameter, setting in (("scope", "token_scope"), ("authorization_base", "authorization_base")):
        if value := session.setting(setting):
            form[parameter] = value
    return form


def ask_token(session: Session, form: Mapping[str, str], method: str, certificate: str = "valid") -> Observed:
    """Send a token request."""
    return session.http.call(token_request(session, form, method, certificate))


def token_request(session: Session, form: Mapping[str, str], method: str, certificate: str = "valid") -> Asked:
    """A token request: as a form, or (wrongly) in the query of a GET."""
    url, encoded = session.address("oauth").url, urlencode(form)
    headers = {"Accept": "application/json"}
    if method == "GET":
        return Asked(method="GET", url=f"{url}?{encoded}", headers=headers, certificate=certificate)
    headers["Content-Type"] = FORM
    return Asked(method=method, url=url, headers=headers, body=encoded.encode(), certificate=certificate, fresh=True)


def token_of(observed: Observed) -> dict[str, Any]:
    """The token answer as an object; empty when it is none."""
    if observed.outcome is not Outcome.ANSWERED or observed.response is None or observed.response.status != 200:
        return {}
    try:
        body = json.loads(observed.response.body)
    except (ValueError, RecursionError):
        return {}
    token = body.get("access_token") if isinstance(body, dict) else None
    return body if isinstance(token, str) and token.isascii() and token.isprintable() else {}


class _Kept(NamedTuple):
    """A token, until when (monotonic) it is used, and how far the wall clock was off when it was fetched."""

    token: str
    until: float
    off: int


class TokenSource:
    """Fetches one token per certificate role and keeps it until shortly before its end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[str, _Kept] = {}
        self._signer: Signer | None = None

    def signer(self) -> Signer:
        """The suite's signing key, read once."""
        self._signer = self._signer or load_signer(self._session)
        return self._signer

    def forget(self) -> None:
        """Fetch tokens anew from now on: a node may end those that were shown wrongly."""
        self._kept.clear()

    def token(self, certificate: str = "valid") -> str:
        """A valid access token; raises TroubleError when the token endpoint gives none.

        After the wall clock has jumped a kept token may have ended, so a new one is fetched.
        """
        now, off = self._session.clock.monotonic(), self._session.watch.off_s()
        kept = self._kept.get(certificate)
        if kept is None or now >= kept.until or self._session.watch.jumped_since(kept.off):
            answer = self._fetched(certificate)
            lasts = answer.get("expires_in")
            until = now + max(0, (lasts if isinstance(lasts, int) else 0) - EARLY_S)
            kept = self._kept[certificate] = _Kept(str(answer["access_token"]), until, off)
        return kept.token

    def _fetched(self, certificate: str) -> dict[str, Any]:
        """A token answer. Which clock jumped, ours or also the node's, is not known: each moment it may be is tried."""
        failed: Trouble | None = None
        for moment in self._session.watch.moments():
            form = token_form(self._session, Assertion.VALID, moment)
            observed = ask_token(self._session, form, "POST", certificate)
            if answer := token_of(observed):
                return answer
            failed = failed or observed.trouble
        raise TroubleError(failed or trouble("token-refused"))


def _base64(data: str | bytes) -> str:
    raw = data.encode() if isinstance(data, str) else data
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
