"""The ladder before a run: it stops at the first rung that fails, and tells which that is."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.model.exchange import Outcome, Rung
from conformance.play.preflight import look
from conformance.recordings.ladder import failed
from conformance.simulators.http import Answer, Call
from conformance.simulators.server import TlsSettings, serve
from conformance.synthesis.pki import TestPki, weak_server
from tests.play.making import FHIR, Good, node_of, recorded, scenario, search
from tests.protocols.making import QUICK, Scripted, node_at, server_context, trust_of


def test_nothing_rests_on_a_failed_rung_but_what_does_not_need_it(pki: TestPki, tmp_path: Path) -> None:
    """The client certificate is refused: probing the door still makes sense, searching does not."""
    steps = scenario("mixed", ("p", "tls.probe", {"endpoint": "fhir"}), ("s", "fhir.search", {"path": "Observation"}))
    with node_of(pki, Good()) as node:
        clients = {**node.trust.clients, "valid": node.trust.clients["foreign"]}
        refused = replace(node, trust=replace(node.trust, clients=clients))
        preflight, mixed, only = recorded(refused, tmp_path, steps, search())
    ladder = failed(preflight, "fhir")
    assert ladder is not None
    assert ladder.rung is Rung.CLIENT_CERTIFICATE
    assert [exchange.outcome for exchange in mixed.exchanges] == [Outcome.ANSWERED, Outcome.NOT_PLAYED]
    assert mixed.resting_on is None
    assert only.resting_on == ladder
    assert {exchange.outcome for exchange in only.exchanges} == {Outcome.NOT_PLAYED}


RUNGS = {"expired": "server-certificate-expired", "wrong-host": "server-certificate-wrong-host"}


@pytest.mark.parametrize(("weakness", "code"), RUNGS.items())
def test_the_ladder_stops_at_a_wrong_certificate(pki: TestPki, weakness: str, code: str) -> None:
    leaf = weak_server(pki, weakness)
    settings = TlsSettings(chain=leaf.certificate, key=leaf.key, roots=(pki.root,))
    with serve(Good(), tls=settings) as server:
        found = failed(look(node_at(server.url, trust_of(pki))), "fhir")
    assert found is not None
    assert (found.rung, found.code) == (Rung.TLS, code)


def test_the_ladder_tells_a_refused_port_and_an_unknown_name() -> None:
    for url, rung in (("https://localhost:1", Rung.PORT), ("https://nowhere.invalid", Rung.NAME)):
        found = failed(look(node_at(url)), "fhir")
        assert found is not None
        assert found.rung is rung


def test_the_ladder_tells_a_refused_token_and_an_absent_patient(pki: TestPki) -> None:
    def no_token(call: Call) -> Answer:
        return Answer(401, FHIR, b"{}") if call.path == "/oauth/token" else Good()(call)

    good = Good()
    good.bundle = {"resourceType": "Bundle", "total": 0}
    for handler, rung in ((no_token, Rung.TOKEN), (good, Rung.TEST_PATIENT)):
        with node_of(pki, handler) as node:
            found = failed(look(node), "fhir")
        assert found is not None
        assert found.rung is rung


def test_a_hanging_endpoint_keeps_the_ladder_short(pki: TestPki) -> None:
    came: list[socket.socket] = []

    def hang(connection: socket.socket) -> None:
        came.append(connection)
        server.wait_for_end()

    with Scripted(hang, server_context(pki)) as server:
        found = failed(look(node_at(server.url, trust_of(pki), politeness=QUICK)), "dicomweb")
    assert found is not None
    assert (found.rung, found.code) == (Rung.CLIENT_CERTIFICATE, "read-timeout")
    assert len(came) == 3  # one for each address: where one hangs nothing more is asked


def test_plain_http_where_tls_is_expected(pki: TestPki) -> None:
    with Scripted(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        found = failed(look(node_at(f"https://localhost:{server.port}", trust_of(pki))), "fhir")
    assert found is not None
    assert (found.rung, found.code) == (Rung.TLS, "plain-http-on-tls-port")


def test_images_are_asked_for_with_a_token_where_the_node_file_says_so(pki: TestPki, tmp_path: Path) -> None:
    good = Good()

    def guarded(call: Call) -> Answer:
        shown = call.header("authorization") == "Bearer t"
        return good(call) if shown or not call.path.startswith("/dicomweb") else Answer(401, (), b"token needed")

    steps = scenario(
        "images",
        ("search", "dicomweb.search-studies", {}),
        ("knock", "door.dicomweb", {"path": "studies", "certificate": "valid"}),
        ("clear", "plain.dicomweb", {"path": "studies"}),
    )
    with node_of(pki, guarded) as node:
        wanted = failed(look(node), "dicomweb")
        told = replace(node, endpoints={**node.endpoints, "dicomweb": replace(node.endpoints["dicomweb"], token=True)})
        preflight, images = recorded(told, tmp_path, steps)
    assert wanted is not None
    assert wanted.code == "token-wanted"
    assert failed(preflight, "dicomweb") is None
    assert [one.request.header("authorization") != "" for one in images.exchanges if one.request] == [True] * 3


def test_images_wait_for_the_token_that_they_want(pki: TestPki, tmp_path: Path) -> None:
    def no_token(call: Call) -> Answer:
        return Answer(401, FHIR, b"{}") if call.path == "/oauth/token" else Good()(call)

    steps = scenario("images", ("search", "dicomweb.search-studies", {}))
    with node_of(pki, no_token) as node:
        told = replace(node, endpoints={**node.endpoints, "dicomweb": replace(node.endpoints["dicomweb"], token=True)})
        _, images = recorded(told, tmp_path, steps)
    assert images.resting_on is not None
    assert images.resting_on.code == "token-refused"
