"""What is said of a chain is what OpenSSL does with it: real handshakes in memory, over good, wrong and odd chains."""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.node import Trust
from conformance.protocols.contexts import NONE, Belief, client_context
from conformance.protocols.wire import peer_chain
from conformance.validation.chains import MOST, Chain, chains

NOW = datetime.now(UTC)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def new() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


KEYS: dict[str, PrivateKey] = {
    **{name: new() for name in ("root", "foreign", "inter", "leaf")},
    "edwards": ed25519.Ed25519PrivateKey.generate(),
    "rsa": rsa.generate_private_key(65537, 2048),
    "small": rsa.generate_private_key(65537, 1024),
}


@dataclass(frozen=True, kw_only=True)
class Made:
    """How a certificate is made: by names of keys, and its oddities."""

    key: str
    by: str
    name: str = ""
    issuer: str = ""
    ca: bool = False
    path_length: int | None = None
    purposes: tuple[x509.ObjectIdentifier, ...] = ()
    days: int = 30
    constraint: str = ""
    critical: bool = False
    sha224: bool = False
    pss: bool = False
    unnamed: bool = False

    def certificate(self) -> x509.Certificate:
        public, signer = KEYS[self.key].public_key(), KEYS[self.by]
        builder = x509.CertificateBuilder(
            _name(self.issuer or self.by), _name(self.name or self.key), public, x509.random_serial_number(),
            NOW - timedelta(days=60), NOW + timedelta(days=self.days),
        )  # fmt: skip
        builder = builder.add_extension(x509.BasicConstraints(self.ca, self.path_length), critical=True)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        if not self.unnamed:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
            builder = builder.add_extension(identifier, critical=False)
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        if self.purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(self.purposes), critical=False)
        if self.constraint:
            limits = x509.NameConstraints([x509.DNSName(self.constraint)], None)
            builder = builder.add_extension(limits, critical=True)
        if self.critical:
            unheard = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.1"), b"\x05\x00")
            builder = builder.add_extension(unheard, critical=True)
        if isinstance(signer, ed25519.Ed25519PrivateKey):
            return builder.sign(signer, None)
        digest = hashes.SHA224() if self.sha224 else hashes.SHA256()
        way = padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH) if self.pss else None
        return builder.sign(signer, digest, rsa_padding=way)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


ROOT, FOREIGN = Made(key="root", by="root", ca=True), Made(key="foreign", by="foreign", ca=True)
INTER = Made(key="inter", by="root", ca=True)
NAMESAKE = Made(key="foreign", by="foreign", name="root", issuer="root", ca=True)
LEAF, LOW = Made(key="leaf", by="root"), Made(key="leaf", by="inter")
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
VERIFIED, NOT, UNKNOWN = Chain

CHAINS: dict[str, tuple[list[Made], list[Made], Chain]] = {
    "direct": ([LEAF], [ROOT], VERIFIED),
    "root sent too": ([LEAF, ROOT], [ROOT], VERIFIED),
    "one of several roots": ([LEAF], [FOREIGN, ROOT], VERIFIED),
    "intermediate sent": ([LOW, INTER], [ROOT], VERIFIED),
    "sent in another order": ([LOW, FOREIGN, INTER], [ROOT], VERIFIED),
    "intermediate not sent": ([LOW], [ROOT], NOT),
    "intermediate among the roots": ([LOW], [ROOT, INTER], UNKNOWN),
    "intermediate as the only root": ([LOW], [INTER], UNKNOWN),
    "another root": ([LEAF], [FOREIGN], NOT),
    "another root of the same name": ([LEAF], [NAMESAKE], NOT),
    "signed by itself": ([Made(key="leaf", by="leaf")], [ROOT], NOT),
    "a root itself": ([Made(key="leaf", by="leaf")], [Made(key="leaf", by="leaf")], UNKNOWN),
    "expired": ([Made(key="leaf", by="root", days=-1)], [ROOT], VERIFIED),
    "server and client": ([Made(key="leaf", by="root", purposes=(SERVER, CLIENT))], [ROOT], VERIFIED),
    "for clients only": ([Made(key="leaf", by="root", purposes=(CLIENT,))], [ROOT], UNKNOWN),
    "issuer is no authority": ([LOW, Made(key="inter", by="root")], [ROOT], UNKNOWN),
    "too long a path": ([LOW, INTER], [Made(key="root", by="root", ca=True, path_length=0)], UNKNOWN),
    "long enough a path": ([LOW, INTER], [Made(key="root", by="root", ca=True, path_length=1)], VERIFIED),
    "constrained": ([LOW, Made(key="inter", by="root", ca=True, constraint="elsewhere")], [ROOT], UNKNOWN),
    "unheard of and critical": ([Made(key="leaf", by="root", critical=True)], [ROOT], UNKNOWN),
    "small key": ([Made(key="small", by="root")], [ROOT], UNKNOWN),
    "weak hash": ([Made(key="leaf", by="root", sha224=True)], [ROOT], UNKNOWN),
    "issuer named otherwise": ([Made(key="leaf", by="root", issuer="somebody", unnamed=True)], [ROOT], UNKNOWN),
    "Ed25519 root": ([Made(key="leaf", by="edwards")], [Made(key="edwards", by="edwards", ca=True)], VERIFIED),
    "RSA root": ([Made(key="leaf", by="rsa")], [Made(key="rsa", by="rsa", ca=True)], VERIFIED),
    "RSA-PSS": ([Made(key="leaf", by="rsa", pss=True)], [Made(key="rsa", by="rsa", ca=True)], VERIFIED),
    "names no key": (
        [Made(key="leaf", by="root", unnamed=True)], [Made(key="root", by="root", ca=True, unnamed=True)], VERIFIED
    ),
}  # fmt: skip


