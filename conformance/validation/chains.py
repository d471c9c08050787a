"""Whether a server's certificates lead to an agreed root, as OpenSSL finds with dates and names left aside. Pure.

OpenSSL holds many rules about odd certificates. Nothing of that is done again here: a chain of signatures that is
absent is surely refused, a plain one surely accepted, and of an odd one this module says that it does not know.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from conformance.validation.x509 import UNREADABLE, MalformedCertificateError, key, read, signature_hash

MOST = 20
"""A server shows a handful of certificates; among more than this no chain is looked for."""

_STRONG = {"RSA": 2048, "EC": 256, "Ed25519": 0, "Ed448": 0}
_HASHES = frozenset({"", "sha256", "sha384", "sha512"})
Certificates = Sequence[x509.Certificate]
E = TypeVar("E", bound=x509.ExtensionType)
_FAMILIAR = (x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage, x509.SubjectAlternativeName)


class Chain(StrEnum):
    """What can be said of a chain; `unknown` leaves it to what the handshake itself saw."""

    VERIFIED = "verified"
    NOT = "not"
    UNKNOWN = "unknown"


@lru_cache(maxsize=256)
def chains(peer: tuple[bytes, ...], roots: bytes) -> Chain:
    """Whether what the peer showed (DER, leaf first, all that it sent) leads to one of the roots (PEM).

    Every CPython this suite runs on shows all that was sent. An intermediate that a server did not send is missing to
    OpenSSL too.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            anchors = x509.load_pem_x509_certificates(roots)
        shown = [read(der) for der in peer[:MOST]]
    except (ValueError, MalformedCertificateError, x509.InvalidVersion):
        return Chain.UNKNOWN
    if not shown or len(peer) > MOST:
        return Chain.UNKNOWN
    path, sure = _path(shown, anchors)
    if not path:
        return Chain.NOT if sure else Chain.UNKNOWN
    return Chain.VERIFIED if len(path) > 1 and _plain(path) else Chain.UNKNOWN


def _path(
    shown: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]
) -> tuple[list[x509.Certificate], bool]:
    """The shortest way by signatures from the leaf to an anchor, and whether its absence would be sure."""
    sure, seen = True, {shown[0]}
    ways = [[shown[0]]]
    for way in ways:
        if way[-1] in anchors:
            return way, True
        for parent in (*anchors, *shown[1:]):
            if parent in seen:
                continue
            signed = _signed(way[-1], parent)
            sure = sure and signed is not None
            if signed:
                seen.add(parent)
                ways.append([*way, parent])
    return [], sure


def _signed(child: x509.Certificate, parent: x509.Certificate) -> bool | None:
    """Whether the parent's key made the child's signature; None when that can't be told."""
    if _broken_off(child):
        return False
    try:
        public, means, digest = (
            parent.public_key(),
            child.signature_algorithm_parameters,
            child.signature_hash_algorithm,
        )
        if isinstance(public, rsa.RSAPublicKey) and isinstance(means, padding.PKCS1v15 | padding.PSS) and digest:
            public.verify(child.signature, child.tbs_certificate_bytes, means, digest)
        elif isinstance(public, ec.EllipticCurvePublicKey) and isinstance(means, ec.ECDSA):
            public.verify(child.signature, child.tbs_certificate_bytes, means)
        elif isinstance(public, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey) and means is None:
            public.verify(child.signature, child.tbs_certificate_bytes)
        else:  # another kind of key than that of the signature
            return False
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return True


def _broken_off(certificate: x509.Certificate) -> bool:
    """Whether the signature's bit string ends within a byte: the same signature to some readers, none to OpenSSL."""
    unused_bits = certificate.public_bytes(serialization.Encoding.DER)[-len(certificate.signature) - 1]
    return unused_bits != 0


def _plain(path: Certificates) -> bool:
    """Whether nothing in this chain is odd: each rule here is narrower than OpenSSL's own."""
    leaf, *issuers = path
    return (
        leaf.version is x509.Version.v3
        and _allows_server(leaf)
        and all(_authority(issuer, below) for below, issuer in enumerate(issuers))
        and all(_names(child, parent) for child, parent in zip(path, issuers, strict=False))
        and all(key(one).bits >= _STRONG.get(key(one).kind, 1 << 20) for one in path)
        and all(signature_hash(one) in _HASHES for one in path)
        and _signed(path[-1], path[-1]) is True
        and not any(_unfamiliar(one) for one in path)
    )


def _allows_server(certificate: x509.Certificate) -> bool:
    usage = _extension(certificate, x509.KeyUsage)
    purposes = _extension(certificate, x509.ExtendedKeyUsage)
    signs = usage is None or usage.digital_signature
    return signs and (purposes is None or ExtendedKeyUsageOID.SERVER_AUTH in purposes)


def _authority(issuer: x509.Certificate, below: int) -> bool:
    basic, usage = _extension(issuer, x509.BasicConstraints), _extension(issuer, x509.KeyUsage)
    return (
        basic is not None
        and basic.ca
        and (basic.path_length is None or basic.path_length >= below)
        and (usage is None or usage.key_cert_sign)
        and _extension(issuer, x509.ExtendedKeyUsage) is None
        and _extension(issuer, x509.NameConstraints) is None
    )


def _names(child: x509.Certificate, parent: x509.Certificate) -> bool:
    """Whether the child names this parent, by name and, where both have one, by its key identifier."""
    authority = _extension(child, x509.AuthorityKeyIdentifier)
    own = _extension(parent, x509.SubjectKeyIdentifier)
    named = authority.key_identifier if authority else None
    same = named is None or own is None or named == own.digest
    return child.issuer == parent.subject and same and (authority is None or authority.authority_cert_issuer is None)


def _unfamiliar(certificate: x509.Certificate) -> bool:
    try:
        return any(one.critical and not isinstance(one.value, _FAMILIAR) for one in certificate.extensions)
    except UNREADABLE:
        return True


def _extension(certificate: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except UNREADABLE:
        return None
