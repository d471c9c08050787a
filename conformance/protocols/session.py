"""Everything an operation needs to speak with one node: addresses, connections, tokens, time, and who may act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from conformance.model.agreements import Json
from conformance.model.node import Node
from conformance.protocols.client import AGENT, HttpClient
from conformance.protocols.observing import SYSTEM_CLOCK, Arrived, Clock, Gate, Observed, OpenGate, Performed, Watch
from conformance.protocols.patience import Http, Patient
from conformance.protocols.troubles import TroubleError, trouble

if TYPE_CHECKING:
    from conformance.protocols.operations import Operation


class Counterparts(Protocol):
    """The suite's own servers, on which the node's calls arrive."""

    def show(self, certificate: str) -> None:
        """Open those that are listened at, with the certificate of this role, and forget what arrived before.

        Raises TroubleError when it cannot be shown.
        """
        ...

    def addresses(self) -> Mapping[str, str]:
        """Where the node reaches each open counterpart, by kind."""
        ...

    def calls(self, kind: str, within_s: float, until: str) -> Arrived:
        """What arrived at a counterpart, waiting until an operation (`call`: any, `knock`: a handshake that began) was
        seen or the time is over."""
        ...


class Actor(Protocol):
    """Makes the node act: through its driver, or by asking a person."""

    def start(self, order: Mapping[str, Json], timeout_s: float) -> Observed:
        """Hand over an order and return what the driver said."""
        ...


class NoCounterparts:
    """Stands in where a run opens none."""

    def show(self, certificate: str) -> None:
        """Nowhere."""

    def addresses(self) -> Mapping[str, str]:
        """None."""
        return {}

    def calls(self, kind: str, within_s: float, until: str) -> Arrived:  # noqa: ARG002
        """Raises TroubleError: there is no such counterpart."""
        raise TroubleError(trouble("counterpart-missing", kind))


class NoActor:
    """Stands in where nothing can make the node act."""

    def start(self, order: Mapping[str, Json], timeout_s: float) -> Observed:  # noqa: ARG002
        """Raises TroubleError: there is no driver."""
        raise TroubleError(trouble("driver-failed", "no driver"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An endpoint taken apart; `path` is never empty, `tls` false for http."""

    url: str
    host: str
    port: int
    path: str
    tls: bool


class Session:
    """A conversation with one node, used by one thread; close it when done."""

    def __init__(
        self,
        node: Node,
        *,
        gate: Gate | None = None,
        clock: Clock = SYSTEM_CLOCK,
        counterparts: Counterparts | None = None,
        actor: Actor | None = None,
        run: str = "",
        agent: str = AGENT,
        http: Http | None = None,
    ) -> None:
        from conformance.protocols.tokens import TokenSource

        self.node, self.clock, self.run = node, clock, run
        self.watch = Watch(clock)
        self.gate = gate or OpenGate()
        client = http or HttpClient(node.trust, node.politeness, gate=self.gate, clock=clock, agent=agent)
        self.http: Http = Patient(client, clock)
        self.tokens = TokenSource(self)
        self.counterparts = counterparts or NoCounterparts()
        self.actor = actor or NoActor()
        self.greeted: set[tuple[str, int]] = set()
        """Where a ClientHello was answered: silence to another one there is about that one."""
        self.taken = True
        """Whether the node took the last order; where it did not, nobody is waited for."""

    def address(self, endpoint: str) -> Address:
        """Where an endpoint is; raises TroubleError when the node file names none of this kind."""
        named = self.node.endpoints.get(endpoint)
        if named is None:
            raise TroubleError(trouble("endpoint-missing", endpoint))
        return _taken_apart(named.url)

    def perform(self, operation: Operation, arguments: Mapping[str, Json]) -> Performed:
        """Carry out an operation with this node."""
        return operation.perform(self, arguments)

    def setting(self, name: str, default: str = "") -> str:
        """A setting of the node file as text."""
        value = self.node.settings.get(name, default)
        return value if isinstance(value, str) else default

    def close(self) -> None:
        """Close every connection."""
        self.http.close()


@lru_cache(maxsize=64)
def _taken_apart(url: str) -> Address:
    parts = urlsplit(url)
    tls = parts.scheme.lower() != "http"
    return Address(
        url=url.rstrip("/"),
        host=(parts.hostname or "").lower(),
        port=parts.port or (443 if tls else 80),
        path=parts.path or "/",
        tls=tls,
    )
