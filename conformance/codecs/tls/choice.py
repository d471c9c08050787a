"""What a server answers to a ClientHello: its choice, an alert, or something that is no TLS."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from conformance.codecs.tls.hello import (
    EXTENDED_MASTER_SECRET,
    HANDSHAKE,
    KEY_SHARE,
    RENEGOTIATION_INFO,
    SUPPORTED_VERSIONS,
    extensions_in,
)
from conformance.codecs.tls.names import ALERTS, group_name, suite_name, version_name

ALERT, SERVER_HELLO, SERVER_KEY_EXCHANGE, SERVER_HELLO_DONE = 21, 2, 12, 14
NAMED_CURVE = 3
_RECORD_TYPES = range(20, 25)
_HEAD = 5


class NotTlsError(ValueError):
    """The bytes are no TLS records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the server chose. `done` says that nothing more is to be learned; `alert` is a name, empty for none."""

    version: str = ""
    suite: str = ""
    group: str = ""
    compression: bool = False
    extended_master_secret: bool = False
    secure_renegotiation: bool = False
    dh_bits: int = 0
    alert: str = ""
    done: bool = False

    @property
    def chosen(self) -> bool:
        """Whether a ServerHello (or the request for another key share) was seen."""
        return bool(self.suite)


def decode(data: bytes) -> Choice:
    """The choice as far as these bytes show it; raises NotTlsError when they are no TLS records."""
    return _decode(data)[0]


def deciding(data: bytes) -> bytes:
    """As much of a flight as `decode` learns from: up to the end of the record that decides, if one does."""
    choice, end = _decode(data)
    return data[:end] if choice.done else data


def _decode(data: bytes) -> tuple[Choice, int]:
    """The choice, and where the last record read for it ends."""
    choice, end, read = Choice(), 0, 0
    handshake = bytearray()
    for kind, payload in _records(data):
        end += _HEAD + len(payload)
        if kind == ALERT and len(payload) == 2:
            return Choice(alert=ALERTS.get(payload[1], f"alert {payload[1]}"), done=True), end
        if kind == HANDSHAKE:
            handshake += payload
        while message := _message(handshake, read):
            read += 4 + len(message) - 1
            choice = _read(choice, message[0], message[1:])
            if choice.done:
                return choice, end
    return choice, end


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while len(data) - at >= _HEAD:
        kind, major, _, length = struct.unpack_from(">BBBH", data, at)
        if kind not in _RECORD_TYPES or major != 3:
            raise NotTlsError("the answer does not begin with a TLS record")
        if len(data) - at - _HEAD < length:
            return
        yield kind, data[at + _HEAD : at + _HEAD + length]
        at += _HEAD + length
    if at == 0 and data and data[0] not in _RECORD_TYPES:
        raise NotTlsError("the answer does not begin with a TLS record")


def _message(data: bytearray, at: int) -> bytes:
    """Kind and body of the handshake message that begins here, empty when it is not whole yet."""
    length = int.from_bytes(data[at + 1 : at + 4], "big")
    if len(data) - at < 4 + length or len(data) - at < 4:
        return b""
    return bytes(data[at : at + 1] + data[at + 4 : at + 4 + length])


def _read(choice: Choice, kind: int, message: bytes) -> Choice:
    try:
        if kind == SERVER_HELLO:
            return _server_hello(message)
        if kind == SERVER_KEY_EXCHANGE:
            return _key_exchange(choice, message)
    except (struct.error, IndexError) as error:
        raise NotTlsError("a handshake message is cut off") from error
    return replace(choice, done=True) if kind == SERVER_HELLO_DONE else choice


def _server_hello(message: bytes) -> Choice:
    (version,) = struct.unpack_from(">H", message)
    at = 35 + message[34]
    suite, compression = struct.unpack_from(">HB", message, at)
    extensions = dict(extensions_in(message[at + 5 :]))
    if SUPPORTED_VERSIONS in extensions:
        (version,) = struct.unpack(">H", extensions[SUPPORTED_VERSIONS])
    share = extensions.get(KEY_SHARE, b"")
    modern = SUPPORTED_VERSIONS in extensions
    return Choice(
        version=version_name(version),
        suite=suite_name(suite),
        group=group_name(struct.unpack_from(">H", share)[0]) if share else "",
        compression=compression != 0,
        extended_master_secret=modern or EXTENDED_MASTER_SECRET in extensions,
        secure_renegotiation=modern or RENEGOTIATION_INFO in extensions,
        done=modern,
    )


def _key_exchange(choice: Choice, message: bytes) -> Choice:
    """The group of an ephemeral exchange: a named curve (RFC 8422 5.4), or a prime of so many bits (RFC 5246 7.4.3)."""
    if "_ECDHE_" in choice.suite or "_ECDH_anon_" in choice.suite:
        kind, curve = struct.unpack_from(">BH", message)
        return replace(choice, group=group_name(curve) if kind == NAMED_CURVE else "explicit curve", done=True)
    if "_DHE_" in choice.suite or "_DH_anon_" in choice.suite:
        (length,) = struct.unpack_from(">H", message)
        return replace(choice, dh_bits=int.from_bytes(message[2 : 2 + length], "big").bit_length(), done=True)
    return replace(choice, done=True)
