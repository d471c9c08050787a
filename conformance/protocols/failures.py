"""From what Python raises to a trouble: by the stage the connection had reached and the error at the root."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from enum import StrEnum

from conformance.model.exchange import Trouble
from conformance.protocols.troubles import trouble


class Stage(StrEnum):
    """How far one call came."""

    CONNECT = "connect"
    HANDSHAKE = "handshake"
    ANSWER = "answer"
    BODY = "body"


_CERTIFICATE = {
    9: "server-certificate-not-yet-valid",
    10: "server-certificate-expired",
    18: "server-certificate-self-signed",
    19: "server-certificate-untrusted",
    20: "server-certificate-untrusted",
    21: "server-certificate-untrusted",
    62: "server-certificate-wrong-host",
    64: "server-certificate-wrong-host",
}
"""OpenSSL verify results (X509_V_ERR_*), as `SSLCertVerificationError.verify_code` gives them."""

_ABOUT_OUR_CERTIFICATE = (
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "UNSUPPORTED_CERTIFICATE",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_UNKNOWN",
    "UNKNOWN_CA",
    "ACCESS_DENIED",
    "DECRYPT_ERROR",
)
_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "UNKNOWN_PROTOCOL",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
)
_VERSION = ("ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW")


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it was raised from, outermost first; wrapped `reason`s and arguments included."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]


def classify(error: BaseException, stage: Stage, *, fresh: bool = True) -> Trouble:
    """The trouble behind an error of requests, urllib3, http.client, ssl or socket."""
    chain = list(causes(error))
    for cause in chain:
        if isinstance(cause, socket.gaierror | UnicodeError):
            return trouble("name-unresolved")
    for cause in chain:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, TimeoutError):
            return _tls(cause, stage)
    for cause in chain:
        if (found := _plain(cause, stage)) is not None:
            return found
    return trouble("connection-closed" if fresh else "connection-reset")


def _plain(cause: BaseException, stage: Stage) -> Trouble | None:
    names = {kind.__name__ for kind in type(cause).__mro__}
    # In urllib3 a NewConnectionError, also one that was refused, is a ConnectTimeoutError.
    late = names & {"ConnectTimeoutError", "ReadTimeoutError"} and "NewConnectionError" not in names
    if late or isinstance(cause, TimeoutError):
        return trouble(
            {Stage.CONNECT: "connect-timeout", Stage.HANDSHAKE: "handshake-timeout"}.get(stage, "read-timeout")
        )
    if isinstance(cause, ConnectionRefusedError):
        return trouble("connection-refused")
    if isinstance(cause, http.client.IncompleteRead) or "InvalidChunkLength" in names:
        return trouble("truncated-body")
    if isinstance(cause, http.client.RemoteDisconnected):
        return trouble("connection-closed")
    if isinstance(cause, ConnectionError):
        return trouble("handshake-closed" if stage is Stage.HANDSHAKE else "connection-reset")
    if isinstance(cause, http.client.LineTooLong) or "got more than" in str(cause):
        return trouble("too-many-headers")
    if isinstance(cause, http.client.HTTPException):
        return trouble("invalid-http")
    if names & {"DecodeError"}:
        return trouble("unreadable-encoding")
    if isinstance(cause, OSError) and stage is Stage.CONNECT and cause.errno is not None:
        return trouble("unreachable")
    return None


def _tls(error: ssl.SSLError, stage: Stage) -> Trouble:
    reason = str(getattr(error, "reason", "") or "").upper()
    if isinstance(error, ssl.SSLCertVerificationError):
        return trouble(_CERTIFICATE.get(error.verify_code, "server-certificate-invalid"))
    if "ALERT" in reason and any(word in reason for word in _ABOUT_OUR_CERTIFICATE):
        return trouble("client-certificate-refused", _alert(reason))
    if any(word in reason for word in _VERSION):
        return trouble("protocol-version-refused")
    if any(word in reason for word in _NOT_TLS):
        return trouble("plain-http-on-tls-port" if stage is Stage.HANDSHAKE else "connection-reset")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or "EOF" in reason:
        return trouble("handshake-closed" if stage is Stage.HANDSHAKE else "connection-closed")
    if "ALERT" in reason:
        return trouble("handshake-refused", _alert(reason))
    return trouble("handshake-failed" if stage is Stage.HANDSHAKE else "connection-reset")


def _alert(reason: str) -> str:
    return reason.partition("ALERT_")[2].replace("_", " ").lower()
