"""A ClientHello made by hand (RFC 8446 4.1.2, RFC 5246 7.4.1.2, RFC 6101 5.6.1.2).

A TLS library refuses to offer what it considers weak, and a server that is never asked cannot answer: so the bytes are
made here. Nothing secret is involved: the probe stops after the server's choice.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from conformance.codecs.tls.names import VERSIONS, version_name

HANDSHAKE, CLIENT_HELLO = 22, 1
SERVER_NAME, SUPPORTED_GROUPS, POINT_FORMATS, SIGNATURE_ALGORITHMS = 0, 10, 11, 13
EXTENDED_MASTER_SECRET, SUPPORTED_VERSIONS, KEY_SHARE, RENEGOTIATION_INFO = 23, 43, 51, 0xFF01

_HEAD = 9
"""Bytes of a record's and a message's head."""

_SIGNATURES = (
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B,
    0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0202, 0x0101,
)  # fmt: skip
"""Every scheme in use, also the weak ones: what the server picks is what we want to see."""


class NotOurHelloError(ValueError):
    """The bytes are no ClientHello as this module makes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHello:
    """What to offer. `versions` are names, newest first; `suites` and `groups` wire numbers."""

    versions: tuple[str, ...]
    suites: tuple[int, ...]
    groups: tuple[int, ...] = ()
    server_name: str = ""
    compression: bool = False
    random: bytes = b"\0" * 32

    @property
    def modern(self) -> bool:
        """Whether TLS 1.3 is offered."""
        return "TLSv1.3" in self.versions

    @property
    def legacy_version(self) -> int:
        """The version in the body: TLS 1.3 hides behind 1.2 (RFC 8446 section 4.1.2)."""
        return min(max(VERSIONS[version] for version in self.versions), VERSIONS["TLSv1.2"])


def encode(hello: ClientHello) -> bytes:
    """The hello as one TLS record."""
    session = hello.random if hello.modern else b""
    body = b"".join(
        (
            struct.pack(">H", hello.legacy_version),
            hello.random,
            _short(session),
            _long(_numbers(hello.suites)),
            _short(b"\x01\x00" if hello.compression else b"\x00"),
        )
    )
    if hello.legacy_version > VERSIONS["SSLv3"]:
        body += _long(b"".join(_extension(kind, data) for kind, data in _extensions(hello)))
    message = bytes((CLIENT_HELLO,)) + len(body).to_bytes(3, "big") + body
    record = VERSIONS["SSLv3"] if hello.legacy_version == VERSIONS["SSLv3"] else VERSIONS["TLSv1.0"]
    return struct.pack(">BHH", HANDSHAKE, record, len(message)) + message


def read(data: bytes) -> ClientHello:
    """The hello in these bytes; raises NotOurHelloError unless `encode` makes exactly these of it."""
    try:
        hello = _read(data[_HEAD:])
        ours = encode(hello) == data
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise NotOurHelloError("these bytes are no ClientHello") from error
    if not ours:
        raise NotOurHelloError("this ClientHello offers something else beside what it says")
    return hello


def _read(body: bytes) -> ClientHello:
    (legacy,) = struct.unpack_from(">H", body)
    at = 35 + body[34]
    suites = _numbers_in(body[at:])
    at += 2 + 2 * len(suites)
    extensions = dict(extensions_in(body[at + 1 + body[at] + 2 :]))
    versions = extensions.get(SUPPORTED_VERSIONS, b"")
    numbers = struct.unpack(f">{versions[0] // 2}H", versions[1:]) if versions else (legacy,)
    groups = extensions.get(SUPPORTED_GROUPS)
    return ClientHello(
        versions=tuple(version_name(number) for number in numbers),
        suites=suites,
        groups=_numbers_in(groups) if groups else (),
        # The name stands behind the lengths of list and name and the kind of name (RFC 6066 section 3).
        server_name=extensions.get(SERVER_NAME, b"")[5:].decode("ascii"),
        compression=body[at] > 1,
        random=body[2:34],
    )


def extensions_in(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The extensions in these bytes by number, as far as they are whole."""
    at = 0
    while len(data) - at >= 4:
        kind, length = struct.unpack_from(">HH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


def _numbers_in(data: bytes) -> tuple[int, ...]:
    (length,) = struct.unpack_from(">H", data)
    return struct.unpack_from(f">{length // 2}H", data, 2)


def _extensions(hello: ClientHello) -> list[tuple[int, bytes]]:
    extensions: list[tuple[int, bytes]] = [(RENEGOTIATION_INFO, b"\0"), (EXTENDED_MASTER_SECRET, b"")]
    if hello.server_name:
        extensions.append((SERVER_NAME, _long(b"\0" + _long(hello.server_name.encode("idna")))))
    if hello.groups:
        extensions.append((SUPPORTED_GROUPS, _long(_numbers(hello.groups))))
        extensions.append((POINT_FORMATS, _short(b"\0")))
    if hello.legacy_version == VERSIONS["TLSv1.2"]:
        extensions.append((SIGNATURE_ALGORITHMS, _long(_numbers(_SIGNATURES))))
    if hello.modern:
        extensions.append(
            (SUPPORTED_VERSIONS, _short(_numbers(tuple(VERSIONS[version] for version in hello.versions))))
        )
        # No share at all: the server then names the group it wants (RFC 8446 section 4.2.8), and no key is ever made.
        extensions.append((KEY_SHARE, _long(b"")))
    return extensions


def _extension(kind: int, data: bytes) -> bytes:
    return struct.pack(">H", kind) + _long(data)


def _numbers(values: tuple[int, ...]) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def _short(data: bytes) -> bytes:
    return bytes((len(data),)) + data


def _long(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data
