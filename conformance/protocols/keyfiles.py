"""What is wrong with a file of keys or certificates that a node file names: users bring every form there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

CURVES = ("secp256r1", "secp384r1", "secp521r1")
"""Of which JWS has an algorithm that this suite signs by (RFC 7518 section 3.4)."""
_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.*?(?:-----END CERTIFICATE-----|\Z)", re.DOTALL)
_SEQUENCE, _PKCS7_DATA = b"\x30", bytes.fromhex("06092a864886f70d010701")
_ENCRYPTED = (b"ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED")


class KeyFileError(ValueError):
    """A file that cannot serve; the message says what it is, and what to do where that is not plain."""


def signing_key(data: bytes) -> RSAPrivateKey | EllipticCurvePrivateKey:
    """The key in a file with which JWS can be signed. Raises KeyFileError."""
    key = private_key(data, None)
    if isinstance(key, RSAPrivateKey):
        return key
    if isinstance(key, EllipticCurvePrivateKey) and key.curve.name in CURVES:
        return key
    kind = key.curve.name if isinstance(key, EllipticCurvePrivateKey) else type(key).__name__.removesuffix("PrivateKey")
    raise KeyFileError(f"a key of the kind {kind}; sign with RSA, P-256, P-384 or P-521")


def private_key(data: bytes, password: str | None) -> PrivateKeyTypes:
    """The private key in a file (PEM). Raises KeyFileError."""
    _in_pem(data, "openssl pkey")
    labels = _LABEL.findall(data)
    if not any(label.endswith(b"PRIVATE KEY") for label in labels):
        held = "a public key" if any(label.endswith(b"PUBLIC KEY") for label in labels) else "a certificate"
        raise KeyFileError(f"{held} and no private key")
    encrypted = any(sign in data for sign in _ENCRYPTED)
    if encrypted and not password:
        raise KeyFileError("an encrypted key, without a password")
    try:
        return load_pem_private_key(data, password.encode() if encrypted and password else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError("an encrypted key of another password" if encrypted else "a key that is damaged") from error


def certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in a file (PEM), in order. Raises KeyFileError."""
    _in_pem(data, "openssl x509")
    blocks = _BLOCK.findall(data)
    if not blocks:
        raise KeyFileError("no certificate in it")
    return tuple(_each(blocks))


def pair(chain: bytes, key: bytes, password: str | None) -> None:
    """Raises KeyFileError unless the first certificate of a chain is that of the key."""
    found, own = certificates(chain), private_key(key, password).public_key()
    places = [place for place, one in enumerate(found, start=1) if one.public_key() == own]
    if not places:
        raise KeyFileError("a certificate and a key that do not belong together")
    if places[0] != 1:
        raise KeyFileError(f"the certificate of the key comes as number {places[0]} of the file; put it first")


def _each(blocks: list[bytes]) -> Iterator[x509.Certificate]:
    for place, block in enumerate(blocks, start=1):
        try:
            yield x509.load_pem_x509_certificate(block)
        except ValueError as error:
            raise KeyFileError(f"certificate number {place} of {len(blocks)} is damaged") from error


def _in_pem(data: bytes, tool: str) -> None:
    """Raises KeyFileError for a file in another form than PEM."""
    if not data.strip():
        raise KeyFileError("an empty file")
    if data.startswith(_SEQUENCE) and _PKCS7_DATA in data[:60]:
        raise KeyFileError("a PKCS#12 file; make PEM of it with 'openssl pkcs12 -nodes'")
    if data.startswith(_SEQUENCE):
        raise KeyFileError(f"a file in DER; make PEM of it with '{tool} -inform DER'")
    if not _LABEL.search(data):
        raise KeyFileError("no PEM file")
