"""A session over sockets that remembers what happened at the door, so that nobody need knock there again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from conformance.model.agreements import Json
from conformance.model.node import Node
from conformance.play.counterparts import Bench
from conformance.play.drivers import actor_for
from conformance.protocols.client import AGENT, Asked, HttpClient
from conformance.protocols.observing import SYSTEM_CLOCK, Arrived, Observed, OpenGate, Performed
from conformance.protocols.operations import Operation
from conformance.protocols.session import Counterparts, NoCounterparts, Session

Shown = tuple[str, str, str]
"""What a client comes with: https or http, the role of the certificate it shows, the TLS version it insists on."""


class SocketSession(Session):
    """A conversation over sockets, with the suite's own counterparts or with others in their place."""

    def __init__(self, node: Node, counterparts: Counterparts | None = None) -> None:
        self.met: dict[Shown, Observed] = {}
        """How the door first met each certificate that asked over HTTP."""
        self.performed: dict[str, Performed] = {}
        """What each operation came to, by `asked_for`."""
        self.bench = Bench(node, SYSTEM_CLOCK)
        super().__init__(
            node,
            http=_Noting(node, self.met),
            counterparts=counterparts or self.bench,
            actor=actor_for(node, OpenGate(), SYSTEM_CLOCK, None, AGENT),
        )

    def perform(self, operation: Operation, arguments: Mapping[str, Json]) -> Performed:
        """As any session, noting what it came to."""
        performed = super().perform(operation, arguments)
        self.performed.setdefault(asked_for(operation, arguments), performed)
        return performed


class Nobody(NoCounterparts):
    """Counterparts that are not told of, so that nobody comes."""

    def calls(self, kind: str, within_s: float, until: str) -> Arrived:  # noqa: ARG002
        """Nothing."""
        return Arrived(calls=(), knocks=0, in_clear=0, lingering=0)


class _Noting(HttpClient):
    def __init__(self, node: Node, met: dict[Shown, Observed]) -> None:
        super().__init__(node.trust, node.politeness)
        self._met = met

    def call(self, asked: Asked) -> Observed:
        observed = super().call(asked)
        self._met.setdefault(shown(asked), observed)
        return observed


def shown(asked: Asked) -> Shown:
    """What a request shows the door."""
    return _scheme(asked.url), asked.certificate, asked.version


@lru_cache(maxsize=8192)
def _scheme(url: str) -> str:
    return urlsplit(url).scheme


def asked_for(operation: Operation, arguments: Mapping[str, Json]) -> str:
    """One name for an operation with its arguments."""
    return f"{operation.name} {json.dumps(dict(arguments), sort_keys=True, default=list)}"
