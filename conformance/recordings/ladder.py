"""The preflight ladder read back from its recording: which rung of which endpoint failed, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from conformance.model.exchange import Exchange, Recording, Response, Rung, Trouble
from conformance.recordings.refusals import members, no_token, refusal_of

PREFLIGHT = "preflight"
"""The id of the scenario that holds the ladder's exchanges."""

ORDER = tuple(Rung)

_PATIENT_IN_XML = re.compile(rb"<(?:\w+:)?Patient[\s>]")
_BUNDLE_IN_XML = re.compile(rb"<(?:\w+:)?Bundle[\s/>]")
_AT = {"token-wanted": Rung.TOKEN, "endpoint-busy": Rung.CAPABILITY, "search-unanswered": Rung.CAPABILITY}
"""Of what is seen where a higher rung is tried: the rung that gave way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungResult:
    """One rung of one endpoint; without trouble it holds."""

    endpoint: str
    rung: Rung
    trouble: Trouble | None = None


def rungs(preflight: Recording) -> tuple[RungResult, ...]:
    """Every rung that was tried, in order; an exchange of the ladder carries its endpoint and rung as facts."""
    return tuple(result for exchange in preflight.exchanges for result in _results(exchange))


def failed(preflight: Recording, endpoint: str) -> Trouble | None:
    """The trouble on the lowest failed rung of an endpoint, None when all hold; its `rung` is the one that failed."""
    found = [result.trouble for result in rungs(preflight) if result.endpoint == endpoint and result.trouble]
    return min(found, key=lambda trouble: ORDER.index(trouble.rung), default=None)


def blocks(trouble: Trouble | None, rung: Rung) -> bool:
    """Whether a failed rung takes away what a step resting on `rung` needs."""
    return trouble is not None and ORDER.index(trouble.rung) <= ORDER.index(rung)


def _results(exchange: Exchange) -> Iterator[RungResult]:
    place = exchange.facts.get("ladder")
    if not isinstance(place, dict):
        return
    tried = [Rung(rung) for rung in place["rungs"]]
    for rung in tried:
        trouble = (
            _unfit(exchange, rung) if exchange.trouble is None else _stopped(exchange, exchange.trouble, rung, tried)
        )
        at = _AT.get(trouble.code, rung) if trouble else rung
        yield RungResult(
            endpoint=str(place["endpoint"]), rung=at, trouble=replace(trouble, rung=at) if trouble else None
        )
        if trouble is not None:
            return


def _stopped(exchange: Exchange, trouble: Trouble, rung: Rung, tried: list[Rung]) -> Trouble | None:
    """A trouble counts on its own rung when that was tried; a hang after a handshake counts on the rung above TLS."""
    if trouble.rung in tried:
        return trouble if rung is trouble.rung else None
    late = trouble.rung is Rung.CONFIGURATION or (exchange.tls is not None and Rung.TLS in tried)
    return trouble if rung is (tried[-1] if late else tried[0]) else None


def _unfit(exchange: Exchange, rung: Rung) -> Trouble | None:
    """Something came back; whether it is what this rung needs."""
    response = exchange.response
    if rung is Rung.TOKEN and exchange.operation == "oauth.token":
        return None if _has_token(response) else _said(exchange, rung, no_token(response), "issued no token")
    if rung is Rung.CAPABILITY and exchange.operation.startswith("dicomweb.") and _turned_away(response):
        return _said(exchange, rung, "token-wanted", "wants a token")
    if rung is Rung.CAPABILITY and (response is None or response.status >= 300):
        return _said(exchange, rung, "capability-absent", "does not answer its most basic question")
    if rung is Rung.TOKEN and response is not None and response.status in (401, 403):
        return _said(exchange, rung, "token-refused", "does not accept the token it was given")
    if rung is Rung.TEST_PATIENT and (found := _listed(response)) is not True:
        if found is False:
            return _said(exchange, rung, "patient-absent", "does not know the test patient")
        busy = response is not None and response.status in (429, 503)
        code = "endpoint-busy" if busy else "search-unanswered"
        return _said(exchange, Rung.CAPABILITY, code, "does not answer a search for the test patient")
    return None


def _said(exchange: Exchange, rung: Rung, code: str, text: str) -> Trouble:
    status = f" (HTTP {exchange.response.status}{refusal_of(exchange.response)})" if exchange.response else ""
    return Trouble(rung=rung, code=code, text=f"the endpoint {text}{status}")


def _turned_away(response: Response | None) -> bool:
    return response is not None and response.status == 401


def _has_token(response: Response | None) -> bool:
    return response is not None and response.status == 200 and bool(members(response).get("access_token"))


def _listed(response: Response | None) -> bool | None:
    """Whether the patient, or a study of him, is in an answer: only one that can be read shows that he is not; None for
    any other."""
    if response is not None and response.status == 204:
        return False
    if response is None or response.status != 200:
        return None
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        return bool(_PATIENT_IN_XML.search(response.body)) if _BUNDLE_IN_XML.search(response.body) else None
    if isinstance(body, list):
        return bool(body)
    if not isinstance(body, dict) or body.get("resourceType") != "Bundle":
        return None
    entries = body.get("entry", [])
    held = (one.get("resource") for one in entries if isinstance(one, dict)) if isinstance(entries, list) else ()
    return any(isinstance(resource, dict) and resource.get("resourceType") == "Patient" for resource in held)
