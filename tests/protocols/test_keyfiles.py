"""Users' key files of every kind: each works or gets a sentence of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificate

from conformance.model.node import Certificate
from conformance.protocols.contexts import client_context
from conformance.protocols.keyfiles import KeyFileError
from conformance.protocols.signers import Signer, imported, sealed
from conformance.protocols.troubles import TroubleError
from conformance.synthesis.pki import TestPki
from tests.protocols.making import trust_of


def pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, password: bytes = b"") -> bytes:
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)


CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
P256 = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize("algorithm", CURVES)
def test_a_key_on_a_curve_signs(algorithm: str) -> None:
    signer = Signer(imported(pem(ec.generate_private_key(CURVES[algorithm]))), "1")
    assert signer.algorithm == algorithm
    assert sealed({"alg": algorithm}, {}, signer.key).count(".") == 2


SIGNING = {
    "secp256k1; sign with": pem(ec.generate_private_key(ec.SECP256K1())),
    "brainpoolP256r1; sign with": pem(ec.generate_private_key(ec.BrainpoolP256R1())),
    "Ed25519; sign with": pem(ed25519.Ed25519PrivateKey.generate()),
    "an encrypted key, without a password": pem(P256, b"secret"),
    "a public key and no private key": P256.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "in DER": P256.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    "PKCS#12": pkcs12.serialize_key_and_certificates(b"x", P256, None, None, NoEncryption()),
    "an empty file": b" \n",
    "no PEM file": b"hello",
    "damaged": pem(P256).replace(b"M", b"!", 1),
}


@pytest.mark.parametrize("sentence", SIGNING)
def test_another_key_is_told_by_what_it_is(sentence: str) -> None:
    with pytest.raises(KeyFileError) as caught:
        imported(SIGNING[sentence])
    assert sentence in str(caught.value)


Files = tuple[bytes, bytes]
"""The certificates and the key, as they are brought."""


def der(files: Files) -> Files:
    return load_pem_x509_certificate(files[0]).public_bytes(Encoding.DER), files[1]


def packed(files: Files) -> Files:
    key = load_pem_private_key(files[1], None)
    whole = pkcs12.serialize_key_and_certificates(None, key, load_pem_x509_certificate(files[0]), None, NoEncryption())  # type: ignore[arg-type]
    return whole, whole


CLIENT: dict[str, Callable[[Files, bytes], Files]] = {
    "do not belong together": lambda files, _: (files[0], pem(P256)),
    "comes as number 2 of the file; put it first": lambda files, root: (root + files[0], files[1]),
    "in DER": lambda files, _: der(files),
    "PKCS#12": lambda files, _: packed(files),
    "an encrypted key, without a password": lambda files, _: (files[0], pem(P256, b"secret")),
    "a certificate and no private key": lambda files, _: (files[0], files[0]),
    "number 2 of 2 is damaged": lambda files, root: (files[0] + root.replace(b"\nM", b"\n!", 1), files[1]),
    "an empty file": lambda files, _: (b"", files[1]),
}


@pytest.mark.parametrize("sentence", CLIENT)
def test_what_is_wrong_with_a_client_certificate_is_told(sentence: str, pki: TestPki, tmp_path: Path) -> None:
    good, trust = pki.clients["valid"], trust_of(pki)
    brought = CLIENT[sentence]((good.certificate.read_bytes(), good.key.read_bytes()), pki.root.read_bytes())
    chain, key = tmp_path / "chain", tmp_path / "key"
    chain.write_bytes(brought[0])
    key.write_bytes(brought[1])
    with pytest.raises(TroubleError) as caught:
        client_context(replace(trust, clients={"valid": Certificate(certificate=chain, key=key)}), "valid")
    assert f"trust.clients.valid: {sentence}" in caught.value.trouble.text or sentence in caught.value.trouble.text


def test_a_variable_that_is_not_set_is_named(pki: TestPki, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(pem(P256, b"secret"))
    locked = Certificate(certificate=pki.clients["valid"].certificate, key=key, password_env="NO_SUCH_VARIABLE")
    with pytest.raises(TroubleError, match="NO_SUCH_VARIABLE"):
        client_context(replace(trust_of(pki), clients={"valid": locked}), "valid")


@pytest.mark.parametrize(
    ("sentence", "data"),
    [("an empty file", b""), ("no PEM file", b"x"), ("number 1 of 1 is damaged", b"-----BEGIN CERTIFICATE-----\nx")],
)
def test_what_is_wrong_with_roots_is_told(sentence: str, data: bytes, pki: TestPki, tmp_path: Path) -> None:
    roots = tmp_path / "roots"
    roots.write_bytes(data)
    with pytest.raises(TroubleError, match=sentence):
        client_context(replace(trust_of(pki), roots=roots), "valid")


def test_roots_in_der_are_told(pki: TestPki, tmp_path: Path) -> None:
    roots = tmp_path / "roots"
    roots.write_bytes(load_pem_x509_certificate(pki.root.read_bytes()).public_bytes(Encoding.DER))
    with pytest.raises(TroubleError, match="in DER"):
        client_context(replace(trust_of(pki), roots=roots), "valid")
