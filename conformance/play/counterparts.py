"""The suite's own servers during a run: opened where the node file says, and everything that arrives observed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from urllib.parse import urlsplit

from conformance.model.agreements import Scenario
from conformance.model.exchange import Trouble
from conformance.model.node import Certificate, Node
from conformance.play.arrivals import Arrivals
from conformance.protocols.observing import Arrived, Clock
from conformance.protocols.roles import shown_by_counterpart
from conformance.protocols.troubles import TroubleError, trouble
from conformance.simulators.hello import Porter
from conformance.simulators.http import Handler, mounted
from conformance.simulators.server import Server, TlsSettings, serve

DICOMWEB = "dicomweb"


class Bench:
    """The counterparts that are open, and what arrived at them."""

    def __init__(self, node: Node, clock: Clock) -> None:
        self._node, self._clock = node, clock
        self._meant: tuple[str, ...] = ()
        self._servers: dict[str, Server] = {}
        self._arrivals: dict[str, Arrivals] = {}
        self._handlers: dict[str, Handler] = {}
        self._obstacle: Trouble | None = None

    @contextmanager
    def opened(self, kinds: Iterable[str]) -> Iterator[None]:
        """Let these be open within the block, from when it is said what they show; one the node file does not name
        stays closed."""
        self._meant = tuple(kind for kind in kinds if kind in self._node.counterparts and kind in _HANDLERS)
        try:
            yield
        finally:
            self.close()
            self._meant = ()

    def show(self, certificate: str) -> None:
        """Open them anew with the certificate of this role, and forget what arrived before.

        Raises TroubleError when it cannot be shown; then they stay closed.
        """
        self.close()
        try:
            for kind in self._meant:
                self._open(kind, certificate)
        except TroubleError as obstacle:
            self.close()
            self._obstacle = obstacle.trouble
            raise

    def close(self) -> None:
        """Close them all."""
        for server in self._servers.values():
            server.stop()
        self._servers.clear()
        self._arrivals.clear()
        self._obstacle = None

    def addresses(self) -> Mapping[str, str]:
        """Where the node reaches each open counterpart, by kind."""
        return {
            kind: self._node.counterparts[kind].advertise or f"{server.url}/{kind}"
            for kind, server in self._servers.items()
        }

    def calls(self, kind: str, within_s: float, until: str) -> Arrived:
        """What arrived, waiting until it was seen and the node is silent again, or the time is over."""
        arrivals = self._arrivals.get(kind)
        if arrivals is None:
            raise TroubleError(self._obstacle or trouble("counterpart-missing", kind))
        return arrivals.awaited(within_s, until)

    def _open(self, kind: str, certificate: str) -> None:
        if kind not in self._handlers:
            self._handlers[kind] = mounted({f"/{kind}": _HANDLERS[kind](self._node)})
        counterpart = self._node.counterparts[kind]
        host = urlsplit(counterpart.advertise).hostname or "localhost"
        shown = shown_by_counterpart(self._node.trust.clients, certificate, host, self._clock.now())
        arrivals = Arrivals(self._clock)
        handler = arrivals.of(self._handlers[kind])
        self._servers[kind] = _serve(handler, self._node, shown, counterpart.listen, arrivals.porter)
        self._arrivals[kind] = arrivals


def listened_to(scenario: Scenario) -> tuple[str, ...]:
    """The kinds of counterparts at which a scenario waits for the node."""
    waiting = (step for step in scenario.steps if step.operation == "counterpart.calls")
    return tuple(sorted({str(step.given.get("kind")) for step in waiting}))


def _serve(handler: Handler, node: Node, shown: Certificate, listen: str, porter: Porter) -> Server:
    host, _, port = listen.rpartition(":")
    roots = (node.trust.roots,) if node.trust.roots else ()
    settings = TlsSettings(chain=shown.certificate, key=shown.key, roots=roots, minimum="TLSv1.2", maximum="TLSv1.3")
    with suppress(ValueError):
        return serve(handler, tls=settings, host=host or "127.0.0.1", port=int(port), porter=porter)
    raise TroubleError(trouble("counterpart-missing", "'listen' is not host:port"))


def _gateway(node: Node) -> Handler:
    """The image gateway over the synthetic studies, with the BSNs the node file gives its patients."""
    from conformance.simulators.dicomweb import dicomweb_handler  # pydicom loads slowly: only when images are asked for
    from conformance.synthesis.patients import patients
    from conformance.synthesis.studies import studies

    known = {role: one for role, one in patients().items() if one.known and role in node.patients}
    return dicomweb_handler(studies({role: replace(one, bsn=node.patients[role].bsn) for role, one in known.items()}))


_HANDLERS: Mapping[str, Callable[[Node], Handler]] = {DICOMWEB: _gateway}
