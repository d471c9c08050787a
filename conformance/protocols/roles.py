"""Whether a client certificate is what its role says: a refusal shows something only when nothing else is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from conformance.model.node import Certificate
from conformance.protocols.troubles import TroubleError, trouble


def suits(clients: Mapping[str, Certificate], role: str, moment: datetime) -> None:
    """Raises TroubleError unless the certificate of this role differs from `valid` in its role's property alone.

    What can't be read is left to the handshake, which tells it with its own trouble. That `revoked` is on a list can't
    be seen in the certificate.
    """
    leaf, good = _read(clients, role), _read(clients, "valid")
    if leaf is None or good is None or role in ("valid", "other"):
        return
    in_date = leaf.not_valid_before_utc <= moment <= leaf.not_valid_after_utc
    own, familiar = leaf.issuer == leaf.subject, leaf.issuer == good.issuer
    wrong = {
        "expired": "not expired, or of another issuer than 'valid'" * (in_date or not familiar),
        "revoked": "out of date, or of another issuer than 'valid'" * (not in_date or not familiar),
        "foreign": "out of date, or of the same issuer as 'valid'" * (not in_date or familiar),
        "self-signed": "out of date, or signed by another" * (not in_date or not own),
        "other-purpose": "out of date, of another issuer than 'valid', or for clients too"
        * (not in_date or not familiar or _for_clients(leaf)),
    }.get(role, "")
    if wrong:
        raise TroubleError(trouble("client-certificate-unsuitable", f"trust.clients.{role}: {wrong}"))


def _for_clients(leaf: x509.Certificate) -> bool:
    """Whether a certificate may be shown by a client: without the extension for any purpose (RFC 5280, 4.2.1.12)."""
    try:
        purposes = set(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return True
    return bool(purposes & {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE})


def _read(clients: Mapping[str, Certificate], role: str) -> x509.Certificate | None:
    if role not in clients:
        return None
    try:
        return x509.load_pem_x509_certificate(Path(clients[role].certificate).read_bytes())
    except (OSError, ValueError):
        return None
