"""TLS contexts: which root vouches for the node, which certificate the suite shows, which version is forced."""

from __future__ import annotations

import os
import ssl
import warnings
from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path

from conformance.codecs.tls.names import ORDINARY_SUITES
from conformance.model.node import Certificate, Trust
from conformance.protocols.keyfiles import KeyFileError, certificates, pair
from conformance.protocols.troubles import TroubleError, trouble

NONE = "none"
"""The certificate role that shows no certificate at all."""


class Belief(Enum):
    """How much of a server's certificate is believed: all of it verified, only its chain, or whatever it shows."""

    VERIFIED = "verified"
    CHAIN = "chain"
    ANYTHING = "anything"


NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python does not name."""


def client_context(trust: Trust, role: str, version: str = "", *, belief: Belief = Belief.VERIFIED) -> ssl.SSLContext:
    """A context that shows the certificate in this role and believes the node file's roots only.

    `version` forces one TLS version ("TLSv1.2", "TLSv1.3"). Raises TroubleError when the role, a file or a password is
    missing. The system's roots count only when the node file names none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers(ORDINARY_SUITES)
    if belief is not Belief.VERIFIED:
        context.check_hostname = False
        context.verify_flags |= NO_CHECK_TIME
    if belief is Belief.ANYTHING:
        context.verify_mode = ssl.CERT_NONE
    elif trust.roots is None:
        context.load_default_certs()
    else:
        _load_roots(context, trust)
    if version:
        _force(context, version)
    if role != NONE:
        _show(context, trust, role)
    return context


def _load_roots(context: ssl.SSLContext, trust: Trust) -> None:
    try:
        context.load_verify_locations(trust.roots)
    except (OSError, ssl.SSLError) as error:
        raise _unreadable("trust.roots", lambda: certificates(_bytes(trust.roots))) from error


def _force(context: ssl.SSLContext, version: str) -> None:
    wanted = ssl.TLSVersion[version.replace(".", "_")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = wanted
        context.maximum_version = wanted


def _show(context: ssl.SSLContext, trust: Trust, role: str) -> None:
    certificate = trust.clients.get(role)
    if certificate is None:
        raise TroubleError(trouble("client-certificate-missing", role))
    variable = certificate.password_env
    # Without a password OpenSSL would ask on the terminal, which would look like a hang.
    password = os.environ.get(variable, "") if variable else ""
    try:
        context.load_cert_chain(certificate.certificate, certificate.key, password=password)
    except (OSError, ssl.SSLError) as error:
        if variable and not password:
            raise _told(f"trust.clients.{role}", f"the environment has no '{variable}'") from error
        looked = partial(_paired, certificate, password)
        raise _unreadable(f"trust.clients.{role}", looked) from error


def _paired(certificate: Certificate, password: str) -> None:
    pair(_bytes(certificate.certificate), _bytes(certificate.key), password)


def _bytes(path: Path | None) -> bytes:
    return path.read_bytes() if path else b""


def _unreadable(field: str, look: Callable[[], object]) -> TroubleError:
    """The trouble with a file of the node file, as exactly as it can be told."""
    try:
        look()
    except KeyFileError as error:
        return _told(field, str(error))
    except OSError:
        return _told(field, "no file that can be read")
    return _told(field, "")


def _told(field: str, what: str) -> TroubleError:
    return TroubleError(trouble("client-certificate-unreadable", f"{field}: {what}" if what else field))
