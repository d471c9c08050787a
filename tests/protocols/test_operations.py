"""Operations: their registry and schemas, and what exactly goes over the wire."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qs, parse_qsl

import jsonschema
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from conformance.model.exchange import Outcome, Rung
from conformance.protocols.catalogue import operations
from conformance.protocols.observing import Performed
from conformance.protocols.session import Session
from conformance.protocols.tokens import client_assertion
from conformance.simulators.http import Answer, Call
from conformance.simulators.server import TlsSettings, serve
from conformance.synthesis.pki import TestPki
from tests.protocols.making import node_at, trust_of

BUNDLE = {
    "resourceType": "Bundle",
    "total": 7,
    "link": [{"relation": "next", "url": "NEXT"}],
    "entry": [{"resource": {"resourceType": "Flag", "id": "f1"}}],
}


class Echo:
    """Answers tokens, bundles and studies, and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.id = "f1"
        self.link = ""

    def __call__(self, call: Call) -> Answer:
        self.calls.append(call)
        if call.path == "/oauth/token":
            return Answer(200, (), b'{"access_token":"good-token","expires_in":300}')
        if call.path.startswith("/dicomweb"):
            study = {"0020000D": {"vr": "UI", "Value": ["1.2"]}, "0020000E": {"vr": "UI", "Value": ["1.3"]}}
            return Answer(200, (), json.dumps([study]).encode())
        body = json.dumps(BUNDLE).replace("NEXT", self.link or f"{call.base}/fhir/page2").replace("f1", self.id)
        return Answer(200, (("Content-Type", "application/fhir+json"),), body.encode())


@contextmanager
def talking(pki: TestPki) -> Iterator[tuple[Session, Echo]]:
    echo = Echo()
    settings = TlsSettings(chain=pki.server.certificate, key=pki.server.key, roots=(pki.root,))
    with serve(echo, tls=settings) as server:
        session = Session(node_at(server.url, trust_of(pki)))
        try:
            yield session, echo
        finally:
            session.close()


def perform(session: Session, name: str, given: Mapping[str, object]) -> Performed:
    return operations()[name].perform(session, given)


