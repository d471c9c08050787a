"""What servers say first, written down independently of the decoder, and flights made of it."""

from __future__ import annotations

import struct

from conformance.codecs.tls.hello import encode
from conformance.codecs.tls.names import VERSIONS
from conformance.codecs.tls.offer import asked_for
from conformance.model.exchange import Flight

RANDOM = bytes(range(32))


def record(kind: int, payload: bytes) -> bytes:
    """One TLS record."""
    return struct.pack(">BHH", kind, 0x0303, len(payload)) + payload


def server_hello(version: int, suite: int, *, modern: bool, compression: int = 0) -> bytes:
    """A ServerHello as RFC 8446 section 4.1.3 has it."""
    extension = struct.pack(">HHH", 43, 2, version) if modern else b""
    body = struct.pack(">H", 0x0303 if modern else version) + bytes(32) + b"\0" + struct.pack(">HB", suite, compression)
    body += struct.pack(">H", len(extension)) + extension if modern else b""
    return record(22, b"\x02" + len(body).to_bytes(3, "big") + body)


def alert(number: int) -> bytes:
    """A fatal alert."""
    return record(21, bytes((2, number)))


DONE = record(22, b"\x0e\0\0\0")
"""ServerHelloDone."""


def flight(given: dict[str, object], answer: bytes, *, number: int = 1, closed: bool = False) -> Flight:
    """What the number-th hello of a step with these arguments offers, and an answer."""
    return Flight(hello=encode(asked_for(given)[number - 1].hello("", RANDOM)), answer=answer, closed=closed)


def accepting(version: str, suite: int, *, compression: int = 0) -> bytes:
    """The first flight of a server that takes the offer."""
    modern = version == "TLSv1.3"
    chosen = server_hello(VERSIONS[version], suite, modern=modern, compression=compression)
    return chosen if modern else chosen + DONE
