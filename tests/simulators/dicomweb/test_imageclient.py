"""The node as one who asks: against the gateway, over mutual TLS, and without."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.simulators.dicomweb import dicomweb_handler
from conformance.simulators.faults import switches
from conformance.simulators.http import Answer, Call, Handler, mounted
from conformance.simulators.imageclient import ViewingError, view_images
from conformance.simulators.server import TlsSettings, serve
from conformance.synthesis.patients import patients
from conformance.synthesis.pki import TestPki
from conformance.synthesis.studies import studies

ANNA, NOBODY = patients()["anna"].bsn, patients()["unknown"].bsn


class Counterpart:
    """A gateway that remembers what it was asked."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.calls: list[Call] = []
        self.base = ""

    def __call__(self, call: Call) -> Answer:
        self.calls.append(call)
        return self.handler(call)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    return TestPki.create(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def counterpart(pki: TestPki) -> Iterator[Counterpart]:
    made = Counterpart(dicomweb_handler(studies(patients())))
    settings = TlsSettings(chain=pki.server.certificate, key=pki.server.key, roots=(pki.root,), crl=None)
    with serve(mounted({"/dicomweb": made}), tls=settings) as server:
        made.base = f"{server.url}/dicomweb"
        yield made


@pytest.fixture
def context(pki: TestPki) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(pki.root))
    made.load_cert_chain(pki.clients["valid"].certificate, pki.clients["valid"].key)
    return made


def test_images_are_found_described_and_fetched(counterpart: Counterpart, context: ssl.SSLContext) -> None:
    viewed = view_images(counterpart.base, ANNA, context)
    assert len(viewed.studies) == 4
    assert len(viewed.instances) == 4
    assert dict(counterpart.calls[0].query)["PatientID"] == ANNA
    assert [call.path.rsplit("/", 1)[-1] for call in counterpart.calls[1:5]] == ["metadata"] * 4
    assert all(call.certificate for call in counterpart.calls)


def test_nothing_is_fetched_of_somebody_unknown(counterpart: Counterpart, context: ssl.SSLContext) -> None:
    assert view_images(counterpart.base, NOBODY, context).studies == ()
    assert len(counterpart.calls) == 1


def test_an_answer_that_is_cut_off_is_not_taken_for_images(counterpart: Counterpart, context: ssl.SSLContext) -> None:
    whole = counterpart.handler

    def cut(call: Call) -> Answer:
        answer = whole(call)
        return Answer(answer.status, answer.headers, answer.body[:1000]) if "/series/" in call.path else answer

    counterpart.handler = cut
    assert view_images(counterpart.base, ANNA, context).instances == ()


def test_what_cannot_be_asked_is_told(context: ssl.SSLContext, tmp_path: Path) -> None:
    with pytest.raises(ViewingError, match="could not be viewed"):
        view_images("https://localhost:9/dicomweb", ANNA, context)


def test_a_switch_stands_before_what_is_sent(counterpart: Counterpart, context: ssl.SSLContext) -> None:
    leak = switches()["asking.leak"].make(name="X-Patient")
    without_accept = switches()["asking.header"].make(path="/studies$", name="Accept")
    view_images(counterpart.base, ANNA, context, (leak, without_accept))
    first, second, *_ = counterpart.calls
    assert first.header("accept") == ""
    assert first.header("x-patient") == ""
    assert second.header("x-patient") == f"patient={ANNA}"
