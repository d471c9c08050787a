"""Every wrong token request is refused by a faithful node, and told by its name: two hands that must agree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import RSAKey

from conformance.agreements.catalogue import load_catalogue
from conformance.protocols.assertions import KINDS, REPLAYED, SAME_JTI, VALID
from conformance.protocols.oauth import again
from conformance.protocols.session import Session
from conformance.protocols.tokens import SECRETS, token_form
from conformance.simulators.assertions import Client
from conformance.simulators.faults import switches
from conformance.simulators.faults.recognising import recognised, request_of
from conformance.simulators.http import Call, intercepted
from conformance.simulators.nodefile import CLIENT_ID
from conformance.simulators.token import TokenServer
from conformance.synthesis.pki import SUITE_URA, TestPki
from tests.protocols.making import node_at, trust_of

AUDIENCE = "https://localhost:1/oauth/token"
GOOD = (VALID, REPLAYED, SAME_JTI)
WRONG = sorted({*KINDS, *SECRETS}.difference(GOOD))


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    return TestPki.create(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def server(pki: TestPki) -> TokenServer:
    key = RSAKey.import_key(pki.signing.public)
    client = Client(id=CLIENT_ID, ura=SUITE_URA, keys={pki.signing.id: key})
    return TokenServer({CLIENT_ID: client}, lambda: AUDIENCE)


@pytest.fixture(scope="module")
def session(pki: TestPki) -> Session:
    return Session(node_at("https://localhost:1", trust_of(pki)))


def der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


def call_of(session: Session, pki: TestPki, kind: str) -> Call:
    asked = token_form(session, kind)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    headers |= {name.lower(): value for name, value in asked.headers.items()}
    body, certificate = urlencode(asked.fields).encode(), der(pki.clients["valid"].certificate)
    return Call(method="POST", path="/", headers=headers, body=body, certificate=certificate)


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_request_is_refused_and_told_by_its_name(
    session: Session, pki: TestPki, server: TokenServer, kind: str
) -> None:
    call = call_of(session, pki, kind)
    asked = token_form(session, kind)
    assert server.handler(call).status == 401
    assert recognised(request_of(asked.fields, call.header("authorization"), server)) == kind


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_request_gets_a_token_and_nothing_is_wrong_with_it(
    session: Session, pki: TestPki, server: TokenServer, kind: str
) -> None:
    asked = token_form(session, kind)
    assert server.handler(call_of(session, pki, kind)).status == 200
    assert recognised(request_of(asked.fields, "", server)) == ""


def test_the_span_has_every_wrong_request() -> None:
    assert sorted(load_catalogue().spans["wrong-assertions"].dimensions["assertion"]) == WRONG


def test_a_fault_believes_what_it_names_and_nothing_else(session: Session, pki: TestPki, server: TokenServer) -> None:
    (piece,) = switches()["token.believe"].pieces({"assertion": "alg-None"})
    handler = intercepted(server.handler, [piece.part(server)])
    answers = {kind: handler(call_of(session, pki, kind)).status for kind in ("alg-None", "alg-none", "own-jwk")}
    assert answers == {"alg-None": 200, "alg-none": 401, "own-jwk": 401}


@pytest.mark.parametrize(("hollow", "given"), [("empty", {"access_token": ""}), ("absent", {})])
def test_what_is_believed_may_get_a_hollow_token_answer(
    session: Session, pki: TestPki, server: TokenServer, hollow: str, given: dict[str, str]
) -> None:
    (piece,) = switches()["token.believe"].pieces({"assertion": "no-typ", "hollow": hollow})
    handler = intercepted(server.handler, [piece.part(server)])
    answer = handler(call_of(session, pki, "no-typ"))
    members = json.loads(answer.body)
    assert (answer.status, members["token_type"]) == (200, "Bearer")
    assert {name: value for name, value in members.items() if name == "access_token"} == given
    assert json.loads(handler(call_of(session, pki, "valid")).body)["access_token"]


@pytest.mark.parametrize(
    ("given", "again", "between", "status"),
    [
        ({}, "whole", 0, 200),
        ({}, "jti", 2, 200),
        ({"again": "whole"}, "jti", 0, 401),
        ({"between": 1}, "whole", 0, 401),
        ({"between": 1}, "whole", 1, 200),
        ({"again": "jti", "between": 1}, "jti", 1, 200),
    ],
)
def test_a_node_can_forget(
    session: Session, pki: TestPki, server: TokenServer, given: dict[str, str], again: str, between: int, status: int
) -> None:
    (piece,) = switches()["token.replay"].pieces(given)
    handler = intercepted(server.handler, [piece.part(server)])
    first = token_form(session, VALID, jti="one")
    last = first if again == "whole" else token_form(session, VALID, jti="one")
    template = call_of(session, pki, VALID)

    def ask(form: Mapping[str, str]) -> int:
        return handler(replace(template, body=urlencode(form).encode())).status

    assert ask(first.fields) == 200
    assert [ask(token_form(session, VALID).fields) for _ in range(between)] == [200] * between
    assert ask(last.fields) == status


def test_a_jti_is_shown_again_in_an_assertion_that_says_another_time(session: Session, server: TokenServer) -> None:
    first, last = (request_of(form.fields, "", server) for form in again(session, SAME_JTI, 0))
    assert first.claims["jti"] == last.claims["jti"]
    for moment in ("iat", "exp"):
        assert first.claims[moment] != last.claims[moment]
