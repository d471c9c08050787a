"""What a certificate says: names, dates, key, signature, usage and the care provider's URA. Pure."""

from __future__ import annotations

import ipaddress
import re
import warnings
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

UZI_OTHER_NAME = x509.ObjectIdentifier("2.5.5.5")
PERMANENT_IDENTIFIER = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.3")
UZI_SERVER_FORM = re.compile(r"^[0-9.]+-\d+-\d+-S-(\d{8})-00\.000-\d{8}$")
"""OID of the CA, version, UZI number, type S (server), URA, role 00.000, AGB: UZI CPS 7.1.5."""


UNREADABLE = (
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    x509.InvalidVersion,
    ValueError,
)
"""An extension that is absent, repeated or unreadable says nothing."""


class MalformedCertificateError(ValueError):
    """The bytes are no X.509 certificate."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key's kind (`RSA`, `EC`, or another name), its size in bits and, for EC, the curve."""

    kind: str
    bits: int
    curve: str = ""


def read(der: bytes) -> x509.Certificate:
    """A certificate from DER bytes. Raises MalformedCertificateError."""
    try:
        # What cryptography will refuse some day (a negative serial number) is for the judgements to see today.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return x509.load_der_x509_certificate(der)
    except (ValueError, x509.InvalidVersion) as error:
        raise MalformedCertificateError(str(error)) from error


def key(certificate: x509.Certificate) -> Key:
    """Kind and strength of the certificate's public key."""
    try:
        public = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return Key("unknown", 0)
    if isinstance(public, rsa.RSAPublicKey):
        return Key("RSA", public.key_size)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return Key("EC", public.key_size, public.curve.name)
    return Key(type(public).__name__.removesuffix("PublicKey"), 0)


def signature_hash(certificate: x509.Certificate) -> str:
    """Name of the hash under the signature, lower case; RSASSA-PSS by its hash; empty for EdDSA; an unknown algorithm's
    OID."""
    try:
        algorithm = certificate.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        return certificate.signature_algorithm_oid.dotted_string
    return algorithm.name if algorithm else ""


def validity(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    """First and last moment (UTC) at which the certificate is valid."""
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def names(certificate: x509.Certificate) -> tuple[str, ...]:
    """DNS names and IP addresses of the subjectAltName, lower case."""
    san = _san(certificate)
    if san is None:
        return ()
    dns = [name.lower() for name in san.get_values_for_type(x509.DNSName)]
    return (*dns, *(str(address) for address in san.get_values_for_type(x509.IPAddress)))


def covers(name: str, host: str) -> bool:
    """Whether a certificate name covers a host: equal, or a wildcard for exactly one leftmost label."""
    if name == host or _same_address(name, host):
        return True
    return name.startswith("*.") and "." in host and host.split(".", 1)[1] == name[2:]


def _same_address(one: str, other: str) -> bool:
    try:
        return ipaddress.ip_address(one) == ipaddress.ip_address(other)
    except ValueError:
        return False


def key_usages(certificate: x509.Certificate) -> tuple[bool, tuple[str, ...]]:
    """Whether digitalSignature is allowed, and the dotted OIDs of extendedKeyUsage."""
    try:
        signs = certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except UNREADABLE:
        signs = False
    try:
        extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except UNREADABLE:
        return signs, ()
    return signs, tuple(purpose.dotted_string for purpose in extended)


def uzi_other_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """The texts of all subjectAltName otherNames of type 2.5.5.5 (UZI)."""
    return tuple(_text(other.value) for other in _other_names(certificate, UZI_OTHER_NAME))


def uras(certificate: x509.Certificate) -> tuple[str, ...]:
    """Every URA the certificate carries, from the UZI form and from permanentIdentifier, in that order."""
    uzi = [match[1] for text in uzi_other_names(certificate) if (match := UZI_SERVER_FORM.match(text))]
    permanent = [_text(other.value) for other in _other_names(certificate, PERMANENT_IDENTIFIER)]
    return (*uzi, *(value for value in permanent if value))


def _san(certificate: x509.Certificate) -> x509.SubjectAlternativeName | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except UNREADABLE:
        return None


def _other_names(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> list[x509.OtherName]:
    san = _san(certificate)
    return [name for name in san if isinstance(name, x509.OtherName) and name.type_id == kind] if san else []


def _text(der: bytes) -> str:
    """The first string inside a DER value: an IA5 or UTF-8 string, also as first member of a SEQUENCE."""
    tag, content = _tlv(der)
    if tag == 0x30:  # SEQUENCE: permanentIdentifier ::= SEQUENCE { identifierValue UTF8String, assigner OID }
        tag, content = _tlv(content)
    return content.decode("utf-8", "replace") if tag in (0x0C, 0x13, 0x16) else ""


def _tlv(der: bytes) -> tuple[int, bytes]:
    if len(der) < 2:
        return 0, b""
    length, start = der[1], 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(der[2 : 2 + count], "big"), 2 + count
    return der[0], der[start : start + length]
