"""Every way an endpoint can be wrong ends as one trouble with its own code, in bounded time and memory."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from conformance.model.exchange import Outcome, Rung
from conformance.protocols.catalogue import operations
from conformance.protocols.client import Asked, HttpClient
from conformance.protocols.observing import Observed
from conformance.protocols.session import Session
from conformance.protocols.troubles import ADVICE
from conformance.synthesis.pki import TestPki, weak_server
from tests.protocols.making import QUICK, Script, Scripted, node_at, read_request, replying, server_context, trust_of

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def get(url: str, pki: TestPki, *, certificate: str = "valid") -> Observed:
    with HttpClient(trust_of(pki), QUICK) as client:
        return client.call(Asked(method="GET", url=url, headers={}, certificate=certificate))


def perform(url: str, pki: TestPki, operation: str, **given: str) -> Observed:
    session = Session(node_at(url, trust_of(pki)))
    with closing(session):
        (observed,) = operations()[operation].perform(session, given).observed
    return observed


def connect(url: str, pki: TestPki, **given: str) -> Observed:
    return perform(url, pki, "tls.connect", endpoint="fhir", **given)


def knock(url: str, pki: TestPki, certificate: str) -> Observed:
    return perform(url, pki, "door.address", endpoint="fhir", certificate=certificate)


def code(observed: Observed) -> str:
    assert observed.outcome is not Outcome.ANSWERED
    assert observed.response is None
    assert observed.trouble is not None
    assert observed.trouble.code in ADVICE
    return observed.trouble.code


@pytest.mark.parametrize("interim", ["102 Processing", "103 Early Hints", "100 Continue", "199 Odd"])
def test_an_answer_on_its_way_is_read_past(pki: TestPki, interim: str) -> None:
    before = f"HTTP/1.1 {interim}\r\nLink: </style.css>\r\n\r\n".encode()
    with Scripted(replying(before * 2 + b"HTTP/1.1 100 Continue\r\n\r\n" + OK), server_context(pki)) as server:
        observed = get(server.url, pki)
    assert observed.response is not None
    assert (observed.response.status, observed.response.body) == (200, b"ok")


def test_a_field_that_goes_on_in_the_next_line_is_read_as_one(pki: TestPki) -> None:
    """No judge takes a field with a line break in it for one that was received (RFC 9112 section 5.2)."""
    answer = b"HTTP/1.1 200 OK\r\nCache-Control: no-store,\r\n\t no-cache\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok"
    with Scripted(replying(answer), server_context(pki)) as server:
        observed = get(server.url, pki)
    assert observed.response is not None
    assert observed.response.header("cache-control") == "no-store, no-cache"
    assert observed.response.header("x-a") == "a b"


def test_a_name_that_does_not_resolve(pki: TestPki) -> None:
    observed = get("https://nowhere.invalid/fhir", pki)
    assert code(observed) == "name-unresolved"
    assert observed.trouble is not None
    assert observed.trouble.rung is Rung.NAME


def test_a_port_that_refuses(pki: TestPki) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert code(get(f"https://localhost:{port}/", pki)) == "connection-refused"


def test_an_address_that_does_not_answer_in_time(pki: TestPki) -> None:
    """A listener with a full backlog takes no further connection."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        observed = get(f"http://127.0.0.1:{listener.getsockname()[1]}/", pki)
        for one in waiting:
            one.close()
    assert code(observed) == "connect-timeout"


