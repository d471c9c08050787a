"""Issues test certificates: complete X.509 extensions, a URA in the names UZI certificates use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from conformance.synthesis.keys import PrivateKey

UZI_NAME = x509.ObjectIdentifier("2.5.5.5")
UZI_SERVER_CA = "2.16.528.1.1003.1.3.5.5.5"
PERMANENT_IDENTIFIER = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.3")
URA_ASSIGNER = "2.16.528.1.1007.3.3"
TEST_POLICY = x509.ObjectIdentifier("2.999.1.5.6")
SHA256_RSA = bytes.fromhex("06092a864886f70d01010b")
SHA1_RSA = bytes.fromhex("06092a864886f70d010105")


@dataclass(frozen=True, slots=True)
class Names:
    """Whom a leaf names: a host, a URA (8 digits, or empty) and the running number in its UZI number."""

    host: str
    ura: str
    number: int

    @property
    def uzi(self) -> str:
        """The UZI number, 9 digits, from a range we made up."""
        return f"{900000000 + self.number:09d}"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A certificate authority: its certificate and the key it signs with."""

    certificate: x509.Certificate
    key: PrivateKey

    @classmethod
    def load(cls, certificate: Path, key: PrivateKey) -> Issuer:
        """An authority whose certificate was written before."""
        return cls(x509.load_pem_x509_certificate(certificate.read_bytes()), key)

    @property
    def pem(self) -> bytes:
        """The authority's certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def authority_key_identifier(self) -> x509.AuthorityKeyIdentifier:
        """What everything it signs refers to."""
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())


def issue_root(name: str, key: PrivateKey, window: tuple[datetime, datetime]) -> Issuer:
    """A self-signed authority that may sign leaves and revocation lists."""
    subject = _subject(name)
    builder = _builder(subject, subject, key, window)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key, authority=True), critical=True)
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    builder = builder.add_extension(own, critical=False)
    return Issuer(builder.sign(key, hashes.SHA256()), key)


def issue_leaf(
    names: Names,
    key: PrivateKey,
    window: tuple[datetime, datetime],
    issuer: Issuer | None,
    *,
    client_use: bool = True,
) -> x509.Certificate:
    """A leaf for server and (unless told otherwise) client use; without issuer it signs itself."""
    subject = _subject(names.host, names.uzi)
    signer = issuer.key if issuer else key
    builder = _builder(subject, issuer.certificate.subject if issuer else subject, key, window)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(key, authority=False, lists=issuer is None), critical=True)
    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(x509.ExtendedKeyUsage(uses if client_use else uses[:1]), critical=False)
    policies = x509.CertificatePolicies([x509.PolicyInformation(TEST_POLICY, None)])
    builder = builder.add_extension(policies, critical=False)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = builder.add_extension(authority, critical=False)
    builder = builder.add_extension(_alternative_names(names), critical=False)
    return builder.sign(signer, hashes.SHA256())


def resigned_with_sha1(certificate: x509.Certificate, signer: RSAPrivateKey) -> x509.Certificate:
    """The same certificate under SHA-1, which libraries rightly refuse to make: both algorithm names are as long."""
    tbs = certificate.tbs_certificate_bytes.replace(SHA256_RSA, SHA1_RSA, 1)
    signature = signer.sign(tbs, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303  - the weak hash is the point
    algorithm = _der(0x30, SHA1_RSA + b"\x05\x00")
    return x509.load_der_x509_certificate(_der(0x30, tbs + algorithm + _der(0x03, b"\x00" + signature)))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, window: tuple[datetime, datetime]
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(window[0]).not_valid_after(window[1])
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _subject(name: str, uzi: str = "") -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Twiin conformance test (not real)"),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if uzi:
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, uzi))
    return x509.Name(attributes)


def _usage(key: PrivateKey, *, authority: bool, lists: bool = False) -> x509.KeyUsage:
    """What the key is for: one on a curve enciphers no other (RFC 8813 section 3).

    `lists`: may sign a revocation list, without which nobody can trust a self-signed leaf and check it too.
    """
    return x509.KeyUsage(
        digital_signature=not authority,
        key_encipherment=isinstance(key, RSAPrivateKey) and not authority,
        key_cert_sign=authority,
        crl_sign=authority or lists,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative_names(names: Names) -> x509.SubjectAlternativeName:
    entries: list[x509.GeneralName] = [x509.DNSName(names.host)]
    if names.host.endswith(".suite.example"):
        # The suite's own leaves also stand at its counterparts, which listen on loopback.
        entries.append(x509.DNSName("localhost"))
    if x509.DNSName("localhost") in entries:
        entries.append(x509.IPAddress(IPv4Address("127.0.0.1")))
    if names.ura:
        uzi = f"{UZI_SERVER_CA}-1-{names.uzi}-S-{names.ura}-00.000-00000000"
        assigner = x509.ObjectIdentifier(URA_ASSIGNER)
        entries.append(x509.OtherName(UZI_NAME, _der(0x16, uzi.encode("ascii"))))
        identifier = _der(0x0C, names.ura.encode("ascii")) + _der_oid(assigner)
        entries.append(x509.OtherName(PERMANENT_IDENTIFIER, _der(0x30, identifier)))
    return x509.SubjectAlternativeName(entries)


def _der(tag: int, value: bytes) -> bytes:
    if len(value) < 0x80:
        return bytes([tag, len(value)]) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + value


def _der_oid(identifier: x509.ObjectIdentifier) -> bytes:
    first, second, *rest = (int(arc) for arc in identifier.dotted_string.split("."))
    encoded = bytearray()
    for arc in (first * 40 + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | (arc & 0x7F))
        encoded += bytes(reversed(groups))
    return _der(0x06, bytes(encoded))
