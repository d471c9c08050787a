"""Who signs, the suite or strangers whom nobody knows, and how header and claims are signed (JWS, RFC 7515)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from conformance.model.agreements import Json
from conformance.protocols.keyfiles import signing_key
from conformance.synthesis.certificates import Names, issue_leaf
from conformance.synthesis.keys import cached_key, pem_of

_STRANGER = "unknown-signing"
_BITS = 2048


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing key with its id and the algorithm that fits it."""

    key: RSAKey | ECKey
    kid: str

    @property
    def algorithm(self) -> str:
        """PS256 for RSA, as vendors of this exchange use; ES256/384/512 for elliptic curves."""
        if isinstance(self.key, RSAKey):
            return "PS256"
        return {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[str(self.key.curve_name)]

    def stranger(self) -> Signer:
        """Another key of the same kind under the same id: nobody knows it."""
        if isinstance(self.key, RSAKey):
            return self.rsa_stranger()
        return Signer(ECKey.generate_key(str(self.key.curve_name)), self.kid)

    def rsa_stranger(self) -> Signer:
        """An RSA key that nobody knows, under our id."""
        return Signer(imported(pem_of(cached_key(_STRANGER, _BITS))), self.kid)

    def of_other_kind(self) -> Signer:
        """A key that nobody knows, elliptic where ours is RSA and the other way round, under our id."""
        return Signer(ECKey.generate_key("P-256"), self.kid) if isinstance(self.key, RSAKey) else self.rsa_stranger()


Parts = dict[str, Json]


def base64url(data: str | bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    raw = data.encode() if isinstance(data, str) else data
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def written(header: Parts, claims: Parts) -> str:
    """Header and claims in compact form, as far as a signature covers them."""
    return f"{base64url(json.dumps(header))}.{base64url(json.dumps(claims))}"


def sealed(header: Parts, claims: Parts, key: RSAKey | ECKey) -> str:
    """Header and claims signed as the header says, whatever else it says: no library's opinion on it counts here."""
    covered, algorithm = written(header, claims), str(header["alg"])
    signature = JWSRegistry(algorithms=[algorithm]).get_alg(algorithm).sign(covered.encode(), key)
    return f"{covered}.{base64url(signature)}"


def flipped(signature: str) -> str:
    """A signature with one bit changed, in its middle."""
    raw = bytearray(urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    raw[len(raw) // 2] ^= 1
    return base64url(bytes(raw))


@lru_cache(maxsize=8)
def imported(data: bytes) -> RSAKey | ECKey:
    """The key in a file, whose arithmetic is checked once per process: that costs more than many signatures. Raises
    KeyFileError."""
    key = signing_key(data)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return RSAKey.import_key(pem) if isinstance(key, RSAPrivateKey) else ECKey.import_key(pem)


_FOR_LONG = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC))


@cache
def certificate_of_stranger() -> bytes:
    """A certificate (DER) that the RSA stranger made out to itself, whatever day it is: recordings are judged later."""
    leaf = issue_leaf(Names("signer.example", "", 9), cached_key(_STRANGER, _BITS), _FOR_LONG, None)
    return leaf.public_bytes(Encoding.DER)