HANGS: list[tuple[str, bytes]] = [
    ("read-timeout", b""),
    ("read-timeout", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
]


@pytest.mark.parametrize(("expected", "begin"), HANGS)
def test_a_hanging_endpoint(pki: TestPki, expected: str, begin: bytes) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(begin)
        server.wait_for_end()

    with Scripted(script, server_context(pki)) as server:
        assert code(get(server.url, pki)) == expected


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"])
def test_an_answer_that_trickles_for_ever(pki: TestPki, begin: bytes) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(begin)
        for _ in range(200):
            connection.sendall(b"a")
            time.sleep(0.1)

    with Scripted(script, server_context(pki)) as server:
        assert code(get(server.url, pki)) == "total-timeout"


def test_tls_that_never_begins(pki: TestPki) -> None:
    with Scripted(lambda _: server.wait_for_end()) as server:
        assert code(get(f"https://localhost:{server.port}/", pki)) == "handshake-timeout"


def test_plain_http_on_the_tls_port(pki: TestPki) -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nplain")

    with Scripted(script) as server:
        assert code(get(f"https://localhost:{server.port}/", pki)) == "plain-http-on-tls-port"


CERTIFICATES = {
    "expired": "server-certificate-expired",
    "self-signed": "server-certificate-self-signed",
    "wrong-host": "server-certificate-wrong-host",
    "foreign": "server-certificate-untrusted",
}


@pytest.mark.parametrize(("weakness", "expected"), CERTIFICATES.items())
def test_a_wrong_server_certificate_is_named_and_shown(pki: TestPki, weakness: str, expected: str) -> None:
    leaf = weak_server(pki, weakness)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf.certificate, leaf.key)
    with Scripted(replying(OK), context) as server:
        observed = connect(server.url, pki)
    assert code(observed) == expected
    assert observed.tls is not None
    assert observed.tls.peer
    assert observed.facts["chain_verified"] is (weakness in ("expired", "wrong-host"))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("role", ["none", "foreign", "expired", "self-signed"])
def test_our_certificate_is_refused(pki: TestPki, version: ssl.TLSVersion, role: str) -> None:
    """Under TLS 1.3 the alert comes at the first read, after a handshake that succeeded."""
    context = server_context(pki, client=True)
    context.minimum_version = context.maximum_version = version
    with Scripted(replying(OK), context) as server:
        observed = knock(server.url, pki, role)
        welcome = connect(server.url, pki)
    assert code(observed) in ("client-certificate-refused", "handshake-refused")
    assert welcome.response is not None
    assert welcome.response.status == 200
    assert welcome.facts["chain_verified"] is True


def test_a_version_that_is_not_spoken(pki: TestPki) -> None:
    context = server_context(pki)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with Scripted(replying(OK), context) as server:
        assert code(connect(server.url, pki, version="TLSv1.2")) == "protocol-version-refused"
        welcome = connect(server.url, pki, version="TLSv1.3")
    assert welcome.tls is not None
    assert welcome.tls.version == "TLSv1.3"


def test_a_certificate_role_the_node_file_lacks_is_not_played(pki: TestPki) -> None:
    trust = replace(trust_of(pki), clients={})
    session = Session(node_at("https://localhost:1", trust))
    with closing(session):
        (observed,) = (
            operations()["door.address"].perform(session, {"endpoint": "fhir", "certificate": "expired"}).observed
        )
    assert observed.outcome is Outcome.NOT_PLAYED
    assert code(observed) == "client-certificate-missing"


