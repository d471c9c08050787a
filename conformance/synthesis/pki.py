"""The test PKI: a root of our own, leaves that name a URA the way UZI server certificates do, and the wrong ones.

The form follows the UZI register's certification practice statement (subject alternative name 2.5.5.5) and the G4
generation of PKIoverheid (permanentIdentifier). Policy identifiers are from the example arc 2.999: nobody may take
these certificates for real ones.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from conformance.synthesis.certificates import Issuer, Names, issue_leaf, issue_root, resigned_with_sha1
from conformance.synthesis.keys import BITS, PrivateKey, cached_curve_key, cached_key, pem_of

NODE_URA, SUITE_URA, OTHER_URA = "00700701", "00700702", "00700703"
SIGNING_KEY_ID = "suite-signing-1"
VALID = (timedelta(hours=-1), timedelta(days=90))
PAST = (timedelta(days=-60), timedelta(days=-30))
SOON = (timedelta(days=-30), timedelta(days=10))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate with its key, both PEM files, and the URA it names (empty for none)."""

    certificate: Path
    key: Path
    ura: str


@dataclass(frozen=True, slots=True)
class Signing:
    """The key that signs the suite's client assertions, and the id under which its public half is registered."""

    key: Path
    id: str
    public: bytes
    """The public half, PEM."""
    jwks: Path
    """The public half as a JWK set (RFC 7517): what a token endpoint registers."""