def test_a_search_sends_what_was_written_and_yields_what_came(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        done = perform(session, "fhir.search", {"path": "Flag?a=x|1,y|2", "query": "label", "about": "label"})
        again = perform(session, "fhir.search", {"path": str(done.values["next"]), "format": "xml"})
    token, asked, next_page = echo.calls
    assert token.path == "/oauth/token"
    assert asked.query == (("a", "x|1,y|2"),)
    assert asked.header("authorization") == "Bearer good-token"
    assert asked.header("accept") == "application/fhir+json"
    assert (next_page.path, next_page.header("accept")) == ("/fhir/page2", "application/fhir+xml")
    assert {key: done.values[key] for key in ("total", "ids", "first")} == {
        "total": 7,
        "ids": ["Flag/f1"],
        "first": "Flag/f1",
    }
    assert again.observed[0].outcome is Outcome.ANSWERED


GUID = "6f1c2d3e-0a1b-4c5d-8e9f-a0b1c2d3e4f5"
UNLIKE = {"f1": ("F1", "f1"), "Aa-9": ("aA-9", "Aa-9"), "12": ("12X", "12x"), GUID: (f"{GUID}X", GUID)}
"""An id, one that no source may take for it, and one that is no other type's."""


@pytest.mark.parametrize(("id_", "others"), UNLIKE.items())
def test_a_search_yields_ids_that_are_none_of_what_it_found(pki: TestPki, id_: str, others: tuple[str, str]) -> None:
    with talking(pki) as (session, echo):
        echo.id = id_
        values = perform(session, "fhir.search", {"path": "Flag?a=x", "of": "Flag"}).values
    assert (values["id"], values["other_case"], values["lettered"]) == (id_, *others)
    assert str(values["at"]).endswith(f"/Flag/{id_}")


TOKENS = {
    "none": None,
    "garbage": "Bearer not-a-token",
    "valid": "Bearer good-token",
    "in-url": None,
    "beside-wrong": "Bearer not-a-token",
}


@pytest.mark.parametrize(("token", "header"), TOKENS.items())
def test_tokens_travel_as_asked(pki: TestPki, token: str, header: str | None) -> None:
    with talking(pki) as (session, echo):
        perform(session, "fhir.read", {"path": "Flag/f1", "token": token})
    call = echo.calls[-1]
    assert call.headers.get("authorization") == header
    assert dict(call.query).get("access_token") == ("good-token" if token in ("in-url", "beside-wrong") else None)


def test_a_token_comes_over_another_certificate(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        perform(session, "fhir.read", {"path": "Flag/f1", "token": "other-certificate"})
    assert echo.calls[0].certificate != echo.calls[1].certificate


def test_a_search_by_post_sends_a_form(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        perform(session, "fhir.search", {"path": "Flag?patient.identifier=s|1", "method": "POST"})
    call = echo.calls[-1]
    assert (call.method, call.path) == ("POST", "/fhir/Flag/_search")
    assert parse_qs(call.body.decode()) == {"patient.identifier": ["s|1"]}


def test_a_search_over_all_types_is_posted_to_the_base(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        for operation, more in (("fhir.ask", {}), ("door.fhir", {"certificate": "valid"})):
            perform(session, operation, {"path": "?_type=Flag", "method": "POST", **more})
            call = echo.calls[-1]
            assert (call.method, call.path, call.body) == ("POST", "/fhir/_search", b"_type=Flag")


def test_an_address_elsewhere_is_not_followed(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        (observed,) = perform(session, "fhir.search", {"path": "https://elsewhere.example/fhir/Flag"}).observed
    assert observed.outcome is Outcome.NOT_PLAYED
    assert echo.calls == []


def test_dicomweb_paths_queries_and_accept(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        query = {"PatientID": "9", "includefield": ["00080020", "00080030"]}
        found = perform(session, "dicomweb.search-studies", {"query": query, "patient": "anna"})
        perform(session, "dicomweb.frames", {"study": "1.2", "series": "1.3", "instance": "1.4", "frames": "1,3"})
        perform(session, "dicomweb.rendered", {"study": "1.2", "accept": ""})
    search, frames, rendered = echo.calls
    assert search.query == (("PatientID", "9"), ("includefield", "00080020"), ("includefield", "00080030"))
    assert frames.path == "/dicomweb/studies/1.2/series/1.3/instances/1.4/frames/1,3"
    assert rendered.path == "/dicomweb/studies/1.2/rendered"
    assert "accept" not in rendered.headers
    assert found.values == {"count": 1, "studies": ["1.2"], "study": "1.2"}


def claims_of(session: Session, pki: TestPki, kind: str) -> dict[str, object]:
    assertion = client_assertion(session, session.tokens.signer(), kind)
    key = RSAKey.import_key(pki.signing.key.read_bytes())
    return dict(jwt.decode(assertion, key, algorithms=["PS256"]).claims)


def test_a_valid_assertion_says_who_for_whom_and_until_when(pki: TestPki) -> None:
    session = Session(node_at("https://localhost:1", trust_of(pki)))
    first, second = (claims_of(session, pki, "valid") for _ in range(2))
    assert first["iss"] == first["sub"] == "twiin-conformance-suite"
    assert first["aud"] == "https://localhost:1/oauth/token"
    assert first["exp"] - first["iat"] == 60  # type: ignore[operator]
    assert first["jti"] != second["jti"]


@pytest.mark.parametrize(
    "kind", ["alg-none", "hs256-pem", "unknown-key", "own-jwk", "tampered-exp", "tampered-signature"]
)
def test_a_wrong_signature_does_not_verify(pki: TestPki, kind: str) -> None:
    session = Session(node_at("https://localhost:1", trust_of(pki)))
    with pytest.raises((JoseError, ValueError)):
        claims_of(session, pki, kind)


def test_an_assertion_with_one_wrong_claim_is_signed_well(pki: TestPki) -> None:
    session = Session(node_at("https://localhost:1", trust_of(pki)))
    now = session.clock.now().timestamp()
    assert int(str(claims_of(session, pki, "expired-hour")["exp"])) < now
    assert int(str(claims_of(session, pki, "future-hour")["iat"])) > now + 3000
    assert claims_of(session, pki, "aud-other")["aud"] == "https://another.example/token"


def test_a_replay_presents_one_assertion_twice(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        observed = perform(session, "oauth.token", {"assertion": "replayed"}).observed
    assert [one.facts["presentation"] for one in observed] == [1, 2]
    assert echo.calls[0].body == echo.calls[1].body


def test_a_replay_may_come_after_others(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        observed = perform(session, "oauth.token", {"assertion": "replayed", "between": 2}).observed
    bodies = [call.body for call in echo.calls]
    assert [one.facts["presentation"] for one in observed] == [1, 2, 3, 4]
    assert bodies[0] == bodies[3]
    assert len(set(bodies)) == 3


def test_a_name_can_be_used_again_by_another_assertion(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        perform(session, "oauth.token", {"assertion": "same-jti", "between": 1})
    forms = [dict(parse_qsl(call.body.decode())) for call in echo.calls]
    names = [json.loads(urlsafe_b64decode(form["client_assertion"].split(".")[1] + "==="))["jti"] for form in forms]
    assert names[0] == names[2] != names[1]
    assert forms[0] != forms[2]


def test_a_password_travels_in_the_form_or_in_the_header(pki: TestPki) -> None:
    with talking(pki) as (session, echo):
        for kind in ("secret-post", "secret-client-id", "secret-empty", "secret-basic"):
            perform(session, "oauth.token", {"assertion": kind})
    forms = [dict(parse_qsl(call.body.decode(), keep_blank_values=True)) for call in echo.calls]
    assert [form.get("client_secret") for form in forms[1:]] == ["twiin-conformance-suite", "", None]
    assert ["authorization" in call.headers for call in echo.calls] == [False, False, False, True]


def test_every_operation_has_a_schema_that_holds_its_arguments() -> None:
    for operation in operations().values():
        jsonschema.Draft202012Validator.check_schema(operation.schema)
        assert operation.doc
    schema = operations()["tls.probe"].schema
    good = {"endpoint": "fhir", "purpose": "x", "suites": ["TLS_AES_128_GCM_SHA256"], "one_by_one": True}
    jsonschema.validate(good, schema)
    for wrong in ({**good, "suites": ["TLS_NONSENSE"]}, {**good, "nonsense": 1}, {"version": "TLSv1.2"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_a_step_without_a_token_rests_on_less() -> None:
    search = operations()["fhir.search"]
    assert search.rung({"path": "Flag"}) is Rung.TOKEN
    assert search.rung({"path": "Flag", "token": "none"}) is Rung.CLIENT_CERTIFICATE


def test_a_missing_endpoint_is_not_played() -> None:
    session = Session(node_at("https://localhost:1"))
    (observed,) = perform(session, "tls.connect", {"endpoint": "soap"}).observed
    assert observed.outcome is Outcome.NOT_PLAYED
    assert observed.trouble is not None
    assert observed.trouble.code == "endpoint-missing"


@pytest.mark.parametrize(
    ("link", "follows"),
    [("/fhir/page2", "/fhir/page2"), ("page2?a=b", "/fhir/page2"), ("?page=2", "/fhir/Flag"), ("https://[", None)],
)
def test_a_relative_link_is_followed(pki: TestPki, link: str, follows: str | None) -> None:
    with talking(pki) as (session, echo):
        echo.link = link
        done = perform(session, "fhir.search", {"path": "Flag?a=x"})
        (again,) = perform(session, "fhir.search", {"path": str(done.values["next"])}).observed
    assert (echo.calls[-1].path if again.response else None) == follows
    assert follows or (again.trouble is not None and again.trouble.code == "link-outside")
