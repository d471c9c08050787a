"""A scenario's exchanges as plain text, for tools that attach files."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.exchange import Exchange, Message, Recording
from conformance.reporting.bodies import body_of
from conformance.reporting.shell import curl
from conformance.reporting.visible import visible


def transcript(recording: Recording) -> str:
    """Every exchange in order: what was asked, what came back, and how to ask it again."""
    parts = [line for exchange in recording.exchanges for line in _lines(exchange)]
    if recording.resting_on is not None:
        parts.insert(0, f"Not played: {recording.resting_on.rung.value}: {recording.resting_on.text}")
    return visible("\n".join(parts)) + "\n"


def _lines(exchange: Exchange) -> Iterator[str]:
    yield f"=== {exchange.id} {exchange.operation} ({exchange.direction.value}) {exchange.duration_ms} ms"
    if exchange.trouble is not None:
        yield f"No answer: {exchange.trouble.rung.value}: {exchange.trouble.text} ({exchange.trouble.code})"
    if exchange.request is not None:
        yield f"> {exchange.request.method} {exchange.request.url}"
        yield from _message(exchange.request, ">")
    if exchange.response is not None:
        yield f"< {exchange.response.status} {exchange.response.reason}"
        yield from _message(exchange.response, "<")
    line = curl(exchange)
    if line is not None:
        yield f"\nRepeat:\n{line.text}"
    yield ""


def _message(message: Message, sign: str) -> Iterator[str]:
    for name, value in message.headers:
        yield f"{sign} {name}: {value}"
    body = body_of(message, indent=False)
    if body is None:
        return
    yield f"{sign} [{body.size} bytes, {body.digest or 'not kept'}]"
    yield body.text
    if body.cut:
        yield "[cut; the digest is that of the whole body as stored]"
