"""Access tokens made from a good one: each wrong in one thing, whatever a good one looks like."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey

from conformance.model.agreements import Json
from conformance.model.exchange import Outcome, Response
from conformance.protocols.catalogue import operations
from conformance.protocols.client import Asked
from conformance.protocols.forgeries import FORGERIES, NONSENSE, forged, unlike
from conformance.protocols.observing import SYSTEM_CLOCK, Observed
from conformance.protocols.session import Session
from conformance.protocols.signers import sealed
from conformance.protocols.troubles import TroubleError
from conformance.simulators.assertions import Client
from conformance.simulators.faults.access import sort_of
from conformance.simulators.http import Call
from conformance.simulators.token import TokenServer
from conformance.synthesis.pki import TestPki
from tests.protocols.making import node_at, trust_of

KEY = ECKey.generate_key("P-256")
CLAIMS = {"iss": "https://node.example", "sub": "suite", "exp": 2_000_000_000, "jti": "one", "scope": "bgz"}
GOOD = sealed({"alg": "ES256", "typ": "at+jwt"}, CLAIMS, KEY)
OPAQUE = st.text("abcXYZ0189._~+/=-", min_size=8, max_size=64).filter(lambda text: text.strip(".="))


def parts(token: str) -> list[Any]:
    first, second, signature = token.split(".")
    return [json.loads(urlsafe_b64decode(part + "===")) for part in (first, second)] + [signature]


def test_each_forgery_differs_in_what_it_is_named_for() -> None:
    header, claims, signature = parts(GOOD)
    seen = {kind: parts(forged(kind, GOOD)) for kind in FORGERIES}
    assert seen["foreign-issuer"][1] == {**claims, "iss": "https://another.example"}
    assert seen["foreign-key"][1]["iss"] == claims["iss"]
    assert seen["altered-claim"] == [header, {**claims, "exp": claims["exp"] + 1}, signature]
    assert seen["altered-signature"][:2] == [header, claims]
    assert len(seen["altered-signature"][2]) == len(signature)
    assert seen["no-signature"] == [header, claims, ""]
    assert seen["unsigned"] == [{**header, "alg": "none"}, claims, ""]
    assert seen["own-key"][1] == claims
    assert seen["own-key"][0]["jwk"]["kty"] == "EC"
    assert seen["own-chain"][1] == claims
    assert seen["own-chain"][0]["x5c"]
    assert len({forged(kind, GOOD) for kind in FORGERIES} | {GOOD}) == len(FORGERIES) + 1


def test_a_node_that_knows_its_key_refuses_each_and_tells_them_apart() -> None:
    server = TokenServer({}, lambda: "https://node.example", key=KEY)
    client = Client(id="suite", ura="", keys={})
    good = server.issued(client, b"certificate")

    def shown(token: str) -> Call:
        return Call(method="GET", path="/", headers={"authorization": f"Bearer {token}"}, certificate=b"certificate")

    assert server.guard(shown(good)) is None
    for kind in FORGERIES:
        assert sort_of(shown(forged(kind, good)), server.guard) == kind
    for kind, nonsense in NONSENSE.items():
        assert sort_of(shown(nonsense), server.guard) == kind
    assert sort_of(shown(server.issued(client, b"certificate", ago_s=400)), server.guard) == "expired"
    assert sort_of(shown(server.issued(client, b"certificate", "capabilities")), server.guard) == "narrow"


@given(OPAQUE, st.sampled_from(sorted(FORGERIES)))
@example("0000====", "foreign-key")
@example("0.......", "foreign-key")
@example("--------", "foreign-issuer")
@example("____~~~~", "altered-signature")
def test_what_is_made_of_an_opaque_token_is_another_one(token: str, kind: str) -> None:
    made = forged(kind, token)
    assert made != token
    assert made.isascii()
    assert made.isprintable()
    if kind.startswith(("foreign", "altered")):
        assert len(made) == len(token)
        assert [char.isdigit() for char in made] == [char.isdigit() for char in token]


def test_rsa_tokens_are_forged_with_rsa() -> None:
    good = sealed({"alg": "RS256"}, CLAIMS, RSAKey.generate_key(2048))
    assert parts(forged("foreign-key", good))[0]["alg"] == "RS256"
    assert parts(forged("own-key", good))[0]["jwk"]["kty"] == "RSA"


def test_a_kept_token_must_be_like_a_good_one_and_past_its_end() -> None:
    now = datetime.now(UTC)
    past = sealed({"alg": "ES256", "typ": "at+jwt"}, {**CLAIMS, "exp": int(now.timestamp()) - 5}, KEY)
    stranger = sealed({"alg": "ES256", "typ": "at+jwt"}, {**CLAIMS, "iss": "x", "exp": 5}, KEY)
    assert unlike(past, GOOD, now) == ""
    assert unlike(GOOD, GOOD, now) == "not past its end"
    assert "another issuer" in unlike(stranger, GOOD, now)
    assert "another issuer" in unlike("opaque", GOOD, now)
    assert unlike("abcd1234", "wxyz9876", now) == ""
    assert unlike("abcd", "wxyz9876", now) == "of another length than a good token"


class Issuing:
    """A token endpoint that gives tokens of so many seconds, and remembers what it was asked."""

    def __init__(self, lasts: object) -> None:
        self.lasts, self.forms = lasts, list[dict[str, str]]()

    def call(self, asked: Asked) -> Observed:
        self.forms.append(dict(parse_qsl(asked.body.decode())))
        body = json.dumps({"access_token": f"token-{len(self.forms)}", "expires_in": self.lasts}).encode()
        return Observed(outcome=Outcome.ANSWERED, started="", response=Response(status=200, headers=(), body=body))

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def asking(pki: TestPki, issuing: Issuing, **settings: Json) -> Iterator[tuple[Session, list[float]]]:
    slept: list[float] = []
    clock = replace(SYSTEM_CLOCK, sleep=slept.append)
    session = Session(node_at("https://localhost:1", trust_of(pki), settings=settings), clock=clock, http=issuing)
    yield session, slept
    session.close()


def test_a_short_life_is_waited_for_once_and_with_room_for_other_clocks(pki: TestPki) -> None:
    with asking(pki, Issuing(90)) as (session, slept):
        assert session.tokens.expired() == session.tokens.expired() == "token-1"
    assert slept == [150]


@pytest.mark.parametrize("lasts", [121, None, "soon"])
def test_a_long_or_unknown_life_is_not_waited_for(pki: TestPki, lasts: object) -> None:
    with asking(pki, Issuing(lasts)) as (session, slept), pytest.raises(TroubleError) as raised:
        session.tokens.expired()
    assert raised.value.trouble.code == "expired-token-missing"
    assert slept == []


@pytest.mark.parametrize("lasts", ["300", 299.5, None, -5, True, "soon", [300], 10**400])
def test_a_token_is_used_again_however_its_life_is_told(pki: TestPki, lasts: object) -> None:
    with asking(pki, Issuing(lasts)) as (session, _):
        assert session.tokens.token() == session.tokens.token() == "token-1"


def test_the_client_id_stands_in_the_form_where_the_node_file_says_so(pki: TestPki) -> None:
    for settings, named in (({}, None), ({"client_id_in_form": True, "client_id": "us"}, "us")):
        issuing = Issuing(300)
        with asking(pki, issuing, **settings) as (session, _):
            session.tokens.token()
        assert issuing.forms[0].get("client_id") == named
        assert "client_assertion" in issuing.forms[0]


def test_a_token_that_ends_soon_is_fetched_anew(pki: TestPki) -> None:
    with asking(pki, Issuing(5)) as (session, _):
        assert [session.tokens.token(), session.tokens.token()] == ["token-1", "token-2"]


def test_a_kept_token_is_read_and_looked_at(pki: TestPki, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    with asking(pki, Issuing(300)) as (session, _):
        node = replace(session.node, trust=replace(session.node.trust, expired_token=kept))
        session.node = node
        for content in (None, "an opaque one of another length"):
            if content:
                kept.write_text(content)
            with pytest.raises(TroubleError) as raised:
                session.tokens.expired()
            assert raised.value.trouble.code == "expired-token-unsuitable"
        kept.write_text("token-0\n")
        assert session.tokens.expired() == "token-0"


def test_a_narrow_token_is_asked_for_with_the_scope_that_the_node_file_names(pki: TestPki) -> None:
    issuing = Issuing(300)
    with asking(pki, issuing, token_scope="bgz", narrow_scope="less") as (session, _):
        assert (session.tokens.token(), session.tokens.narrow()) == ("token-1", "token-2")
    assert [form["scope"] for form in issuing.forms] == ["bgz", "less"]
    with asking(pki, issuing) as (session, _):
        (observed,) = operations()["fhir.ask"].perform(session, {"path": "Flag", "token": "narrow"}).observed
    assert observed.trouble is not None
    assert observed.trouble.code == "narrow-scope-missing"
