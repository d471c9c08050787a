"""Exchanges and recordings as JSON documents, and back; bodies and certificates stand beside them by digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from conformance.model.agreements import Json
from conformance.model.exchange import (
    Direction,
    Exchange,
    Flight,
    Outcome,
    Recording,
    Request,
    Response,
    Rung,
    TlsSession,
    Trouble,
)
from conformance.model.words import RunState
from conformance.recordings.typed import well_typed

Keep = Callable[[bytes], str]
Fetch = Callable[[str], bytes]
FORMAT = 2


class MalformedEvidenceError(ValueError):
    """A stored document is not what this suite writes."""


def to_bytes(document: Json) -> bytes:
    """The document's one form: sorted keys, no spaces, UTF-8."""
    return _ENCODER.encode(document).encode("utf-8", "surrogatepass")


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_bytes(data: bytes) -> dict[str, Any]:
    """What a document says; raises MalformedEvidenceError. Whether it says that in our one form, `as_written` tells."""
    try:
        document = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise MalformedEvidenceError("it is not JSON") from error
    if not isinstance(document, dict):
        raise MalformedEvidenceError("it is not a JSON object")
    return document


def as_written(data: bytes, again: Json) -> None:
    """Raises MalformedEvidenceError when a document says more, or says it otherwise, than what was read from it: also
    where a member is named twice, of which a reader sees one."""
    if data != to_bytes(again):
        raise MalformedEvidenceError("it is not written in the one form in which this suite writes it, or holds more")


def exchange_document(exchange: Exchange, keep: Keep) -> dict[str, Json]:
    """An exchange without its bodies, which `keep` stores and names."""
    return {
        "format": FORMAT,
        "run": exchange.run,
        "scenario": exchange.scenario,
        "step": exchange.step,
        "number": exchange.number,
        "operation": exchange.operation,
        "given": dict(exchange.given),
        "direction": exchange.direction.value,
        "outcome": exchange.outcome.value,
        "started": exchange.started,
        "duration_ms": exchange.duration_ms,
        "trouble": _trouble_document(exchange.trouble),
        "request": _message(exchange.request, keep, ("method", "url")),
        "response": _message(exchange.response, keep, ("status", "reason")),
        "tls": _tls_document(exchange.tls, keep),
        "flight": _flight_document(exchange.flight, keep),
        "facts": dict(exchange.facts),
    }


def exchange_from(document: Mapping[str, Any], fetch: Fetch) -> Exchange:
    """The exchange of a document; raises MalformedEvidenceError."""
    try:
        request, response = document["request"], document["response"]
        exchange = Exchange(
            scenario=document["scenario"],
            step=document["step"],
            number=document["number"],
            operation=document["operation"],
            given=document["given"],
            direction=Direction(document["direction"]),
            outcome=Outcome(document["outcome"]),
            started=document["started"],
            duration_ms=document["duration_ms"],
            trouble=_trouble(document["trouble"]),
            request=Request(method=request["method"], url=request["url"], **_half(request, fetch)) if request else None,
            response=Response(status=response["status"], reason=response["reason"], **_half(response, fetch))
            if response
            else None,
            tls=_tls(document["tls"], fetch),
            flight=_flight(document["flight"], fetch),
            facts=document["facts"],
            run=document["run"],
        )
        well_typed(exchange)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedEvidenceError(f"it is no exchange ({type(error).__name__}: {error})") from error
    return exchange


def recording_document(recording: Recording, digests: tuple[str, ...]) -> dict[str, Json]:
    """A recording by the digests of its exchanges."""
    return {
        "format": FORMAT,
        "run": recording.run,
        "scenario": recording.scenario,
        "state": recording.state.value,
        "resting_on": _trouble_document(recording.resting_on),
        "exchanges": list(digests),
    }


def recording_from(document: Mapping[str, Any], exchange: Callable[[str], Exchange]) -> Recording:
    """The recording of a document; raises MalformedEvidenceError."""
    try:
        if len(set(document["exchanges"])) != len(document["exchanges"]):
            raise MalformedEvidenceError("it names an exchange twice")
        told = Recording(
            run=document["run"],
            scenario=document["scenario"],
            exchanges=(),
            state=RunState(document["state"]),
            resting_on=_trouble(document["resting_on"]),
        )
        well_typed(told)  # each exchange is looked at when it is read
        exchanges = tuple(exchange(digest) for digest in document["exchanges"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, MalformedEvidenceError):
            raise
        raise MalformedEvidenceError(f"it is no recording ({type(error).__name__}: {error})") from error
    return replace(told, exchanges=exchanges)


def _message(message: Request | Response | None, keep: Keep, names: tuple[str, ...]) -> Json:
    if message is None:
        return None
    own = {name: getattr(message, name) for name in names}
    headers = [list(header) for header in message.headers]
    return {**own, "headers": headers, "body": keep(message.body), "size": message.size}


def _half(document: Mapping[str, Any], fetch: Fetch) -> dict[str, Any]:
    headers = tuple((name, value) for name, value in document["headers"])
    return {"headers": headers, "body": fetch(document["body"]), "size": document["size"]}


def _trouble_document(trouble: Trouble | None) -> Json:
    return None if trouble is None else {"rung": trouble.rung.value, "code": trouble.code, "text": trouble.text}


def _trouble(document: Mapping[str, Any] | None) -> Trouble | None:
    if document is None:
        return None
    return Trouble(rung=Rung(document["rung"]), code=document["code"], text=document["text"])


def _tls_document(tls: TlsSession | None, keep: Keep) -> Json:
    if tls is None:
        return None
    peer = [keep(certificate) for certificate in tls.peer]
    return {"version": tls.version, "cipher": tls.cipher, "peer": peer, "client": tls.client}


def _tls(document: Mapping[str, Any] | None, fetch: Fetch) -> TlsSession | None:
    if document is None:
        return None
    peer = tuple(fetch(digest) for digest in document["peer"])
    return TlsSession(version=document["version"], cipher=document["cipher"], peer=peer, client=document["client"])


def _flight_document(flight: Flight | None, keep: Keep) -> Json:
    if flight is None:
        return None
    return {"hello": keep(flight.hello), "answer": keep(flight.answer), "closed": flight.closed}


def _flight(document: Mapping[str, Any] | None, fetch: Fetch) -> Flight | None:
    if document is None:
        return None
    if not isinstance(document["closed"], bool):
        raise TypeError("whether the server hung up is neither true nor false")
    return Flight(hello=fetch(document["hello"]), answer=fetch(document["answer"]), closed=document["closed"])
