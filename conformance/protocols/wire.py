"""Connections that tell how far they came, what TLS agreed, and that never outlive the time they were given."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from conformance.model.exchange import TlsSession
from conformance.protocols.failures import Stage

_DER = 2  # _ssl.ENCODING_DER, which the ssl module does not export


@dataclass(slots=True)
class Call:
    """What is known of the call under way; filled in by the connection that carries it."""

    deadline: float
    read_timeout: float
    clock: Any
    stage: Stage = Stage.CONNECT
    fresh: bool = False
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
        self._sock.settimeout(current.get().remaining())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Reply(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(sock, self.fp.detach()), 65536)


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


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = TlsConnection


class WireAdapter(HTTPAdapter):
    """The transport of `requests` with one TLS context of our own and nothing from the environment."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(pool_connections=4, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_: Any) -> None:
        """A pool manager that makes our connections."""
        options: dict[str, Any] = {"ssl_context": self._context} if self._context else {}
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:  # noqa: ARG002
        """The address only: trust is in the context."""
        return super().build_connection_pool_key_attributes(request, False, None)[0], {}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing: `requests` would add the roots of the public web to those of the node file."""


def agreed(sock: ssl.SSLSocket) -> TlsSession:
    """Version, suite and the certificates the peer showed, leaf first."""
    cipher = sock.cipher()
    return TlsSession(version=sock.version() or "", cipher=cipher[0] if cipher else "", peer=peer_chain(sock))


def peer_chain(sock: ssl.SSLSocket) -> tuple[bytes, ...]:
    """DER certificates as the peer sent them; only the leaf where this Python cannot tell more."""
    public = getattr(sock, "get_unverified_chain", None)
    if public is not None:
        return tuple(public())
    inner = getattr(getattr(sock, "_sslobj", None), "get_unverified_chain", None)
    if inner is not None:
        return tuple(certificate.public_bytes(_DER) for certificate in inner() or ())
    leaf = sock.getpeercert(binary_form=True)
    return (leaf,) if leaf else ()
