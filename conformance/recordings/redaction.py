"""Takes persons and secrets out of an exchange before it reaches a disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from conformance.model.exchange import Direction, Exchange, Request, Response
from conformance.recordings import facts
from conformance.recordings.bodies import look
from conformance.recordings.identities import Identities
from conformance.recordings.masks import Pseudonyms
from conformance.recordings.tally import Looked

PROFILE = "twiin-redaction-1"
"""Name and version of what is taken out, printed on reports."""

_KEPT = """
    accept accept-charset accept-encoding accept-language age allow cache-control connection content-disposition
    content-encoding content-language content-length content-location content-security-policy content-type date
    etag expires host if-match if-modified-since if-none-match if-unmodified-since keep-alive last-modified link
    location pragma prefer referrer-policy retry-after server strict-transport-security transfer-encoding
    upgrade user-agent vary via warning www-authenticate x-content-type-options x-frame-options
"""
KEPT = frozenset(_KEPT.split())
"""Header fields whose value is kept; of any other only the name is."""

SECRET = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "dpop", "x-api-key"})
ADDRESSES = frozenset({"location", "content-location", "link"})

Half = TypeVar("Half", Request, Response)


class Redactor:
    """Redacts exchanges against one data set; holds the key of a run's pseudonyms in memory only."""

    def __init__(self, roles: Mapping[str, str]) -> None:
        self._identities = Identities(dict(roles))
        self._pseudonyms = Pseudonyms()

    @property
    def counts(self) -> Mapping[str, int]:
        """How much was replaced so far, by kind."""
        return dict(self._pseudonyms.counts)

    def redact(self, exchange: Exchange) -> Exchange:
        """The exchange with its facts measured and nobody's data in it; raises StrangerAlarm."""
        received = exchange.direction is Direction.RECEIVED
        request, asked = self._request(exchange.request, strict=received)
        response, answered = self._half(exchange.response)
        looked = asked if received else answered
        measured = facts.measure(exchange, looked, self._identities)
        return replace(exchange, request=request, response=response, facts={**exchange.facts, **measured})

    def _request(self, request: Request | None, *, strict: bool) -> tuple[Request | None, Looked]:
        redacted, looked = self._half(request)
        if redacted is None:
            return None, looked
        # The suite's own requests hold only what scenarios write; the node's are checked for strangers.
        address = self._identities.address(redacted.url, "the address of a call", strict=True) if strict else None
        url = self._secrets(address or self._identities.text(redacted.url))
        return replace(redacted, url=url), looked

    def _secrets(self, url: str) -> str:
        """Tokens and assertions in a query are secrets wherever they stand."""
        head, mark, query = url.partition("?")
        if not mark or not any(name in query for name in ("token", "assertion", "secret")):
            return url
        kept = look("application/x-www-form-urlencoded", query.encode(), self._identities, self._pseudonyms)
        return f"{head}?{kept.body.decode()}"

    def _half(self, message: Half | None) -> tuple[Half | None, Looked]:
        if message is None:
            return None, Looked(body=b"")
        looked = look(message.header("content-type"), message.body, self._identities, self._pseudonyms)
        headers = tuple((name, self._header(name, value)) for name, value in message.headers)
        return replace(message, headers=headers, body=looked.body), looked

    def _header(self, name: str, value: str) -> str:
        if name in SECRET:
            scheme, _, secret = value.partition(" ")
            named = secret and name.endswith("authorization")
            return f"{scheme} {self._pseudonyms.secret(secret)}" if named else self._pseudonyms.secret(value)
        if name in ADDRESSES:
            return self._identities.address(value, f"the header {name}")
        if name in KEPT:
            return self._identities.text(value)
        # That somebody's number went along must stay visible; nothing else of an unknown field does.
        return f"bsn-{role}" if (role := self._identities.role(value)) else "redacted"
