"""Switches of the door: certificates, versions, hellos."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests

from conformance.simulators.faults.tls import SUITES
from conformance.simulators.hello import hello_from
from conformance.simulators.reference import ReferenceNode
from tests.simulators.asking import session
from tests.simulators.faulty import Breaking, fault


@pytest.mark.parametrize("sort", ["none", "expired", "revoked", "foreign", "self-signed"])
def test_the_door_lets_in_this_sort_and_no_other(broken: Breaking, sort: str) -> None:
    node = broken(fault("tls.clients", accept=sort)).node
    let_in = set()
    for role in ("none", "valid", "expired", "revoked", "foreign", "self-signed"):
        with session(node.pki, "valid" if role == "none" else role) as client:
            client.cert = None if role == "none" else client.cert
            try:
                client.get(f"{node.url}/fhir/metadata", timeout=5)
            except requests.ConnectionError:
                continue
            let_in.add(role)
    assert let_in == {"valid", sort}


def test_a_door_that_trusts_nobody(broken: Breaking) -> None:
    node = broken(fault("tls.refuse-clients"))
    with pytest.raises(requests.ConnectionError):
        node.client.get(f"{node.node.url}/fhir/metadata", timeout=5)


@pytest.mark.parametrize("weakness", ["expired", "wrong-host", "self-signed", "foreign"])
def test_a_bad_server_certificate_is_seen_by_a_careful_client(broken: Breaking, weakness: str) -> None:
    node = broken(fault("tls.server-certificate", weakness=weakness))
    with pytest.raises(requests.exceptions.SSLError):
        node.client.get(f"{node.node.url}/fhir/metadata", timeout=5)


@pytest.mark.parametrize("weakness", ["rsa-1024", "sha-1"])
def test_a_weak_server_certificate_is_really_shown(broken: Breaking, weakness: str) -> None:
    node = broken(fault("tls.server-certificate", weakness=weakness)).node
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    leaf = node.pki.clients["valid"]
    context.load_cert_chain(leaf.certificate, leaf.key)
    with _connected(node) as plain, context.wrap_socket(plain) as tls:
        assert len(tls.getpeercert(True) or b"") > 100


@pytest.mark.parametrize("instead", [False, True])
def test_plain_http_on_the_port(broken: Breaking, instead: bool) -> None:
    node = broken(fault("tls.plain-http", instead=instead))
    port = node.node.url.rpartition(":")[2]
    assert requests.get(f"http://127.0.0.1:{port}/fhir/metadata", timeout=5).status_code == 200
    assert "https://" in node.node.node_file.read_text(encoding="utf-8")
    if instead:
        with pytest.raises(requests.exceptions.SSLError):
            node.client.get(f"https://localhost:{port}/fhir/metadata", timeout=5)
    else:
        assert node.get("Condition").status_code == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_can_be_turned_on(broken: Breaking) -> None:
    node = broken(fault("tls.versions", minimum="TLSv1", maximum="TLSv1.3")).node
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    leaf = node.pki.clients["valid"]
    context.load_cert_chain(leaf.certificate, leaf.key)
    with _connected(node) as plain, context.wrap_socket(plain) as tls:
        assert tls.version() == "TLSv1"


def _connected(node: ReferenceNode) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(node.url.rpartition(":")[2])), timeout=5)


def _hello(version: int, suites: list[int], compression: bytes = b"\x00") -> bytes:
    listed = b"".join(suite.to_bytes(2, "big") for suite in suites)
    body = version.to_bytes(2, "big") + bytes(32) + b"\x00" + len(listed).to_bytes(2, "big") + listed
    body += bytes((len(compression),)) + compression + b"\x00\x00"
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message


def _answer(node: ReferenceNode, hello: bytes) -> bytes:
    with _connected(node) as plain:
        plain.sendall(hello)
        return plain.recv(200)


def test_a_hello_is_read() -> None:
    read = hello_from(_hello(0x0303, [0xC02F, 0x0005], b"\x01\x00"))
    assert read is not None
    assert (read.versions, read.suites, read.compression) == ((0x0303,), (0xC02F, 0x0005), True)
    assert hello_from(b"GET / HTTP/1.1\r\n" + bytes(40)) is None
    assert hello_from(_hello(0x0303, [0xC02F])[:50]) is None


def test_the_doorman_answers_what_openssl_cannot(broken: Breaking) -> None:
    node = broken(fault("tls.answer-hello", version="SSLv3"))
    assert _answer(node.node, _hello(0x0300, [0x0005]))[:3] == b"\x16\x03\x00"
    assert node.get("Condition").status_code == 200


def test_the_doorman_answers_only_what_he_is_told_to(broken: Breaking) -> None:
    rc4 = broken(fault("tls.answer-hello", version="TLSv1.2", suite="0x0005", beside="worse")).node
    chosen = _answer(rc4, _hello(0x0303, [0x0005]))
    assert chosen[0] == 0x16
    assert chosen[44:46] == b"\x00\x05"
    assert _answer(rc4, _hello(0x0303, [0x0005, 0xC02F]))[44:46] != b"\x00\x05"
    assert _answer(rc4, _hello(0x0303, [0x000A]))[:1] != b"\x16"
    deflate = broken(fault("tls.answer-hello", version="TLSv1.2", compression=True)).node
    assert _answer(deflate, _hello(0x0303, [0xC02F], b"\x01\x00"))[46] == 1


def test_the_doorman_refuses(broken: Breaking) -> None:
    node = broken(fault("tls.refuse-hello", suites=["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]))
    assert _answer(node.node, _hello(0x0303, [SUITES["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]]))[0] == 0x15
    assert node.get("Condition").status_code == 200
