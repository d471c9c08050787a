"""The suite's own servers over real sockets: which certificate they show, and what they see of who comes."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from conformance.model.node import Counterpart, Node
from conformance.play import arrivals
from conformance.play.arrivals import Arrivals
from conformance.play.counterparts import Bench
from conformance.protocols.observing import SYSTEM_CLOCK, Arrived
from conformance.protocols.troubles import TroubleError
from conformance.simulators.http import Answer, Call
from conformance.simulators.imageclient import ViewingError, view_images
from conformance.synthesis.patients import patients
from conformance.synthesis.pki import TestPki
from tests.protocols.making import node_at, trust_of

KIND = "dicomweb"
WRONG = ("foreign", "self-signed", "expired", "elsewhere")
LONG_S = 30


def asking_node(pki: TestPki, listen: str = "127.0.0.1:0") -> Node:
    """A node file of a node that asks."""
    known = {role: one.bsn for role, one in patients().items()}
    node = node_at("https://localhost:9", trust_of(pki), patients=known)
    return replace(node, counterparts={KIND: Counterpart(kind=KIND, listen=listen)})


@contextmanager
def showing(node: Node, certificate: str) -> Iterator[Bench]:
    """The counterparts of a node, open with the certificate of a role."""
    bench = Bench(node, SYSTEM_CLOCK)
    with bench.opened([KIND]):
        bench.show(certificate)
        yield bench


def trusting(pki: TestPki) -> ssl.SSLContext:
    """How a faithful node goes out."""
    context = ssl.create_default_context(cafile=str(pki.root))
    context.load_cert_chain(pki.server.certificate, pki.server.key)
    return context


def blind(pki: TestPki) -> ssl.SSLContext:
    """How one goes out that looks at no certificate."""
    context = trusting(pki)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def views(bench: Bench, tls: ssl.SSLContext | None) -> None:
    """Ask it for images, as well as it goes."""
    with suppress(ViewingError):
        view_images(bench.addresses()[KIND], patients()["anna"].bsn, tls)


def door(bench: Bench) -> tuple[str, int]:
    parts = urlsplit(bench.addresses()[KIND])
    return "127.0.0.1", parts.port or 0


@contextmanager
def let_in(pki: TestPki, bench: Bench) -> Iterator[ssl.SSLSocket]:
    """A connection of who looked at no certificate and has asked nothing yet."""
    with (
        socket.create_connection(door(bench)) as plain,
        blind(pki).wrap_socket(plain, server_hostname="localhost") as tls,
    ):
        yield tls


def counts(arrived: Arrived) -> tuple[int, int, int, int]:
    return len(arrived.calls), arrived.knocks, arrived.in_clear, arrived.lingering


@pytest.mark.parametrize("wrong", WRONG)
def test_who_trusts_as_it_should_knocks_at_a_wrong_one_and_asks_nothing(pki: TestPki, wrong: str) -> None:
    with showing(asking_node(pki), f"counterpart-{wrong}") as bench:
        views(bench, trusting(pki))
        assert counts(bench.calls(KIND, LONG_S, "knock")) == (0, 1, 0, 0)


@pytest.mark.parametrize("wrong", WRONG)
def test_who_does_not_look_is_seen_to_ask(pki: TestPki, wrong: str) -> None:
    with showing(asking_node(pki), f"counterpart-{wrong}") as bench:
        views(bench, blind(pki))
        calls, knocks, in_clear, lingering = counts(bench.calls(KIND, LONG_S, "knock"))
    assert (calls > 1, knocks, in_clear, lingering) == (True, 1, 0, 0)


def test_the_good_one_is_asked(pki: TestPki) -> None:
    with showing(asking_node(pki), "counterpart") as bench:
        views(bench, trusting(pki))
        arrived = bench.calls(KIND, LONG_S, "call")
    assert arrived.calls[0].operation == "dicomweb.search-studies"
    assert arrived.calls[0].tls is not None


def test_who_asks_without_tls_is_counted(pki: TestPki) -> None:
    with showing(asking_node(pki), "counterpart-expired") as bench:
        views(bench, trusting(pki))
        views(bench, None)
        assert counts(bench.calls(KIND, LONG_S, "knock")) == (0, 1, 1, 0)


def test_who_only_connects_or_speaks_something_else_has_not_knocked(pki: TestPki) -> None:
    with showing(asking_node(pki), "counterpart-expired") as bench:
        socket.create_connection(door(bench)).close()
        with socket.create_connection(door(bench)) as odd:
            odd.sendall(bytes(range(1, 40)))
            assert counts(bench.calls(KIND, 0.5, "knock")) == (0, 0, 0, 0)


def test_who_never_came_was_not_there(pki: TestPki) -> None:
    with showing(asking_node(pki), "counterpart-expired") as bench:
        assert counts(bench.calls(KIND, 0.2, "knock")) == (0, 0, 0, 0)


def test_who_came_in_and_takes_his_time_is_waited_for(pki: TestPki, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silence is no refusal while the connection is there."""
    monkeypatch.setattr(arrivals, "SETTLE_S", 0.05)
    with showing(asking_node(pki), "counterpart-foreign") as bench, let_in(pki, bench) as tls:
        request = b"GET /dicomweb/studies HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        later = threading.Timer(0.5, tls.sendall, [request])
        later.start()
        assert counts(bench.calls(KIND, LONG_S, "knock")) == (1, 1, 0, 0)
        later.join()


