"""Switches at the door: versions, suites, whom it lets in, what it shows of itself."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from conformance.simulators.faults import Hook, When, is_at, switch
from conformance.simulators.hello import Doorman, Hello, alert, server_hello
from conformance.simulators.http import Call
from conformance.simulators.server import TlsSettings
from conformance.synthesis.pki import TestPki, weak_server

Door = Callable[[TlsSettings, TestPki], TlsSettings | None]
Version = Literal["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
NUMBERS = {"SSLv3": 0x0300, "TLSv1.0": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
SUITES = {
    "TLS_RSA_WITH_RC4_128_SHA": 0x0005,
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA": 0x000A,
    "TLS_RSA_WITH_AES_128_CBC_SHA": 0x002F,
    "TLS_RSA_WITH_AES_256_CBC_SHA": 0x0035,
    "TLS_RSA_WITH_NULL_SHA256": 0x003B,
    "TLS_RSA_WITH_AES_128_GCM_SHA256": 0x009C,
    "TLS_RSA_WITH_AES_256_GCM_SHA384": 0x009D,
    "TLS_AES_128_GCM_SHA256": 0x1301,
    "TLS_AES_256_GCM_SHA384": 0x1302,
    "TLS_CHACHA20_POLY1305_SHA256": 0x1303,
    "TLS_AES_128_CCM_SHA256": 0x1304,
    "TLS_AES_128_CCM_8_SHA256": 0x1305,
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": 0xC02B,
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": 0xC02C,
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": 0xC02F,
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": 0xC030,
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM": 0xC0AC,
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM": 0xC0AD,
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": 0xCCA8,
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": 0xCCA9,
}
BETTER = frozenset({0x1301, 0x1302, 0x1303, 0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9})
"""The suites this node chooses by itself."""
WEAK = "ALL:@SECLEVEL=0"
"""What OpenSSL needs to hear before it speaks anything below TLS 1.2 or shows a key of 1024 bits."""


@switch("tls.versions", hook=Hook.TLS)
def versions(*, minimum: Version, maximum: Version = "TLSv1.3") -> Door:
    """Other protocol versions than the release asks for."""
    old = minimum in ("TLSv1", "TLSv1.1")

    def change(settings: TlsSettings, _: TestPki) -> TlsSettings:
        return replace(settings, minimum=minimum, maximum=maximum, ciphers=WEAK if old else settings.ciphers)

    return change


Sort = Literal["none", "expired", "revoked", "foreign", "self-signed", "other-purpose"]
WRONG: tuple[Sort, ...] = ("expired", "revoked", "foreign", "self-signed")


@switch("tls.clients", hook=Hook.TLS)
def clients(*, accept: Sort) -> Door:
    """Lets in a client that must stay out: without certificate, or with a wrong one of this sort."""

    def change(settings: TlsSettings, pki: TestPki) -> TlsSettings:
        if accept == "none":
            return replace(settings, require_client=False)
        if accept == "other-purpose":
            listed = (pki.clients[role].certificate for role in ("valid", "other"))
            door = replace(settings, roots=(*listed, trusted_client(pki, accept)), crl=None, pinned=True)
            return replace(door, chain=_up_to_the_root(pki))  # which OpenSSL adds by itself only when it trusts it
        if accept == "expired":
            return replace(settings, ignore_time=True)
        if accept == "revoked":
            return replace(settings, crl=None)
        extra = pki.foreign_root if accept == "foreign" else pki.clients["self-signed"].certificate
        crl = pki.every_crl if settings.crl else None
        return replace(settings, roots=(*settings.roots, extra), crl=crl)

    return change


def _up_to_the_root(pki: TestPki) -> Path:
    path = pki.folder / "server-chain.pem"
    path.write_bytes(pki.server.certificate.read_bytes() + pki.root.read_bytes())
    return path


def trusted_client(pki: TestPki, role: str) -> Path:
    """The certificate of a client that is trusted as such, whatever it was issued for: in OpenSSL's own form, with the
    purpose that overrides the one in the certificate behind it (X509_CERT_AUX)."""
    certificate = x509.load_pem_x509_certificate(pki.clients[role].certificate.read_bytes())
    data = base64.encodebytes(certificate.public_bytes(Encoding.DER) + _TRUSTED_FOR_CLIENTS).decode()
    path = pki.folder / f"trusted-{role}.pem"
    path.write_text(f"-----BEGIN TRUSTED CERTIFICATE-----\n{data}-----END TRUSTED CERTIFICATE-----\n", encoding="ascii")
    return path


_TRUSTED_FOR_CLIENTS = bytes.fromhex("300c300a06082b06010505070302")


@switch("tls.refuse-clients", hook=Hook.TLS)
def refuse_clients() -> Door:
    """Trusts a root that signed nobody the suite has, so that the good certificate is refused too."""
    return lambda settings, pki: replace(settings, roots=(pki.clients["expired"].certificate,))


@switch("tls.server-certificate", hook=Hook.TLS)
def server_certificate(
    *,
    weakness: Literal[
        "expired",
        "expiring",
        "wrong-host",
        "no-ura",
        "wrong-ura",
        "no-client-usage",
        "self-signed",
        "foreign",
        "rsa-2048",
        "rsa-1024",
        "sha-1",
    ],
) -> Door:
    """Shows a certificate with one thing wrong."""

    def change(settings: TlsSettings, pki: TestPki) -> TlsSettings:
        leaf = weak_server(pki, weakness)
        weak = weakness in ("rsa-1024", "sha-1")
        security = "DEFAULT:@SECLEVEL=0" if weak else settings.ciphers
        return replace(settings, chain=leaf.certificate, key=leaf.key, ciphers=security)

    return change


@switch("tls.plain-http", hook=Hook.TLS)
def plain_http(*, when: When, address: str = "", instead: bool = False) -> Door:
    """Plain HTTP is answered on the port, at these addresses: beside TLS, or instead of it."""

    def change(settings: TlsSettings, _: TestPki) -> TlsSettings | None:
        def meant(call: Call) -> bool:
            elsewhere = settings.plain is not None and settings.plain(call)
            return elsewhere or (when.meets(call) and is_at(call, address))

        return None if instead else replace(settings, plain=meant)

    return change


@switch("tls.answer-hello", hook=Hook.HELLO)
def answer_hello(
    *,
    version: Literal["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
    suite: str = "",
    compression: bool = False,
    beside: Literal["any", "worse", "better", "nothing"] = "any",
) -> Doorman:
    """Answers a ClientHello with a ServerHello of our own making: this version, this suite (else the first offered).

    Only hellos that offer all of it are answered; `beside` says which of them: those without a suite this node would
    choose (worse), those with one (better), or those with a single suite (nothing). The hello may offer no higher
    version: a client that can do better is served as before.
    """
    number, wanted = NUMBERS[version], _suite(suite) if suite else None

    def answer(hello: Hello) -> bytes | None:
        meant = max(hello.versions, default=0) == number and (not compression or hello.compression)
        offered = [one for one in hello.suites if one not in (0x00FF, 0x5600)]  # signals, not suites
        if not meant or not offered or (wanted is not None and wanted not in offered):
            return None
        good = bool(BETTER.intersection(offered))
        if not {"any": True, "worse": not good, "better": good, "nothing": len(offered) == 1}[beside]:
            return None
        return server_hello(number, wanted if wanted is not None else offered[0], compression=compression)

    return answer


@switch("tls.refuse-hello", hook=Hook.HELLO)
def refuse_hello(*, suites: tuple[str, ...]) -> Doorman:
    """Refuses, with handshake_failure, a ClientHello all of whose suites are among these."""
    refused = {_suite(name) for name in suites}

    def answer(hello: Hello) -> bytes | None:
        offered = {one for one in hello.suites if one not in (0x00FF, 0x5600)}
        return alert() if offered and offered <= refused else None

    return answer


def _suite(name: str) -> int:
    if name in SUITES:
        return SUITES[name]
    try:
        return int(name, 16)
    except ValueError:
        known = ", ".join(SUITES)
        raise ValueError(f"cipher suite {name!r}: write it as 0x1301 or as one of {known}") from None
