"""The prober finds what is weak on a server that is weak: only then does "not offered" mean anything."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import struct
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from conformance.codecs.tls.names import suites
from conformance.codecs.tls.offer import MOST, Probed, probed
from conformance.model.exchange import Outcome
from conformance.protocols.catalogue import operations
from conformance.protocols.observing import Observed
from conformance.protocols.session import Session
from conformance.synthesis.pki import TestPki
from tests.codecs.tls.making import accepting, record, server_hello
from tests.protocols.making import Scripted, node_at, server_context

OLD = ("TLSv1.0", "TLSv1.1")


def probe(url: str, **given: object) -> tuple[Observed, ...]:
    session = Session(node_at(url))
    with closing(session):
        return operations()["tls.probe"].perform(session, {"endpoint": "fhir", **given}).observed


def seen(observed: Observed) -> Probed:
    assert observed.flight is not None
    return probed(observed.flight)


def weak_context(pki: TestPki, ciphers: str = "ALL:eNULL:aNULL:@SECLEVEL=0") -> ssl.SSLContext:
    context = server_context(pki)
    context.set_ciphers(ciphers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


@pytest.mark.parametrize("version", [*OLD, "TLSv1.2", "TLSv1.3", "any"])
def test_every_version_of_a_weak_server_is_found(pki: TestPki, version: str) -> None:
    with Scripted(lambda _: None, weak_context(pki)) as server:
        (observed,) = probe(server.url, version=version)
    assert seen(observed).accepted is True
    assert seen(observed).choice.version == ("TLSv1.3" if version == "any" else version)


@pytest.mark.parametrize("version", [*OLD, "SSLv3", "TLSv1.2"])
def test_a_strict_server_accepts_no_older_version(pki: TestPki, version: str) -> None:
    context = server_context(pki)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with Scripted(lambda _: None, context) as server:
        (observed,) = probe(server.url, version=version)
    assert observed.outcome is Outcome.ANSWERED
    assert seen(observed).accepted is False
    assert seen(observed).choice.alert in ("protocol_version", "handshake_failure")


WEAK = ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_NULL_SHA256", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA")


@pytest.mark.parametrize("suite", WEAK)
def test_weak_suites_of_a_weak_server_are_found(pki: TestPki, suite: str) -> None:
    with Scripted(lambda _: None, weak_context(pki)) as server:
        (observed,) = probe(server.url, version="TLSv1.2", suites=[suite])
    assert (seen(observed).accepted, seen(observed).choice.suite) == (True, suite)


def test_suites_are_asked_one_by_one(pki: TestPki) -> None:
    asked = ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_CCM_8_SHA256"]
    with Scripted(lambda _: None, server_context(pki)) as server:
        good, bad = probe(server.url, version="TLSv1.3", suites=asked, one_by_one=True)
    assert (seen(good).asked, seen(good).accepted) == ((asked[0],), True)
    assert (seen(bad).asked, seen(bad).accepted) == ((asked[1],), False)


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("group", ["secp384r1", "x25519", "x448"])
def test_the_group_a_server_chooses_is_seen(pki: TestPki, version: str, group: str) -> None:
    with Scripted(lambda _: None, server_context(pki)) as server:
        (observed,) = probe(server.url, version=version, groups=[group])
    assert (seen(observed).accepted, seen(observed).choice.group) == (True, group)


ANCIENT = (
    "TLS_RSA_WITH_RC4_128_MD5",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_NULL_MD5",
    "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
    "TLS_RSA_WITH_DES_CBC_SHA",
)


@pytest.mark.parametrize("suite", ANCIENT)
@pytest.mark.parametrize("version", ["SSLv3", "TLSv1.0"])
def test_suites_that_no_library_offers_any_more_are_found(suite: str, version: str) -> None:
    """A server scripted to choose what OpenSSL would refuse to speak at all."""
    offered: list[bytes] = []

    def script(connection: socket.socket) -> None:
        offered.append(connection.recv(65536))
        connection.sendall(accepting(version, suites()[suite], compression=1))

    with Scripted(script) as server:
        (observed,) = probe(server.url, version=version, suites=[suite], compression=True)
    assert struct.pack(">H", suites()[suite]) in offered[0]
    assert (seen(observed).accepted, seen(observed).choice.suite) == (True, suite)
    assert seen(observed).choice.compression is True


def test_a_lower_version_than_asked_is_no_acceptance() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(accepting("TLSv1.0", 0x002F))

    with Scripted(script) as server:
        (observed,) = probe(server.url, version="TLSv1.2")
    assert (seen(observed).accepted, seen(observed).choice.version) == (False, "TLSv1.0")


def test_hanging_up_is_a_refusal_and_silence_is_none() -> None:
    with Scripted(lambda connection: connection.recv(1) and None) as server:
        (observed,) = probe(server.url)
    assert (observed.outcome, seen(observed).accepted, observed.flight and observed.flight.closed) == (
        Outcome.ANSWERED,
        False,
        True,
    )
    with Scripted(lambda _: server.wait_for_end()) as server:
        (observed,) = probe(server.url)
    assert observed.outcome is Outcome.NO_ANSWER
    assert observed.trouble is not None
    assert observed.trouble.code == "handshake-timeout"


def test_silence_twice_where_another_hello_was_answered_is_a_refusal() -> None:
    """As of a wall that drops what it does not like."""
    hellos = []

    def script(connection: socket.socket) -> None:
        hellos.append(connection.recv(65536))
        if len(hellos) == 1:
            connection.sendall(accepting("TLSv1.2", 0xC02F))
        elif len(hellos) < 4:
            server.wait_for_end()
        else:
            connection.sendall(b"\x16")
            server.wait_for_end()

    with Scripted(script) as server, closing(Session(node_at(server.url))) as session:
        ask = operations()["tls.probe"].perform
        (good,), (old,), (half,) = (
            ask(session, {"endpoint": "fhir", "version": version}).observed
            for version in ("TLSv1.2", "TLSv1.0", "TLSv1.1")
        )
    assert seen(good).accepted
    assert (old.outcome, seen(old).accepted, old.facts) == (Outcome.ANSWERED, False, {"silent_twice": True})
    assert len(hellos) == 4
    assert half.trouble is not None
    assert half.trouble.code == "handshake-timeout"


def test_what_was_said_before_hanging_up_is_kept() -> None:
    chosen = server_hello(0x0303, 0x002F, modern=False)

    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(chosen)

    with Scripted(script) as server:
        (observed,) = probe(server.url, version="TLSv1.2")
    assert observed.flight is not None
    assert (observed.flight.answer, observed.flight.closed, seen(observed).accepted) == (chosen, True, True)


def test_no_more_is_kept_than_what_decides_and_never_without_end() -> None:
    """A flight of messages without an end, and one with a stranger's words behind the choice."""

    def endless(connection: socket.socket) -> None:
        connection.recv(65536)
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(record(22, b"\0" * 16000))

    def chatty(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(accepting("TLSv1.2", 0x002F) + record(23, b"words"))

    with Scripted(endless) as server:
        (long,) = probe(server.url, version="TLSv1.2")
    with Scripted(chatty) as server:
        (short,) = probe(server.url, version="TLSv1.2")
    assert long.flight is not None
    assert short.flight is not None
    assert len(long.flight.answer) == MOST
    assert short.flight.answer == accepting("TLSv1.2", 0x002F)


def test_plain_http_is_recognised() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with Scripted(script) as server:
        (observed,) = probe(server.url)
    assert observed.trouble is not None
    assert observed.trouble.code == "plain-http-on-tls-port"


@contextmanager
def openssl_server(pki: TestPki, *options: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", "-cert", str(pki.server.certificate)]
    with subprocess.Popen(
        [*command, "-key", str(pki.server.key), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            for _ in range(100):
                with closing(socket.socket()) as knock:
                    if knock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield port
        finally:
            process.kill()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command")
def test_finite_field_groups_are_measured(pki: TestPki) -> None:
    """A server by OpenSSL itself, with an old Diffie-Hellman group of its own choice."""
    with openssl_server(pki, "-tls1_2", "-cipher", "DHE@SECLEVEL=0") as port:
        (observed,) = probe(
            f"https://localhost:{port}", version="TLSv1.2", suites=["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"]
        )
    assert seen(observed).accepted is True
    assert seen(observed).choice.dh_bits >= 1024