BROKEN: dict[str, tuple[str, Script]] = {
    "closes": ("connection-closed", lambda connection: read_request(connection) and None),
    "text": ("invalid-http", replying(b"hello, this is a telnet server\r\n\r\n")),
    "cut off": ("truncated-body", replying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort")),
    "chunk cut off": ("truncated-body", replying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nabc")),
    "headers": ("too-many-headers", replying(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n")),
    "long header": ("too-many-headers", replying(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n")),
    "not gzip": (
        "unreadable-encoding",
        replying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_answer(pki: TestPki, case: str) -> None:
    expected, script = BROKEN[case]
    with Scripted(script, server_context(pki)) as server:
        assert code(get(server.url, pki)) == expected


ALERT = bytes([21, 3, 3, 0, 2, 2, 42])
"""A record of TLS that holds a fatal alert: bad_certificate."""
BEGUN: dict[str, tuple[bytes, dict[str, int]]] = {
    "nothing": (b"", {}),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-", {"answer_began": 25}),
    "half a body": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ndata",
        {"answer_began": 43, "answer_status": 200},
    ),
    "half a refusal": (
        b"HTTP/1.1 403 No\r\nContent-Length: 99\r\n\r\nno",
        {"answer_began": 41, "answer_status": 403},
    ),
}


@pytest.mark.parametrize("case", BEGUN)
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_came_before_the_connection_ended_is_told(pki: TestPki, case: str, version: ssl.TLSVersion) -> None:
    """Whoever was refused has not read anything: a server may have sent data before it looked at the certificate."""
    begin, facts = BEGUN[case]

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(begin)
        os.write(connection.fileno(), ALERT)

    context = server_context(pki)
    context.minimum_version = context.maximum_version = version
    with Scripted(script, context) as server:
        observed = knock(server.url, pki, "foreign")
    assert observed.facts == facts
    assert (code(observed) == "client-certificate-refused") is not bool(facts)


def endless(head: bytes, chunk: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        for _ in range(10_000):
            connection.sendall(chunk)

    return script


BOMB = gzip.compress(bytes(8_000_000))
ENDLESS: dict[str, Script] = {
    "until it closes": endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(65536)),
    "chunked": endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + bytes(4096) + b"\r\n"),
    "gzip bomb": replying(
        f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(BOMB)}\r\n\r\n".encode(), BOMB
    ),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_an_endless_body_stops_at_the_limit(pki: TestPki, case: str) -> None:
    with Scripted(ENDLESS[case], server_context(pki)) as server:
        observed = get(server.url, pki)
    assert code(observed) == "body-too-large"
    assert observed.trouble is not None
    assert "HTTP 200" in observed.trouble.text


ANSWERS: dict[str, bytes] = {
    "server error": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy",
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
    "wrong type": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>",
    "invalid UTF-8": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{\xff}",
    "odd header": b"HTTP/1.1 200 O\xe9K\r\nX-Name: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
    "truncated multipart": (
        b"HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=a\r\nContent-Length: 5\r\n\r\n--a\r\n"
    ),
    "no length": b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
}


@pytest.mark.parametrize("case", ANSWERS)
def test_a_wrong_answer_is_still_an_answer(pki: TestPki, case: str) -> None:
    """What came back is kept as it is; whether it is right is for a judgement."""
    with Scripted(replying(ANSWERS[case]), server_context(pki)) as server:
        observed = get(server.url, pki)
    assert observed.outcome is Outcome.ANSWERED
    assert observed.response is not None
    assert observed.response.status == int(ANSWERS[case].split()[1])
    assert observed.response.body == ANSWERS[case].partition(b"\r\n\r\n")[2]


def counting(scripts: list[Script]) -> tuple[Script, Callable[[], int]]:
    served: list[int] = []

    def script(connection: socket.socket) -> None:
        served.append(1)
        scripts[min(len(served), len(scripts)) - 1](connection)

    return script, lambda: len(served)


def test_a_redirect_is_not_followed(pki: TestPki) -> None:
    script, served = counting([replying(ANSWERS["redirect"])])
    with Scripted(script, server_context(pki)) as server:
        get(server.url, pki)
    assert served() == 1


def test_a_connection_is_kept_and_a_stale_one_renewed(pki: TestPki) -> None:
    def twice(connection: socket.socket) -> None:
        for _ in range(2):
            read_request(connection)
            connection.sendall(OK)
        read_request(connection)  # the third request arrives on a connection that is just being closed

    script, served = counting([twice, replying(OK)])
    with Scripted(script, server_context(pki)) as server, HttpClient(trust_of(pki), QUICK) as client:
        asked = Asked(method="GET", url=server.url, headers={})
        outcomes = [client.call(asked).outcome for _ in range(3)]
    assert outcomes == [Outcome.ANSWERED] * 3
    assert served() == 2


def test_cookies_proxies_and_netrc_play_no_part(pki: TestPki, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def script(connection: socket.socket) -> None:
        for _ in range(2):
            seen.append(read_request(connection))
            connection.sendall(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")

    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
    with Scripted(script, server_context(pki)) as server, HttpClient(trust_of(pki), QUICK) as client:
        asked = Asked(method="GET", url=server.url, headers={})
        first, second = client.call(asked), client.call(asked)
    assert [first.outcome, second.outcome] == [Outcome.ANSWERED] * 2
    assert b"cookie" not in b"".join(seen).lower()


def test_plain_http_is_spoken_to_the_tls_port(pki: TestPki) -> None:
    with Scripted(replying(OK), server_context(pki)) as server:
        observed = perform(server.url, pki, "plain.address", endpoint="fhir")
    assert observed.response is None or observed.response.status >= 400
