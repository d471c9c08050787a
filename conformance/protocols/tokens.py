"""Asking for access tokens, well and in every wrong way, and the tokens kept for a run."""

from __future__ import annotations

import json
import os
import uuid
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from conformance.model.exchange import Outcome, Trouble
from conformance.protocols.assertions import KINDS, LIFETIME_S, VALID, Draft
from conformance.protocols.client import Asked
from conformance.protocols.forgeries import unlike
from conformance.protocols.keyfiles import KeyFileError
from conformance.protocols.observing import Observed
from conformance.protocols.signers import Parts, Signer, imported
from conformance.protocols.troubles import TroubleError, trouble

if TYPE_CHECKING:
    from conformance.protocols.session import Session

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CLIENT_ID = "twiin-conformance-suite"
EARLY_S = 20
"""A token is fetched anew this long before it ends, so that it does not end on the way."""
UNTOLD_S = 60
"""So long a token is used whose answer does not tell, as RFC 6749 section 5.1 allows, or not readably, how long it
lasts."""
LONGEST_WAIT_S = 120
"""Tokens that live longer are not outlived in a run."""
SKEW_S = 60
"""What the clocks of a node may differ from each other: a token may be taken so long after its end."""

FORM = "application/x-www-form-urlencoded"

BASIC = "secret-basic"
SECRETS: Mapping[str, Callable[[str], str]] = {
    "secret-post": lambda _: os.urandom(16).hex(),
    BASIC: lambda _: os.urandom(16).hex(),
    "secret-client-id": lambda client: client,
    "secret-empty": lambda _: "",
}
"""Shared secrets for a client id, by the name of what is shown in place of an assertion."""


NO_GRANT = "urn:example:no-such-grant"


@dataclass(frozen=True, slots=True)
class TokenForm:
    """What a token request says: the fields of its form, those that it says twice, and header fields of its own."""

    fields: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    twice: tuple[str, ...] = ()

    def encoded(self) -> str:
        """As it is sent."""
        return urlencode([*self.fields.items(), *((name, self.fields[name]) for name in self.twice)])


def spoilt(form: TokenForm, how: str) -> TokenForm:
    """A token request that is wrong in one way (RFC 6749 section 5.2), or as it is."""
    match how:
        case "grant-other":
            return replace(form, fields={**form.fields, "grant_type": NO_GRANT})
        case "grant-absent":
            return replace(form, fields={name: one for name, one in form.fields.items() if name != "grant_type"})
        case "grant-twice":
            return replace(form, twice=("grant_type",))
        case "assertion-twice":
            return replace(form, twice=("client_assertion",))
        case _:
            return form


def load_signer(session: Session) -> Signer:
    """The signing key of the node file; raises TroubleError when it is missing or unreadable."""
    path = session.node.trust.signing_key
    if path is None:
        raise TroubleError(trouble("client-certificate-missing", "signing"))
    try:
        data = path.read_bytes()
        return Signer(imported(data), session.node.trust.signing_key_id)
    except KeyFileError as error:
        raise TroubleError(trouble("client-certificate-unreadable", f"trust.signing.key: {error}")) from error
    except OSError as error:
        raise TroubleError(trouble("client-certificate-unreadable", "trust.signing.key")) from error


def client_assertion(session: Session, signer: Signer, kind: str, moment: datetime | None = None, jti: str = "") -> str:
    """A client assertion of this kind, issued now or at this moment; `jti` names it anew, or as another."""
    now = int((moment or session.clock.now()).timestamp())
    client = session.setting("client_id", CLIENT_ID)
    claims: Parts = {
        "iss": client,
        "sub": client,
        "aud": session.setting("token_audience") or session.address("oauth").url,
        "iat": now,
        "exp": now + LIFETIME_S,
        "jti": jti or str(uuid.uuid4()),
    }
    header: Parts = {"typ": "JWT", "alg": signer.algorithm, "kid": signer.kid}
    return KINDS[kind](Draft(header, claims, signer))


def _with_secret(session: Session, kind: str) -> TokenForm:
    """Who we are and a secret in place of an assertion (RFC 6749 section 2.3.1)."""
    client = session.setting("client_id", CLIENT_ID)
    if kind == BASIC:
        pair = b64encode(f"{client}:{SECRETS[kind](client)}".encode()).decode()
        return TokenForm({}, {"Authorization": f"Basic {pair}"})
    return TokenForm({"client_id": client, "client_secret": SECRETS[kind](client)})


