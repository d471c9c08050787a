"""A node made of bytes: the suite's own client reads what it says, and no socket is opened."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from urllib3 import HTTPConnectionPool

from conformance.model.exchange import TlsSession
from conformance.model.node import Node
from conformance.protocols.client import Asked, HttpClient
from conformance.protocols.contexts import NONE
from conformance.protocols.failures import Stage
from conformance.protocols.observing import Observed
from conformance.protocols.wire import PlainConnection, Wire, current

Answering = Callable[[Asked], bytes]
"""What is sent back for a request: the head of an answer and its body, or whatever else."""


class _Bytes(io.RawIOBase):
    """What a connection says, to its end."""

    def __init__(self, said: bytes) -> None:
        self._left = memoryview(said)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count


class _Line:
    """Stands where a socket stands."""

    def __init__(self, said: bytes) -> None:
        self._said = said

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Bytes(self._said))

    def sendall(self, *_: Any) -> None:
        """Nobody reads it: what is said was decided before."""

    def settimeout(self, *_: Any) -> None:
        """It never waits."""

    def close(self) -> None:
        """It is not open."""


class _Spoken(Wire):
    """A connection on which one thing is said."""

    def __init__(self, said: bytes) -> None:
        super().__init__(None)

        class Connection(PlainConnection):
            def _new_conn(self) -> Any:
                call = current.get()
                call.stage, call.fresh = Stage.ANSWER, True
                return _Line(said)

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        self._pools.pool_classes_by_scheme = {"http": Pool, "https": Pool}


class ByteClient(HttpClient):
    """The client of the suite with a node that answers by a function, behind a door that lets everybody in."""

    def __init__(self, node: Node, answering: Answering, tls: TlsSession) -> None:
        super().__init__(node.trust, node.politeness)
        self._answering, self._tls = answering, tls

    def _wire(self, asked: Asked) -> Wire:
        return _Spoken(self._answering(asked))

    def call(self, asked: Asked) -> Observed:
        return replace(super().call(asked), tls=replace(self._tls, client=asked.certificate.removeprefix(NONE)))