def test_who_stays_to_the_end_without_asking_lingers(pki: TestPki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "SETTLE_S", 0.05)
    with showing(asking_node(pki), "counterpart-foreign") as bench, let_in(pki, bench):
        assert counts(bench.calls(KIND, 0.5, "knock")) == (0, 1, 0, 1)


def test_who_was_refused_and_leaves_his_end_open_does_not(pki: TestPki) -> None:
    """The server has ended it."""
    with showing(asking_node(pki), "counterpart-foreign") as bench, socket.create_connection(door(bench)) as plain:
        keeper = plain.dup()
        with pytest.raises(ssl.SSLCertVerificationError):
            trusting(pki).wrap_socket(plain, server_hostname="localhost")
        with keeper:
            assert counts(bench.calls(KIND, LONG_S, "knock")) == (0, 1, 0, 0)


def test_a_call_that_is_being_answered_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "SETTLE_S", 0.01)
    came = Arrivals(SYSTEM_CLOCK)

    def slow(_: Call) -> Answer:
        time.sleep(0.3)
        return Answer(204)

    came.porter.meets("visitor", bytes((22, 3, 1, 0, 1, 1)))
    asking = threading.Thread(target=came.of(slow), args=[Call(method="GET", path="/studies")])
    asking.start()
    assert counts(came.awaited(LONG_S, "knock")) == (1, 1, 0, 0)
    asking.join()


def test_news_of_nothing_ends_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who speaks something else at the same door does not shorten the silence after which a node is done."""
    monkeypatch.setattr(arrivals, "SETTLE_S", 0.5)
    came = Arrivals(SYSTEM_CLOCK)
    came.porter.meets("visitor", bytes((22, 3, 1, 0, 1, 1)))
    came.porter.misses("visitor")
    odd = threading.Timer(0.1, came.porter.meets, ["other", b"\x00" * 5])
    odd.start()
    begin = time.monotonic()
    came.awaited(LONG_S, "knock")
    assert time.monotonic() - begin >= 0.5
    odd.join()


def test_a_handler_that_breaks_holds_up_nobody() -> None:
    came = Arrivals(SYSTEM_CLOCK)

    def broken(_: Call) -> Answer:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        came.of(broken)(Call(method="GET", path="/studies"))
    assert counts(came.awaited(0, "call")) == (0, 0, 0, 0)


def test_under_another_certificate_nothing_came_yet(pki: TestPki) -> None:
    """At one and the same port, as where the node file names one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with showing(asking_node(pki, f"127.0.0.1:{port}"), "counterpart-expired") as bench:
        views(bench, blind(pki))
        assert bench.calls(KIND, LONG_S, "call").calls
        bench.show("counterpart")
        assert door(bench) == ("127.0.0.1", port)
        assert counts(bench.calls(KIND, 0, "call")) == (0, 0, 0, 0)
        views(bench, trusting(pki))
        assert bench.calls(KIND, LONG_S, "call").calls


def test_what_cannot_be_shown_leaves_nothing_open_and_says_why(pki: TestPki) -> None:
    node = asking_node(pki)
    lacking = {role: one for role, one in node.trust.clients.items() if role != "counterpart-foreign"}
    bench = Bench(replace(node, trust=replace(node.trust, clients=lacking)), SYSTEM_CLOCK)
    with bench.opened([KIND]):
        bench.show("counterpart")
        assert bench.addresses()
        for attempt in (lambda: bench.show("counterpart-foreign"), lambda: bench.calls(KIND, LONG_S, "knock")):
            with pytest.raises(TroubleError) as caught:
                attempt()
            assert caught.value.trouble.code == "client-certificate-missing"
            assert "counterpart-foreign" in caught.value.trouble.text
        assert not bench.addresses()
        bench.show("counterpart")
        assert bench.addresses()


def test_one_that_the_node_file_does_not_name_stays_closed(pki: TestPki) -> None:
    bench = Bench(replace(asking_node(pki), counterparts={}), SYSTEM_CLOCK)
    with bench.opened([KIND]):
        bench.show("counterpart")
        with pytest.raises(TroubleError) as caught:
            bench.calls(KIND, LONG_S, "knock")
    assert caught.value.trouble.code == "counterpart-missing"


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/dicomweb/studies/2.999.1/thumbnail", "dicomweb.thumbnail"),
        ("/dicomweb/studies/2.999.1/series/2.999.2/bulkdata/7FE00010", "dicomweb.bulkdata"),
        ("/dicomweb/studies/2.999.1/series/2.999.2/instances/2.999.3/frames/1", "dicomweb.frames"),
        ("/dicomweb/studies/2.999.1", "dicomweb.retrieve"),
    ],
)
def test_pictures_and_bulk_data_are_no_fetching_of_files(path: str, operation: str) -> None:
    assert arrivals.operation_of(path) == operation