def token_form(
    session: Session, kind: str, moment: datetime | None = None, jti: str = "", scope: str | None = None
) -> TokenForm:
    """A token request (RFC 6749 section 4.4) with an assertion of this kind, issued now or at this moment, or with a
    shared secret; for another scope than the node file's `token_scope` where one is given."""
    if kind in SECRETS:
        shown = _with_secret(session, kind)
    else:
        assertion = client_assertion(session, session.tokens.signer(), kind, moment, jti)
        named = {"client_id": session.setting("client_id", CLIENT_ID)} if _named_in_form(session) else {}
        shown = TokenForm({"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion, **named})
    scope = session.setting("token_scope") if scope is None else scope
    asked = {"scope": scope, "authorization_base": session.setting("authorization_base")}
    asked = {name: value for name, value in asked.items() if value}
    return TokenForm({"grant_type": "client_credentials", **shown.fields, **asked}, shown.headers)


def _named_in_form(session: Session) -> bool:
    """Whether the client id stands beside the assertion too, as RFC 7521 section 4.2 allows and some servers demand."""
    return session.node.settings.get("client_id_in_form") is True


def credentials(session: Session, endpoint: str) -> dict[str, str]:
    """The header field with a valid access token, where the node file says that an endpoint wants one; may raise
    TroubleError."""
    named = session.node.endpoints.get(endpoint)
    return {"Authorization": f"Bearer {session.tokens.token()}"} if named is not None and named.token else {}


def ask_token(session: Session, asked: TokenForm, method: str, certificate: str = "valid") -> Observed:
    """Send a token request."""
    return session.http.call(token_request(session, asked, method, certificate))


def token_request(session: Session, asked: TokenForm, method: str, certificate: str = "valid") -> Asked:
    """A token request: as a form, or (wrongly) in the query of a GET."""
    url, encoded = session.address("oauth").url, asked.encoded()
    headers = {"Accept": "application/json", **asked.headers}
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
    return body if isinstance(token, str) and token and token.isascii() and token.isprintable() else {}


def lasting(answer: Mapping[str, Any]) -> int | None:
    """How many seconds a token answer says that its token lasts, also where it says so in a text; None where it does
    not say."""
    told = answer.get("expires_in")
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        seconds = int(float(told))
    except (ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 else None


class _Kept(NamedTuple):
    """A token, until when (monotonic) it is used, and how far the wall clock was off when it was fetched."""

    token: str
    until: float
    off: int


class TokenSource:
    """Fetches one token per certificate role and scope, and keeps it until shortly before its end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._signer: Signer | None = None
        self._expired = ""

    def signer(self) -> Signer:
        """The suite's signing key, read once."""
        self._signer = self._signer or load_signer(self._session)
        return self._signer

    def forget(self) -> None:
        """Fetch tokens anew from now on: a node may end those that were shown wrongly."""
        self._kept.clear()

    def token(self, certificate: str = "valid") -> str:
        """A valid access token; raises TroubleError when the token endpoint gives none."""
        return self._held(certificate, self._session.setting("token_scope"))

    def narrow(self) -> str:
        """A valid access token that gives no right to patient data: of the scope that the node file names for it."""
        scope = self._session.setting("narrow_scope")
        if not scope:
            raise TroubleError(trouble("narrow-scope-missing"))
        return self._held("valid", scope)

    def expired(self) -> str:
        """A token past its end: the one that the node file keeps, else one that is waited for."""
        if not self._expired:
            kept = self._session.node.trust.expired_token
            self._expired = self._from_file(kept) if kept else self._outlived()
        return self._expired

    def _from_file(self, path: Path) -> str:
        try:
            token = path.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise TroubleError(trouble("expired-token-unsuitable", "unreadable")) from error
        if wrong := unlike(token, self.token(), self._session.clock.now()):
            raise TroubleError(trouble("expired-token-unsuitable", wrong))
        return token

    def _outlived(self) -> str:
        """A token that was good, once its life and what clocks may differ are over."""
        answer = self._fetched("valid", self._session.setting("token_scope"))
        lasts = lasting(answer)
        if lasts is None or lasts > LONGEST_WAIT_S:
            raise TroubleError(trouble("expired-token-missing", f"expires_in: {lasts}"))
        self._session.clock.sleep(lasts + SKEW_S)
        return str(answer["access_token"])

    def _held(self, certificate: str, scope: str) -> str:
        """A token, fetched anew after the wall clock has jumped: a kept one may have ended."""
        now, off = self._session.clock.monotonic(), self._session.watch.off_s()
        kept = self._kept.get((certificate, scope))
        if kept is None or now >= kept.until or self._session.watch.jumped_since(kept.off):
            answer = self._fetched(certificate, scope)
            lasts = lasting(answer)
            until = now + max(0, (UNTOLD_S if lasts is None else lasts) - EARLY_S)
            kept = self._kept[certificate, scope] = _Kept(str(answer["access_token"]), until, off)
        return kept.token

    def _fetched(self, certificate: str, scope: str) -> dict[str, Any]:
        """A token answer. Which clock jumped, ours or also the node's, is not known: each moment it may be is tried."""
        failed: Trouble | None = None
        for moment in self._session.watch.moments():
            asked = token_form(self._session, VALID, moment, scope=scope)
            observed = ask_token(self._session, asked, "POST", certificate)
            if answer := token_of(observed):
                return answer
            failed = failed or observed.trouble
        raise TroubleError(failed or trouble("token-refused"))
