"""A session with a faulty node in this process: its handlers are called where a client would speak HTTP.

Only what HTTP says is played so. Handshakes, probes, plain HTTP and what the node asks by itself belong to the door:
there nothing differs from the faithful node, or (`SocketDoor`) the faulty one is really started and knocked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit

from conformance.model.agreements import Json
from conformance.model.exchange import Direction, Outcome, Request, Response
from conformance.model.node import Node
from conformance.protocols.client import Asked, outgoing
from conformance.protocols.observing import SYSTEM_CLOCK, Observed, Performed
from conformance.protocols.operations import Operation
from conformance.protocols.session import Session
from conformance.protocols.troubles import trouble
from conformance.simulators.http import Handler
from conformance.upkeep.kills.faithful import Faithful, undated
from conformance.upkeep.kills.sockets import Nobody, Shown, SocketSession, asked_for, shown
from conformance.upkeep.kills.wire import call_of, leaf_of, response_of

AT_THE_DOOR = ("tls.", "net.", "plain.", "driver.", "counterpart.")
"""Operations that take more than a handler."""


class UnmetError(LookupError):
    """The faithful node was never asked this: how its door would take it is not known."""


class Door(Protocol):
    """How a node meets who comes."""

    def meets(self, asked: Asked) -> Observed:
        """What came of asking something with this certificate."""
        ...

    def perform(self, operation: Operation, arguments: Mapping[str, Json]) -> Performed:
        """What came of an operation at the door."""
        ...

    def opened(self, kinds: Iterable[str]) -> AbstractContextManager[None]:
        """Have the counterparts of these kinds open within the block."""
        ...


class IndoorSession(Session):
    """A conversation with the handler of a node, behind a door."""

    def __init__(self, node: Node, handler: Handler, door: Door) -> None:
        super().__init__(node, http=IndoorClient(node, handler, door))
        self._door = door

    def perform(self, operation: Operation, arguments: Mapping[str, Json]) -> Performed:
        """What has to do with the door is done there."""
        if operation.name.startswith(AT_THE_DOOR):
            return self._door.perform(operation, arguments)
        return super().perform(operation, arguments)


class IndoorClient:
    """In place of the HTTP client. Whom the door lets in, the handler answers."""

    def __init__(self, node: Node, handler: Handler, door: Door) -> None:
        self._handler, self._door = handler, door
        self._leaves = {role: leaf_of(one.certificate) for role, one in node.trust.clients.items()}
        self._limit = node.politeness.body_limit_kib * 1024

    def call(self, asked: Asked) -> Observed:
        """As a client does."""
        met = self._door.meets(asked)
        if met.response is None or met.tls is None:  # what answers without TLS stands before the handler
            return replace(met, request=met.request and outgoing(asked))
        request = outgoing(asked)
        started, response = SYSTEM_CLOCK.stamp(), self.answer(request, asked.certificate, met.tls.version)
        if response.size > self._limit:
            late = trouble("body-too-large", f"HTTP {response.status}, more than {self._limit // 1024} KiB")
            return replace(
                met, outcome=Outcome.NO_ANSWER, started=started, trouble=late, request=request, response=None
            )
        return replace(met, started=started, duration_ms=0, request=request, response=response)

    def answer(self, request: Request, role: str, tls: str) -> Response:
        """What the node says to a request with this certificate, over this version of TLS."""
        return response_of(self._handler(call_of(request, self._leaves.get(role), tls)))

    def close(self) -> None:
        """Nothing is open."""


class FaithfulDoor:
    """The door of the faithful node, as it was met; what was answered over HTTP behind it is asked anew."""

    def __init__(self, faithful: Faithful, handler: Handler) -> None:
        self._faithful = faithful
        self._client = IndoorClient(faithful.plan.node, handler, self)

    def meets(self, asked: Asked) -> Observed:
        """As the faithful node met it; raises UnmetError."""
        met = self._faithful.met.get(shown(asked))
        if met is None:
            raise UnmetError(asked.url)
        return met

    def perform(self, operation: Operation, arguments: Mapping[str, Json]) -> Performed:
        """As at the faithful node, but for the answers; raises UnmetError."""
        asked = asked_for(operation, arguments)
        performed = self._faithful.performed.get(asked)
        if performed is None:
            raise UnmetError(asked)
        return replace(performed, observed=tuple(self._answered(one) for one in performed.observed))

    def opened(self, _: Iterable[str]) -> AbstractContextManager[None]:
        """Nobody comes."""
        return nullcontext()

    def takes_orders(self) -> bool:
        """Whether the driver still says what the faithful one says, so that what the node then asks is known."""
        orders = [one for name, one in self._faithful.performed.items() if name.startswith("driver.")]
        said = [one for performed in orders for one in performed.observed]
        return all(undated(one.response) == undated(self._answered(one).response) for one in said)

    def _answered(self, observed: Observed) -> Observed:
        if observed.request is None or observed.response is None or observed.direction is Direction.RECEIVED:
            return observed
        role, version = (observed.tls.client, observed.tls.version) if observed.tls else ("", "")
        return replace(observed, response=self._client.answer(observed.request, role, version))


class SocketDoor:
    """The door of a faulty node that listens. The addresses are the faithful node's, wherever it really is.

    Whom it met over TLS it treats so again, let in or refused: it sees nothing else of who comes. Where it came to no
    handshake it is knocked at every time. What it asks when it has taken an order is what the faithful node asked,
    unless it is to be waited for (`asks`).
    """

    def __init__(self, faithful: Faithful, url: str, *, asks: bool = False) -> None:
        self._asked = None if asks else faithful.performed
        self._said, self._real = _place(next(iter(faithful.plan.node.endpoints.values())).url), _place(url)
        self._met: dict[Shown, Observed] = {}
        moved = _moved(faithful.plan.node, self._said, self._real)
        self._session = SocketSession(moved, None if asks else Nobody())

    def meets(self, asked: Asked) -> Observed:
        """What comes of asking, the first time at least."""
        known = self._met.get(shown(asked))
        if known is not None:
            return known
        observed = self._session.http.call(replace(asked, url=asked.url.replace(self._said, self._real)))
        if observed.tls is not None:
            self._met[shown(asked)] = observed
        return observed

    def perform(self, operation: Operation, arguments: Mapping[str, Json]) -> Performed:
        """What comes of it now."""
        if operation.name == "counterpart.calls" and self._asked is not None and self._session.taken:
            return self._asked[asked_for(operation, arguments)]
        performed = self._session.perform(operation, arguments)
        return replace(performed, observed=tuple(self._at_its_address(one) for one in performed.observed))

    def opened(self, kinds: Iterable[str]) -> AbstractContextManager[None]:
        """Open them: what the node asks arrives there."""
        return self._session.bench.opened(kinds)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def _at_its_address(self, observed: Observed) -> Observed:
        if observed.request is None or observed.direction is Direction.RECEIVED:
            return observed
        request = observed.request
        return replace(observed, request=replace(request, url=request.url.replace(self._real, self._said)))


def _place(url: str) -> str:
    return urlsplit(url).netloc


def _moved(node: Node, said: str, real: str) -> Node:
    """The node as it is addressed, at another place."""
    endpoints = {kind: replace(one, url=one.url.replace(said, real)) for kind, one in node.endpoints.items()}
    driver = node.driver and replace(node.driver, url=node.driver.url.replace(said, real))
    return replace(node, endpoints=endpoints, driver=driver)
