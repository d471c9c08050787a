"""What people cannot read in bytes, read for them: the first flights of a probe, the parts of an image answer."""

from __future__ import annotations

from dataclasses import asdict

from conformance.codecs.imagefacts import measurable, measure
from conformance.codecs.tls.offer import probed
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange


def reading(exchange: Exchange) -> dict[str, Json]:
    """What the kept bytes say, as judges read them; empty for an exchange whose body is text."""
    if exchange.flight is not None:
        try:
            return {**asdict(probed(exchange.flight)), "closed": exchange.flight.closed}
        except ValueError:
            return {}
    message = exchange.response
    kind = message.header("content-type") if message else ""
    return measure(kind, message.body) if message and message.body and measurable(kind) else {}
