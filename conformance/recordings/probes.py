"""Whether a recorded probe is the one that its step asks for: what was offered, and an answer that ends as one does."""

from __future__ import annotations

from ipaddress import ip_address

from conformance.codecs.tls.choice import NotTlsError, deciding, decode
from conformance.codecs.tls.hello import encode, read
from conformance.codecs.tls.offer import MOST, asked_for
from conformance.model.exchange import Exchange, Flight, Outcome
from conformance.model.words import Text

PROBE = "tls.probe"


def probe_agrees(exchange: Exchange, host: str = "") -> Text | None:
    """What is wrong between a probe's step and its recorded flights; None when they agree, or it is no probe.

    With `host` the hello must name it too (or nobody, for an IP address). That the server hung up no bytes can show.
    """
    if exchange.operation != PROBE:
        return None
    if exchange.flight is None:
        answered = exchange.outcome is Outcome.ANSWERED
        return Text("de beantwoorde proef heeft geen bytes", "the answered probe has no bytes") if answered else None
    if exchange.outcome is not Outcome.ANSWERED:
        return Text("een proef zonder antwoord heeft bytes", "a probe without an answer has bytes")
    silent = exchange.facts.get("silent_twice") is True
    return _offer(exchange, exchange.flight.hello, host) or _answer(exchange.flight, silent=silent)


def _offer(exchange: Exchange, data: bytes, host: str) -> Text | None:
    try:
        hello = read(data)
        wanted = asked_for(exchange.given)
        asked = wanted[exchange.number - 1] if 1 <= exchange.number <= len(wanted) else None
        # What else a hello holds (random, name) is its own; all that is offered must be the step's.
        agrees = asked is not None and encode(asked.hello(hello.server_name, hello.random)) == data
        named = _said(host)
    except (ValueError, TypeError, LookupError):
        return Text("de ClientHello of de stap is onleesbaar", "the ClientHello or the step is unreadable")
    if not agrees:
        return Text(
            f"de ClientHello is niet de {exchange.number}e die de stap vraagt",
            f"the ClientHello is not number {exchange.number} of what the step asks for",
        )
    if host and "SSLv3" not in hello.versions and hello.server_name != named:
        return Text(
            f"de ClientHello vraagt naar '{hello.server_name}' in plaats van '{host}'",
            f"the ClientHello asks for '{hello.server_name}' instead of '{host}'",
        )
    return None


def _answer(flight: Flight, *, silent: bool) -> Text | None:
    """An honest prober reads until something decides, the server hangs up, or there is too much; or it hears nothing,
    twice, and says so."""
    if silent:
        heard = flight.answer or flight.closed
        return Text("er kwam iets, tegen het feit in", "something came, against the fact") if heard else None
    try:
        done = decode(flight.answer).done
        whole = deciding(flight.answer) == flight.answer
    except NotTlsError:
        return Text("het antwoord is geen TLS", "the answer is no TLS")
    if done == flight.closed and len(flight.answer) < MOST:
        return Text("de eerste vlucht houdt halverwege op", "the first flight ends half-way")
    if not whole:
        return Text("achter de keuze staan nog bytes", "there are more bytes behind the choice")
    return None


def _said(host: str) -> str:
    """How a hello says a host: its name in ASCII; an IP address is not said (RFC 6066 section 3)."""
    try:
        ip_address(host)
    except ValueError:
        return host.lower().encode("idna").decode("ascii")
    return ""
