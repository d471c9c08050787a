"""Those who stand before a TLS server: doormen, who may answer a ClientHello themselves, and a porter, who counts.

OpenSSL 3 speaks neither SSLv3 nor RC4, and Python cannot choose TLS 1.3 suites. A doorman can act as if: he answers a
hello with a ServerHello of his own making, or with an alert. Everything else he carries to the server behind him.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

HANDSHAKE, ALERT, CLIENT_HELLO, SERVER_HELLO = 22, 21, 1, 2
FATAL, HANDSHAKE_FAILURE = 2, 40
SUPPORTED_VERSIONS = 43
HELLO_TIMEOUT_S = 10
CHUNK = 65536
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What a ClientHello offers: versions and suites by number, and whether it offers compression."""

    versions: tuple[int, ...]
    suites: tuple[int, ...]
    compression: bool


Doorman = Callable[[Hello], bytes | None]
"""Answers a hello with the bytes of a record, or lets it pass with None."""


@dataclass(slots=True)
class Porter:
    """Counts who knocks, with a ClientHello, and who asks in clear; knows who of the first is still there. `news` is
    called at every change.

    A client that does not trust the certificate it is shown leaves no other trace.
    """

    news: Callable[[], None]
    knocks: int = 0
    in_clear: int = 0
    _there: set[object] = field(default_factory=set)

    @property
    def there(self) -> int:
        """How many connections are not over yet."""
        return len(self._there)

    def meets(self, visitor: object, record: bytes) -> None:
        """Take note of the first record of a connection, or of the first bytes of what is no TLS."""
        if record[0] == HANDSHAKE and record[5:6] == bytes((CLIENT_HELLO,)):
            self.knocks += 1
            self._there.add(visitor)
        elif record.partition(b" ")[0].isalpha():  # an HTTP method
            self.in_clear += 1
        self.news()

    def misses(self, visitor: object) -> None:
        """Take note that one of the two sides ended a connection."""
        if visitor in self._there:
            self._there.discard(visitor)
            self.news()


def alert(description: int = HANDSHAKE_FAILURE) -> bytes:
    """A fatal alert record."""
    return bytes((ALERT, 3, 3, 0, 2, FATAL, description))


def server_hello(version: int, suite: int, *, compression: bool = False) -> bytes:
    """A ServerHello record that chooses this version, suite and, if asked, DEFLATE."""
    extensions = b""
    if version >= 0x0304:
        extensions = SUPPORTED_VERSIONS.to_bytes(2, "big") + b"\x00\x02" + version.to_bytes(2, "big")
    body = min(version, 0x0303).to_bytes(2, "big") + secrets.token_bytes(32) + b"\x00" + suite.to_bytes(2, "big")
    body += b"\x01" if compression else b"\x00"
    if version > 0x0300:
        body += len(extensions).to_bytes(2, "big") + extensions
    message = bytes((SERVER_HELLO,)) + len(body).to_bytes(3, "big") + body
    return bytes((HANDSHAKE,)) + min(version, 0x0303).to_bytes(2, "big") + len(message).to_bytes(2, "big") + message


def hello_from(record: bytes) -> Hello | None:
    """The ClientHello in a TLS record (header included), or None when it is something else or cut off."""
    whole = len(record) >= max(44, 5 + int.from_bytes(record[3:5], "big"))
    if not whole or record[0] != HANDSHAKE or record[5] != CLIENT_HELLO:
        return None
    try:
        return _parsed(record[9:])
    except IndexError:
        return None


def _parsed(body: bytes) -> Hello:
    version, at = int.from_bytes(body[:2], "big"), 34
    at += 1 + body[at]
    count = int.from_bytes(body[at : at + 2], "big")
    listed = body[at + 2 : at + 2 + count]
    at += 2 + count
    methods = body[at + 1 : at + 1 + body[at]]
    at += 1 + body[at]
    return Hello(
        versions=_versions(body[at + 2 :]) or (version,),
        suites=tuple(int.from_bytes(listed[i : i + 2], "big") for i in range(0, len(listed) - 1, 2)),
        compression=any(methods),
    )


def _versions(extensions: bytes) -> tuple[int, ...]:
    at = 0
    while at + 4 <= len(extensions):
        kind, size = (int.from_bytes(extensions[at + i : at + i + 2], "big") for i in (0, 2))
        content = extensions[at + 4 : at + 4 + size]
        if kind == SUPPORTED_VERSIONS:
            return tuple(int.from_bytes(content[i : i + 2], "big") for i in range(1, len(content) - 1, 2))
        at += 4 + size
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands behind a door, on loopback: a TLS server, and one for what is no TLS (None: the same)."""

    port: int
    plain_port: int | None = None

    def meant(self, record: bytes) -> int:
        """The port to which a connection that begins so is carried."""
        return self.plain_port if self.plain_port is not None and record[0] != HANDSHAKE else self.port


async def stand_before(
    behind: Behind, host: str, port: int, doormen: tuple[Doorman, ...] = (), porter: Porter | None = None
) -> asyncio.Server:
    """Open a port whose connections meet porter and doormen and are carried to what stands behind."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            record = await asyncio.wait_for(_first_record(reader), HELLO_TIMEOUT_S)
            if porter is not None:
                porter.meets(writer, record)
            answer = _answer(doormen, hello_from(record))
            if answer is not None:
                writer.write(answer)
                await writer.drain()
            else:
                await _carry(reader, writer, record, behind.meant(record), lambda: over(writer))

    def over(writer: asyncio.StreamWriter) -> None:
        if porter is not None:
            porter.misses(writer)

    meetings: set[asyncio.Task[None]] = set()

    def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        meeting = asyncio.create_task(meet(reader, writer))
        meetings.add(meeting)
        meeting.add_done_callback(meetings.discard)
        meeting.add_done_callback(lambda _: writer.close())  # also when it was called off before it began
        meeting.add_done_callback(lambda _: over(writer))

    return await asyncio.start_server(welcome, host, port)


async def _first_record(reader: asyncio.StreamReader) -> bytes:
    header = await reader.readexactly(5)
    if header[0] != HANDSHAKE:
        return header  # no TLS, so no length either
    return header + await reader.readexactly(int.from_bytes(header[3:5], "big"))


def _answer(doormen: tuple[Doorman, ...], hello: Hello | None) -> bytes | None:
    if hello is None:
        return None
    return next((answer for doorman in doormen if (answer := doorman(hello)) is not None), None)


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes, port: int, over: Callable[[], None]
) -> None:
    inner_reader, inner_writer = await asyncio.open_connection(LOOPBACK, port)
    inner_writer.write(first)

    async def answers() -> None:
        await _copy(inner_reader, writer)
        over()  # for the server; who was refused may leave his own end open

    try:
        await asyncio.gather(_copy(reader, inner_writer), answers())
    finally:
        inner_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
