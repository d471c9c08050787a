"""The token endpoint: who it trusts, what it refuses, and what a token is good for."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import RSAKey

from conformance.simulators.assertions import CHECKS, Client, ura_of
from conformance.simulators.http import Answer, Call
from conformance.simulators.nodefile import CLIENT_ID
from conformance.simulators.token import LIFETIME_S, NOT_OURS, OTHER_CERTIFICATE, TokenServer
from conformance.synthesis.pki import OTHER_URA, SUITE_URA, TestPki
from tests.simulators.asking import assertion, form

AUDIENCE = "https://node.example/oauth/token"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    return TestPki.create(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def server(pki: TestPki) -> TokenServer:
    key = RSAKey.import_key(pki.signing.public)
    client = Client(id=CLIENT_ID, ura=SUITE_URA, keys={pki.signing.id: key})
    return TokenServer({CLIENT_ID: client}, lambda: AUDIENCE)


def der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


def ask(server: TokenServer, pki: TestPki, fields: dict[str, str], role: str = "valid", **changed: Any) -> Answer:
    call: dict[str, Any] = {
        "method": "POST",
        "path": "/",
        "headers": {"content-type": FORM},
        "body": urlencode(fields).encode(),
        "certificate": der(pki.clients[role].certificate),
    }
    return server.handler(Call(**{**call, **changed}))


def test_a_good_assertion_gives_a_bound_token(server: TokenServer, pki: TestPki) -> None:
    answer = ask(server, pki, form(assertion(pki, AUDIENCE)))
    body = json.loads(answer.body)
    assert answer.status == 200
    assert (body["token_type"], body["expires_in"]) == ("Bearer", LIFETIME_S)
    assert answer.header("Cache-Control") == "no-store"

    def guard(role: str, token: str = body["access_token"]) -> str | None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        call = Call(method="GET", path="/", headers=headers, certificate=der(pki.clients[role].certificate))
        return server.guard(call)

    assert guard("valid") is None
    assert guard("other") == OTHER_CERTIFICATE
    assert guard("valid", "") == ""
    assert guard("valid", "x.y.z") == NOT_OURS
    now = server.clock()
    server.clock = lambda: now + LIFETIME_S + 1
    assert guard("valid") == "the token has expired"


WRONG: dict[str, dict[str, Any]] = {
    "typ": {"header": {"typ": None}},
    "other typ": {"header": {"typ": "at+jwt"}},
    "kid": {"header": {"kid": "../../etc/passwd"}},
    "aud": {"aud": "https://elsewhere.example/token"},
    "aud with more": {"aud": [AUDIENCE, "https://elsewhere.example"]},
    "no exp": {"exp": None},
    "expired": {"iat": 1, "exp": 100},
    "far exp": {"exp": 4_000_000_000},
    "no iat": {"iat": None},
    "future iat": {"iat": 4_000_000_000, "exp": 4_000_000_060},
    "no jti": {"jti": None},
    "sub": {"sub": "somebody-else"},
    "iss": {"iss": "somebody-else"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_one_thing_wrong_is_enough(server: TokenServer, pki: TestPki, wrong: dict[str, Any]) -> None:
    answer = ask(server, pki, form(assertion(pki, AUDIENCE, **wrong)))
    assert answer.status == 401
    assert json.loads(answer.body)["error"] == "invalid_client"
    assert answer.header("Content-Type") == "application/json"


def _unsigned(compact: str, algorithm: str) -> str:
    header = json.dumps({"alg": algorithm, "typ": "JWT", "kid": "suite-signing-1"}).encode()
    encoded = base64.urlsafe_b64encode(header).rstrip(b"=").decode()
    return f"{encoded}.{compact.split('.')[1]}."


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256"])
def test_what_is_not_signed_with_a_private_key_is_refused(server: TokenServer, pki: TestPki, algorithm: str) -> None:
    assert ask(server, pki, form(_unsigned(assertion(pki, AUDIENCE), algorithm))).status == 401


def test_a_flipped_byte_is_seen(server: TokenServer, pki: TestPki) -> None:
    first, second, third = assertion(pki, AUDIENCE).split(".")
    flipped = ("A" if third[10] != "A" else "B").join((third[:10], third[11:]))
    assert ask(server, pki, form(f"{first}.{second}.{flipped}")).status == 401


def test_an_assertion_works_once(server: TokenServer, pki: TestPki) -> None:
    fields = form(assertion(pki, AUDIENCE))
    assert [ask(server, pki, fields).status for _ in range(2)] == [200, 401]


def test_a_refused_assertion_uses_up_nothing(server: TokenServer, pki: TestPki) -> None:
    wrong = form(assertion(pki, "https://elsewhere.example", jti="the-same"))
    assert ask(server, pki, wrong).status == 401
    assert ask(server, pki, form(assertion(pki, AUDIENCE, jti="the-same"))).status == 200


def test_the_certificate_must_be_of_the_same_organisation(server: TokenServer, pki: TestPki) -> None:
    assert ask(server, pki, form(assertion(pki, AUDIENCE)), role="other").status == 401


def test_a_ura_is_read_from_the_certificate(pki: TestPki) -> None:
    assert ura_of(der(pki.clients["valid"].certificate)) == SUITE_URA
    assert ura_of(der(pki.clients["other"].certificate)) == OTHER_URA
    assert ura_of(der(pki.root)) == ura_of(None) == ""


REQUESTS: dict[str, tuple[dict[str, Any], int, str]] = {
    "get": ({"method": "GET"}, 405, "invalid_request"),
    "json": ({"headers": {"content-type": "application/json"}}, 400, "invalid_request"),
    "no form": ({"body": b"\xff\xfe"}, 400, "invalid_request"),
    "empty": ({"body": b""}, 400, "unsupported_grant_type"),
    "twice": ({"body": b"grant_type=a&grant_type=a"}, 400, "invalid_request"),
    "secret": ({"body": b"grant_type=client_credentials&client_id=x&client_secret=y"}, 401, "invalid_client"),
    "no jws": ({"body": urlencode(form("nonsense")).encode()}, 401, "invalid_client"),
    "no json": ({"body": urlencode(form("YQ.YQ.YQ")).encode()}, 401, "invalid_client"),
    "list": ({"body": urlencode(form("W10.W10.YQ")).encode()}, 401, "invalid_client"),
}


@pytest.mark.parametrize(("changed", "status", "error"), REQUESTS.values(), ids=REQUESTS)
def test_a_wrong_request_gets_an_oauth_error(
    server: TokenServer, pki: TestPki, changed: dict[str, Any], status: int, error: str
) -> None:
    answer = ask(server, pki, {}, **changed)
    assert (answer.status, json.loads(answer.body)["error"]) == (status, error)


def test_every_check_has_a_switch() -> None:
    from conformance.simulators.faults import switches

    assert set(switches()["token.skip"].parameters["check"].__args__) == set(CHECKS)
