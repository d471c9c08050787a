"""The suite's own servers during a run: opened where the node file says, and everything that arrives observed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from urllib.parse import urlencode

from conformance.model.agreements import Json, Scenario
from conformance.model.exchange import Direction, Outcome, Request, Response, TlsSession
from conformance.model.node import Counterpart, Node
from conformance.protocols.observing import Clock, Observed
from conformance.protocols.troubles import TroubleError, trouble
from conformance.simulators.http import Answer, Call, Handler, mounted
from conformance.simulators.server import Server, TlsSettings, serve

DICOMWEB = "dicomweb"
SETTLE_S = 0.3
"""Calls that belong together follow each other closely: after the awaited one, so long a silence ends the waiting."""

_RECEIVED: dict[str, Json] = {"received": True}


class Bench:
    """The counterparts that are open, and what arrived at them."""

    def __init__(self, node: Node, clock: Clock) -> None:
        self._node, self._clock = node, clock
        self._servers: dict[str, Server] = {}
        self._arrived: dict[str, list[Observed]] = {}
        self._news = threading.Condition()

    def open(self, kind: str) -> None:
        """Open a counterpart and forget what arrived before; one the node file does not name stays closed."""
        counterpart = self._node.counterparts.get(kind)
        self._arrived[kind] = []
        if counterpart is None or kind in self._servers or kind not in _HANDLERS:
            return
        handler = self._observing(kind, mounted({f"/{kind}": _HANDLERS[kind](self._node)}))
        self._servers[kind] = _serve(handler, counterpart, self._node)

    @contextmanager
    def opened(self, kinds: Iterable[str]) -> Iterator[None]:
        """Have these open within the block."""
        try:
            for kind in kinds:
                self.open(kind)
            yield
        finally:
            self.close()

    def close(self) -> None:
        """Close them all."""
        for server in self._servers.values():
            server.stop()
        self._servers.clear()

    def addresses(self) -> Mapping[str, str]:
        """Where the node reaches each open counterpart, by kind."""
        return {
            kind: self._node.counterparts[kind].advertise or f"{server.url}/{kind}"
            for kind, server in self._servers.items()
        }

    def calls(self, kind: str, within_s: float, until: str) -> tuple[Observed, ...]:
        """What arrived, waiting until the operation was seen and the node is silent again, or the time is over."""
        if kind not in self._servers:
            raise TroubleError(trouble("counterpart-missing", kind))
        with self._news:
            if until:
                self._news.wait_for(lambda: self._saw(kind, until), within_s)
                before = -1
                while before != len(self._arrived[kind]) and self._saw(kind, until):
                    before = len(self._arrived[kind])
                    self._news.wait(SETTLE_S)
            else:
                self._news.wait_for(lambda: False, within_s)
            return tuple(self._arrived[kind])

    def _saw(self, kind: str, operation: str) -> bool:
        return any(observed.operation == operation for observed in self._arrived[kind])

    def _observing(self, kind: str, handler: Handler) -> Handler:
        def handle(call: Call) -> Answer:
            started, begin = self._clock.stamp(), self._clock.monotonic()
            answer = handler(call)
            took = round((self._clock.monotonic() - begin) * 1000)
            with self._news:
                self._arrived[kind].append(_observed(call, answer, started, took))
                self._news.notify_all()
            return answer

        return handle


def listened_to(scenario: Scenario) -> tuple[str, ...]:
    """The kinds of counterparts at which a scenario waits for the node."""
    waiting = (step for step in scenario.steps if step.operation == "counterpart.calls")
    return tuple(sorted({str(step.given.get("kind")) for step in waiting}))


def _serve(handler: Handler, counterpart: Counterpart, node: Node) -> Server:
    host, _, port = counterpart.listen.rpartition(":")
    shown = node.trust.clients.get("counterpart") or node.trust.clients.get("valid")
    if shown is None:
        raise TroubleError(trouble("client-certificate-missing", "counterpart"))
    roots = (node.trust.roots,) if node.trust.roots else ()
    settings = TlsSettings(chain=shown.certificate, key=shown.key, roots=roots, minimum="TLSv1.2", maximum="TLSv1.3")
    with suppress(ValueError):
        return serve(handler, tls=settings, host=host or "127.0.0.1", port=int(port))
    raise TroubleError(trouble("counterpart-missing", "'listen' is not host:port"))


def _observed(call: Call, answer: Answer, started: str, took_ms: int) -> Observed:
    query = f"?{urlencode(call.query)}" if call.query else ""
    request = Request(
        method=call.method,
        url=f"{call.base}{call.path}{query}",
        headers=tuple((name.lower(), value) for name, value in call.headers.items()),
        body=call.body,
        size=len(call.body),
    )
    response = Response(
        status=answer.status,
        headers=tuple((name.lower(), value) for name, value in answer.headers),
        body=answer.body,
        size=len(answer.body),
    )
    return Observed(
        outcome=Outcome.ANSWERED,
        started=started,
        duration_ms=took_ms,
        direction=Direction.RECEIVED,
        request=request,
        response=response,
        tls=TlsSession(version="", cipher="", peer=(call.certificate,)) if call.certificate else None,
        operation=operation_of(call.path),
        given=_RECEIVED,
    )


def operation_of(path: str) -> str:
    """The operation a DICOMweb path asks for (PS3.18 sections 10.4 and 10.6), by its last segments."""
    segments = [segment for segment in path.split("/") if segment]
    last = segments[-1] if segments else ""
    searches = {"studies": "search-studies", "series": "search-series", "instances": "search-instances"}
    if last in searches:
        return f"dicomweb.{searches[last]}"
    if last in ("metadata", "rendered"):
        return f"dicomweb.{last}"
    if "frames" in segments:
        return "dicomweb.frames"
    return "dicomweb.retrieve" if "studies" in segments else "dicomweb.other"


def _gateway(node: Node) -> Handler:
    """The image gateway over the synthetic studies, with the BSNs the node file gives its patients."""
    from conformance.simulators.dicomweb import dicomweb_handler  # pydicom loads slowly: only when images are asked for
    from conformance.synthesis.patients import patients
    from conformance.synthesis.studies import studies

    known = {role: one for role, one in patients().items() if one.known and role in node.patients}
    return dicomweb_handler(studies({role: replace(one, bsn=node.patients[role].bsn) for role, one in known.items()}))


_HANDLERS: Mapping[str, Callable[[Node], Handler]] = {DICOMWEB: _gateway}