@dataclass(frozen=True, slots=True)
class TestPki:
    """All files of one test PKI; `clients` by role: valid, expired, revoked, foreign, self-signed, other-purpose,
    other, and what the suite's counterparts show when they are to be refused (`counterpart-...`)."""

    __test__ = False

    folder: Path
    root: Path
    crl: Path
    every_crl: Path
    """The root's list beside empty ones of the foreign root and the self-signed client, for a door that trusts them."""
    foreign_root: Path
    server: Leaf
    clients: Mapping[str, Leaf]
    signing: Signing

    @classmethod
    def create(cls, folder: Path, *, now: datetime | None = None, small: bool = False) -> TestPki:
        """Write a fresh PKI into a folder (made when missing); validity runs from now.

        The keys are RSA of 3072 bits, as in the certificates that care providers have. With `small` those of the
        leaves are on P-256 and what signs has 2048 bits: handshakes and assertions then cost a third, and whoever makes
        hundreds of them feels it.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        at = now or datetime.now(UTC)
        return (_Maker(folder, at, cached_curve_key, 2048) if small else _Maker(folder, at)).make()


@dataclass(frozen=True, slots=True)
class _Maker:
    folder: Path
    now: datetime
    leaf_key: Callable[[str], PrivateKey] = cached_key
    signing_bits: int = BITS

    def make(self) -> TestPki:
        root = issue_root("Twiin conformance test root", cached_key("root"), self.window(VALID))
        foreign = issue_root("Somebody else's test root", cached_key("foreign-root"), self.window(VALID))
        revoked = self._client("revoked", root)
        certificate = x509.load_pem_x509_certificate(revoked.certificate.read_bytes())
        clients = {
            "valid": self._client("valid", root),
            "expired": self._client("expired", root, window=PAST),
            "revoked": revoked,
            "foreign": self._client("foreign", foreign),
            "self-signed": self._client("self-signed", None),
            "other-purpose": self._client("other-purpose", root, client_use=False),
            "other": self._client("other", root, ura=OTHER_URA),
            "counterpart-foreign": self._counterpart("foreign", foreign),
            "counterpart-self-signed": self._counterpart("self-signed", None),
            "counterpart-expired": self._counterpart("expired", root, window=PAST),
            "counterpart-elsewhere": self._counterpart("elsewhere", root, host="elsewhere.example"),
        }
        crl = self._crl(root, certificate.serial_number)
        strangers = (foreign, Issuer.load(clients["self-signed"].certificate, self.leaf_key("client-self-signed")))
        return TestPki(
            folder=self.folder,
            root=self.write("root.pem", root.pem),
            crl=self.write("root.crl.pem", crl),
            every_crl=self.write("every.crl.pem", b"".join((crl, *(self._crl(one) for one in strangers)))),
            foreign_root=self.write("foreign-root.pem", foreign.pem),
            server=self._leaf("server", root, Names("localhost", NODE_URA, 1), VALID),
            clients=clients,
            signing=self._signing(),
        )

    def _signing(self) -> Signing:
        key = cached_key("signing", self.signing_bits)
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        numbers = key.public_key().public_numbers()
        jwk = {"kty": "RSA", "kid": SIGNING_KEY_ID, "use": "sig", "alg": "PS256"}
        jwk |= {"n": _base64url(numbers.n), "e": _base64url(numbers.e)}
        jwks = self.write("signing.jwks.json", json.dumps({"keys": [jwk]}, indent=2).encode())
        return Signing(self.write_key("signing", key), SIGNING_KEY_ID, public, jwks)

    def _client(
        self,
        role: str,
        issuer: Issuer | None,
        *,
        ura: str = SUITE_URA,
        window: tuple[timedelta, timedelta] = VALID,
        client_use: bool = True,
    ) -> Leaf:
        names = Names(f"{role}.suite.example", ura, 2)
        return self._leaf(f"client-{role}", issuer, names, window, client_use=client_use)

    def _counterpart(
        self,
        wrong: str,
        issuer: Issuer | None,
        *,
        host: str = "valid.suite.example",
        window: tuple[timedelta, timedelta] = VALID,
    ) -> Leaf:
        """As `valid`, with its key, and one thing wrong."""
        return self._leaf(f"client-counterpart-{wrong}", issuer, Names(host, SUITE_URA, 2), window, key="client-valid")

    def _leaf(
        self,
        name: str,
        issuer: Issuer | None,
        names: Names,
        window: tuple[timedelta, timedelta],
        *,
        client_use: bool = True,
        key: str = "",
    ) -> Leaf:
        pair = self.leaf_key(key or name)
        certificate = issue_leaf(names, pair, self.window(window), issuer, client_use=client_use)
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        return Leaf(self.write(f"{name}.pem", pem), self.write_key(name, pair), names.ura)

    def window(self, window: tuple[timedelta, timedelta]) -> tuple[datetime, datetime]:
        return self.now + window[0], self.now + window[1]

    def _crl(self, issuer: Issuer, revoked: int | None = None) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
        builder = builder.last_update(self.now - timedelta(minutes=30)).next_update(self.now + timedelta(days=90))
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        builder = builder.add_extension(issuer.authority_key_identifier, critical=False)
        if revoked is not None:
            entry = x509.RevokedCertificateBuilder().serial_number(revoked)
            entry = entry.revocation_date(self.now - timedelta(minutes=30))
            entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def write_key(self, name: str, key: PrivateKey) -> Path:
        path = self.folder / f"{name}.key.pem"
        path.unlink(missing_ok=True)  # whoever could read what stood here shall not read what comes
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(pem_of(key))
        return path


def _base64url(number: int) -> str:
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


WEAKNESSES = (
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
)


def weak_server(pki: TestPki, weakness: str, *, now: datetime | None = None) -> Leaf:
    """A server leaf with exactly one thing wrong (see WEAKNESSES), written beside the good one."""
    if weakness not in WEAKNESSES:
        raise ValueError(f"no such weakness of a server certificate: {weakness} (known: {', '.join(WEAKNESSES)})")
    maker = _Maker(pki.folder, now or datetime.now(UTC))
    host = "elsewhere.example" if weakness == "wrong-host" else "localhost"
    ura = {"no-ura": "", "wrong-ura": OTHER_URA}.get(weakness, NODE_URA)
    bits = int(weakness.removeprefix("rsa-")) if weakness.startswith("rsa-") else 3072
    key = cached_key(f"server-{bits}" if bits != 3072 else "server", bits)
    certificate = issue_leaf(
        Names(host, ura, 1),
        key,
        maker.window({"expired": PAST, "expiring": SOON}.get(weakness, VALID)),
        _issuer_for(pki, weakness),
        client_use=weakness != "no-client-usage",
    )
    if weakness == "sha-1":
        certificate = resigned_with_sha1(certificate, cached_key("root"))
    stem = f"server-{weakness}"
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    return Leaf(maker.write(f"{stem}.pem", pem), maker.write_key(stem, key), ura)


def _issuer_for(pki: TestPki, weakness: str) -> Issuer | None:
    if weakness == "self-signed":
        return None
    if weakness == "foreign":
        return Issuer.load(pki.foreign_root, cached_key("foreign-root"))
    return Issuer.load(pki.root, cached_key("root"))