def pem(made: list[Made]) -> bytes:
    return b"".join(one.certificate().public_bytes(serialization.Encoding.PEM) for one in made)


def handshake(client: ssl.SSLContext, server: ssl.SSLContext) -> tuple[bytes, ...]:
    """The certificates shown in a handshake in memory; raises SSLError when the client refuses them."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(6):
        for side in (ours, theirs):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return peer_chain(ours)  # type: ignore[arg-type] - it asks no more of a socket than this object has


@pytest.mark.parametrize(("shown", "roots", "expected"), CHAINS.values(), ids=CHAINS)
def test_a_chain_is_told_as_openssl_finds_it(
    tmp_path: Path, shown: list[Made], roots: list[Made], expected: Chain
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.set_ciphers("DEFAULT:@SECLEVEL=0")
    key = KEYS[shown[0].key].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "chain.pem").write_bytes(pem(shown) + key)
    (tmp_path / "roots.pem").write_bytes(pem(roots))
    server.load_cert_chain(tmp_path / "chain.pem")
    trust = Trust(roots=tmp_path / "roots.pem")
    peer = handshake(client_context(trust, NONE, belief=Belief.ANYTHING), server)
    assert len(peer) == len(shown)
    try:
        handshake(client_context(trust, NONE, belief=Belief.CHAIN), server)
        accepted = True
    except ssl.SSLError:
        accepted = False
    said = chains(peer, (tmp_path / "roots.pem").read_bytes())
    assert said is expected
    assert said is UNKNOWN or accepted is (said is VERIFIED)


def test_without_roots_or_certificates_nothing_is_known() -> None:
    leaf = LEAF.certificate().public_bytes(serialization.Encoding.DER)
    assert chains((leaf,), b"") is UNKNOWN
    assert chains((leaf,), b"no pem") is UNKNOWN
    assert chains((), pem([ROOT])) is UNKNOWN
    assert chains((leaf,) * (MOST + 1), pem([ROOT])) is UNKNOWN


ROOTS = pem([ROOT])
WHOLE = LEAF.certificate().public_bytes(serialization.Encoding.DER)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_leaf_with_another_byte_is_never_verified(at: int, change: int) -> None:
    other = bytearray(WHOLE)
    other[at] ^= change
    assert chains((bytes(other),), ROOTS) is not VERIFIED


def test_a_signature_that_ends_within_a_byte_is_none_as_to_openssl() -> None:
    """Half of all ECDSA signatures end in a bit that is nought, and then one may be called unused."""
    private, root = KEYS["root"], ROOT.certificate()
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    for days in range(1, 40):
        whole = replace(LEAF, days=days).certificate()
        der = bytearray(whole.public_bytes(serialization.Encoding.DER))
        if whole.signature[-1] & 1 == 0:
            break
    assert chains((bytes(der),), ROOTS) is VERIFIED
    der[-len(whole.signature) - 1] = 1
    odd = x509.load_der_x509_certificate(bytes(der))
    private.public_key().verify(odd.signature, odd.tbs_certificate_bytes, ec.ECDSA(hashes.SHA256()))
    assert odd.issuer == root.subject
    assert chains((bytes(der),), ROOTS) is NOT


@pytest.mark.parametrize("bit", range(8))
def test_a_leaf_with_any_bit_turned_is_never_verified(bit: int) -> None:
    for at in range(len(WHOLE)):
        other = bytearray(WHOLE)
        other[at] ^= 1 << bit
        assert chains((bytes(other),), ROOTS) is not VERIFIED, at


@given(st.lists(st.binary(max_size=60), max_size=4), st.binary(max_size=60))
def test_any_bytes_say_nothing(peer: list[bytes], roots: bytes) -> None:
    assert chains(tuple(peer), roots) is UNKNOWN
