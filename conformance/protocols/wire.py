"""Connections that tell how far they came, what TLS agreed, and that never outlive the time they were given."""

from __future__ import annotations

import http.client
import io
import queue
import socket
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection

from conformance.model.exchange import TlsSession
from conformance.protocols.failures import Stage

_DER = 2  # _ssl.ENCODING_DER, which the ssl module does not export
_NO_RETRIES = Retry(0, read=False)


@dataclass(slots=True)
class Call:
    """What is known of the call under way; filled in by the connection that carries it."""

    deadline: float
    read_timeout: float
    clock: Any
    stage: Stage = Stage.CONNECT
    fresh: bool = False
    received: int = 0
    """Bytes of the answer so far, its head too."""
    status: int = 0
    """That of the answer whose head has come."""
    tls: TlsSession | None = None

    def remaining(self) -> float:
        """Seconds for the next read; raises TimeoutError when none is left."""
        left: float = self.deadline - self.clock()
        if left <= 0:
            raise TimeoutError("the time for the whole answer is over")
        return min(left, self.read_timeout)


current: ContextVar[Call] = ContextVar("current")


class _Timed(io.RawIOBase):
    """Reads a socket under the call's own clock, so that a server that trickles bytes cannot hold us."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock, self._raw = sock, raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        call = current.get()
        self._sock.settimeout(call.remaining())
        read = self._raw.readinto(buffer)
        call.received += read or 0
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Reply(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(sock, self.fp.detach()), 65536)

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the answer: any that is on its way (RFC 9110 section 15.2) is read past, as http.client
        itself does with 100 alone."""
        line: tuple[str, int, str] = super()._read_status()  # type: ignore[misc] # http.client's own
        while 100 <= line[1] < 200 and line[1] != http.client.SWITCHING_PROTOCOLS:
            http.client.parse_headers(self.fp)
            line = super()._read_status()  # type: ignore[misc]
        return line


class PlainConnection(HTTPConnection):
    """A connection without TLS that reports its stages."""

    response_class = _Reply

    def _new_conn(self) -> socket.socket:
        call = current.get()
        call.stage, call.fresh = Stage.CONNECT, True
        sock = super()._new_conn()
        call.stage = Stage.ANSWER
        return sock


class TlsConnection(HTTPSConnection):
    """A connection with TLS that reports its stages and remembers what was agreed."""

    response_class = _Reply
    agreed: TlsSession | None = None

    def _new_conn(self) -> socket.socket:
        call = current.get()
        call.stage, call.fresh = Stage.CONNECT, True
        sock = super()._new_conn()
        call.stage = Stage.HANDSHAKE
        return sock

    def connect(self) -> None:
        super().connect()
        if isinstance(self.sock, ssl.SSLSocket):
            self.agreed = agreed(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        call = current.get()
        call.stage, call.tls = Stage.ANSWER, self.agreed
        super().request(*args, **kwargs)


class _Rack:
    """Where a pool keeps its connections. One thread uses it: the queue that it stands in for has a lock, which an
    interruption at the wrong moment leaves held, and whoever closes the pool then waits for ever."""

    def __init__(self, maxsize: int) -> None:
        self._kept: list[Any] = []
        self._room = maxsize

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: ARG002 - as pools call it
        """The connection that was put last; raises queue.Empty."""
        if not self._kept:
            raise queue.Empty
        return self._kept.pop()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: ARG002 - as pools call it
        """Keep a connection; raises queue.Full."""
        if len(self._kept) >= self._room:
            raise queue.Full
        self._kept.append(item)

    def qsize(self) -> int:
        """How many are kept."""
        return len(self._kept)


# A rack is no queue to mypy, but all of one that a pool uses.
class _PlainPool(HTTPConnectionPool):
    ConnectionCls = PlainConnection
    QueueCls = _Rack  # type: ignore[assignment]


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = TlsConnection
    QueueCls = _Rack  # type: ignore[assignment]


class Wire:
    """The connections under one TLS context of our own, with nothing from the environment.

    It is the transport that `requests` rests on, without what that adds for proxies, cookies and the web's own roots.
    """

    def __init__(self, context: ssl.SSLContext | None) -> None:
        options: dict[str, Any] = {"ssl_context": context} if context else {}
        self._pools = PoolManager(num_pools=4, maxsize=2, **options)
        self._pools.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: Timeout
    ) -> BaseHTTPResponse:
        """Send a request and read the head of its answer; the body is read by the caller, who closes it."""
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        pool = self._pools.connection_from_host(parts.hostname, parts.port, parts.scheme)
        return pool.urlopen(
            method,
            target,
            body=body,
            headers=headers,
            retries=_NO_RETRIES,
            redirect=False,
            assert_same_host=False,
            timeout=timeout,
            preload_content=False,
            decode_content=False,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pools.clear()


def agreed(sock: ssl.SSLSocket) -> TlsSession:
    """Version, suite and the certificates the peer showed, leaf first."""
    cipher = sock.cipher()
    return TlsSession(version=sock.version() or "", cipher=cipher[0] if cipher else "", peer=peer_chain(sock))


def peer_chain(sock: ssl.SSLSocket) -> tuple[bytes, ...]:
    """DER certificates as the peer sent them, all of them: judges look for a chain in these alone."""
    public = getattr(sock, "get_unverified_chain", None)
    if public is not None:
        return tuple(public())
    # Python 3.11 and 3.12 know it only of the object inside.
    inner = getattr(getattr(sock, "_sslobj", None), "get_unverified_chain", tuple)
    return tuple(certificate.public_bytes(_DER) for certificate in inner() or ())
