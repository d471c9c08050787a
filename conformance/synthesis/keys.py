"""Keys for tests, made once per user: generating RSA 3072 takes a second, and a PKI needs ten of them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from conformance.agreements.paths import cache_folder

BITS = 3072


PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def pem_of(key: PrivateKey) -> bytes:
    """A private key as unencrypted PKCS #8: test keys guard nothing."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def cached_key(name: str, bits: int = BITS) -> rsa.RSAPrivateKey:
    """The user's own RSA key of this name; made and kept at first use, also when several processes ask at once."""
    key = _cached(f"rsa{bits}-{name}", lambda: rsa.generate_private_key(public_exponent=65537, key_size=bits))
    return cast(rsa.RSAPrivateKey, key)


def cached_curve_key(name: str) -> ec.EllipticCurvePrivateKey:
    """The user's own key of this name on the curve P-256, likewise."""
    return cast(ec.EllipticCurvePrivateKey, _cached(f"p256-{name}", lambda: ec.generate_private_key(ec.SECP256R1())))


def _cached(name: str, make: Callable[[], PrivateKey]) -> PrivateKeyTypes:
    path = cache_folder() / "keys" / f"{name}.pem"
    try:
        return _load(path)
    except (OSError, ValueError):
        key = make()
    try:
        _keep(path, pem_of(key))
        return _load(path)
    except OSError:
        return key  # a read-only home costs time, not the run


def _load(path: Path) -> PrivateKeyTypes:
    # Checking the key's arithmetic costs more than all signatures of a PKI; it is our own file.
    return serialization.load_pem_private_key(path.read_bytes(), None, unsafe_skip_rsa_key_validation=True)


def _keep(path: Path, pem: bytes) -> None:
    """Write under a temporary name (mode 0600), then link into place: the first of several processes wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(pem)
        temporary.replace(path) if _damaged(path) else _link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _damaged(path: Path) -> bool:
    try:
        _load(path)
    except ValueError:
        return True
    except OSError:
        return False
    return False


def _link(temporary: Path, path: Path) -> None:
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)
