"""Whether a certificate is what its role says: a refusal shows something only when nothing else is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from conformance.model.node import Certificate
from conformance.protocols.troubles import TroubleError, trouble
from conformance.validation.x509 import covers, names

COUNTERPART = "counterpart"
"""The role of the good certificate of the suite's counterparts, `valid` where the node file names none; the wrong ones
are `counterpart-` and what is wrong with them."""


def suits(clients: Mapping[str, Certificate], role: str, moment: datetime) -> None:
    """Raises TroubleError unless the certificate of this role differs from `valid` in its role's property alone.

    What can't be read is left to the handshake, which tells it with its own trouble. That `revoked` is on a list can't
    be seen in the certificate.
    """
    leaf, good = _read(clients.get(role)), _read(clients.get("valid"))
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
        * (not in_date or not familiar or _is_for(leaf, ExtendedKeyUsageOID.CLIENT_AUTH)),
    }.get(role, "")
    if wrong:
        raise TroubleError(trouble("client-certificate-unsuitable", f"trust.clients.{role}: {wrong}"))


def of_counterpart(clients: Mapping[str, Certificate], role: str) -> Certificate | None:
    """What the node file names for counterparts to show in this role."""
    return clients.get(role) or (clients.get("valid") if role == COUNTERPART else None)


def shown_by_counterpart(clients: Mapping[str, Certificate], role: str, host: str, moment: datetime) -> Certificate:
    """The certificate that a counterpart addressed as `host` shows in this role.

    Raises TroubleError when the node file names none, and unless a wrong one is wrong in what its role says and in
    nothing else: a node that overlooks this one thing must find no other reason to refuse.
    """
    good, shown = of_counterpart(clients, COUNTERPART), of_counterpart(clients, role)
    if good is None or shown is None:
        raise TroubleError(trouble("client-certificate-missing", role if good else COUNTERPART))
    leaf, sound = _read(shown), _read(good)
    if leaf is None or sound is None:
        raise TroubleError(trouble("client-certificate-unreadable", f"trust.clients.{role}"))
    wanted = role.removeprefix(f"{COUNTERPART}-")
    seen = sorted(_amiss(leaf, sound, host, moment))
    if role != COUNTERPART and seen != [wanted]:
        detail = f"trust.clients.{role}: {', '.join(seen) or 'nothing wrong'} instead of {wanted} alone, for {host}"
        raise TroubleError(trouble("client-certificate-unsuitable", detail))
    return shown


def _amiss(leaf: x509.Certificate, good: x509.Certificate, host: str, moment: datetime) -> frozenset[str]:
    """What is wrong with a server's certificate, beside the good one."""
    own = leaf.issuer == leaf.subject
    found = {
        "foreign": not own and leaf.issuer != good.issuer,
        "self-signed": own,
        "expired": moment > leaf.not_valid_after_utc,
        "not valid yet": moment < leaf.not_valid_before_utc,
        "elsewhere": not any(covers(name, host.lower()) for name in names(leaf)),
        "not for servers": not _is_for(leaf, ExtendedKeyUsageOID.SERVER_AUTH),
    }
    return frozenset(name for name, so in found.items() if so)


def _is_for(leaf: x509.Certificate, purpose: x509.ObjectIdentifier) -> bool:
    """Whether a certificate may be shown for a purpose: without the extension for any (RFC 5280, 4.2.1.12)."""
    try:
        purposes = set(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return True
    return bool(purposes & {purpose, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE})


def _read(named: Certificate | None) -> x509.Certificate | None:
    if named is None:
        return None
    try:
        return x509.load_pem_x509_certificate(Path(named.certificate).read_bytes())
    except (OSError, ValueError):
        return None
