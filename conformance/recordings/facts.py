"""Facts: what only the raw exchange shows, measured before redaction by functions that look at nothing else.

VERSION goes up when a measurement changes its meaning, so that findings resting on facts can be traced to it.
"""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote, unquote_plus, urljoin, urlsplit

from conformance.model.agreements import Json
from conformance.model.exchange import Exchange, Request, Response
from conformance.recordings.identities import Identities
from conformance.recordings.loaded import unlike_matches
from conformance.recordings.pictured import shown_in
from conformance.recordings.redaction.written import decoded, readings
from conformance.recordings.revealing import in_field
from conformance.recordings.tally import OVER_BUDGET, Looked
from conformance.recordings.told import told_of

VERSION = 6

_REFUSAL = 400
"""Answers from this status on are refusals."""


Digest = Callable[[bytes], str]


def measure(exchange: Exchange, looked: Looked, identities: Identities, digest: Digest) -> dict[str, Json]:
    """Facts about the message the node made: its answer, or the request it sent us. Empty when it said nothing.

    `digest` is keyed: a plain one of a body with little unknown in it is reversed by trying.
    """
    facts: dict[str, Json] = {"facts_version": VERSION}
    if exchange.request is not None:
        facts["bsn_in_url"] = bool(identities.seen(exchange.request.url.encode()))
    message = of_node(exchange)
    if message is None:
        return facts
    if isinstance(message, Request) and (named := _naming(message, identities)):
        facts["bsn_in_headers"] = named
    facts |= _body(message.body, digest) | _persons(message.body, looked, identities) | dict(looked.facts)
    if exchange.response is not None:
        facts |= _location(exchange, identities) | {"told_of": _told_of(exchange.response, exchange, identities)}
        if shown := _inside(exchange.response, exchange):
            facts["inside_in_headers"] = shown
        facts |= _unlike(exchange, exchange.response)
    return facts


def _inside(response: Response, exchange: Exchange) -> list[Json]:
    """What header fields tell of the inside of a server, encoded too: of most nothing is kept."""
    asked = unquote(urlsplit(exchange.request.url).path) if exchange.request else ""
    said = {(name, text) for name, value in response.headers for text in (value, unquote_plus(value), *readings(value))}
    return sorted({kind for name, text in said for kind in in_field(name, text, asked)})


def _unlike(exchange: Exchange, response: Response) -> dict[str, Json]:
    """In what each data set of an answer in DICOM JSON is not as it was loaded; metadata have everything."""
    if response.media_type != "application/dicom+json":
        return {}
    found = unlike_matches(response.body, whole=exchange.operation == "dicomweb.metadata")
    return {} if found is None else {"unlike": found}


def _told_of(response: Response, exchange: Exchange, identities: Identities) -> list[Json]:
    """Of whom an answer tells: by number in a header field or what is attached (in the body: `patients`), otherwise
    wherever it stands; and by a picture."""
    question, fields = _question(exchange), _fields(response) + _attached(response.body)
    numbers = set(identities.seen(fields)) - set(identities.seen(question))
    told = told_of(fields + b"\n" + response.body, question, refused=response.status >= _REFUSAL)
    return sorted({*numbers, *told, *shown_in(response.body)})


def _naming(request: Request, identities: Identities) -> list[Json]:
    """The header fields in which a patient's number stands, encoded too: of a secret nothing is kept."""
    held = {name for name, value in request.headers for text in _readings(value) if identities.seen(text)}
    return sorted(held)


def _readings(value: str) -> Iterator[bytes]:
    """A field as it is written and as it reads when decoded, what is in base64 in it too."""
    yield from (value.encode(), unquote_plus(value).encode())
    for run in _CODED.findall(value):
        with suppress(ValueError):
            yield urlsafe_b64decode(run.replace("+", "-").replace("/", "_").ljust(-(-len(run) // 4) * 4, "="))


_CODED = re.compile(r"[\w+/-]{12,}")
"""Text long enough for a number in base64."""


def of_node(exchange: Exchange) -> Request | Response | None:
    """The half of the exchange that the node made: a facts' subject."""
    return exchange.response if exchange.direction.value == "sent" else exchange.request


def _fields(response: Response) -> bytes:
    """The values of the header fields, also as they read when decoded: a cookie often holds base64."""
    values = [value for _, value in response.headers]
    inner = (one for value in values for one in readings(value))
    return "\n".join((*values, *map(unquote_plus, values), *inner)).encode("utf-8", "replace")


def _attached(body: bytes) -> bytes:
    """What the attachments in a FHIR resource say, where that is text, and the bytes of values in DICOM JSON and XML:
    they stand there in base64."""
    inner = (decoded(found.decode()) for found in _DATA.findall(body))
    said = "".join(f"\n{text}" for text in inner if text).encode()
    return said + b"".join(b"\n" + _bytes(found) for found in _INLINE.findall(body))


def _bytes(coded: bytes) -> bytes:
    try:
        return b64decode(coded)
    except ValueError:
        return b""


_DATA = re.compile(rb'\bdata(?:"\s*:\s*|\s+value\s*=\s*)["\']([A-Za-z0-9+/=\s]{12,})["\']')
_INLINE = re.compile(rb'\bInlineBinary(?:"\s*:\s*"|>\s*)([A-Za-z0-9+/=\s]{8,})')


def _question(exchange: Exchange) -> bytes:
    """What was asked of the node, which its answer may repeat."""
    asked = exchange.request if exchange.direction.value == "sent" else None
    return asked.url.encode() + asked.body if asked else b""


def _body(body: bytes, digest: Digest) -> dict[str, Json]:
    return {"body_digest": digest(body), "body_size": len(body), "body_utf8": _is_utf8(body)}


def _persons(body: bytes, looked: Looked, identities: Identities) -> dict[str, Json]:
    facts: dict[str, Json] = {
        "body_problem": looked.problem,
        "body_withheld": looked.withheld,
        "bsn_seen": looked.tally.bsn_seen,
        "bsn_valid": looked.tally.bsn_valid,
        "bsn_in_links": looked.tally.bsn_in_links,
        "patients": list(identities.seen(body)),
    }
    if looked.problem == OVER_BUDGET:
        facts["body_over_budget"] = True
    if looked.tally.jwt is not None:
        facts["jwt"] = dict(looked.tally.jwt)
    return facts


def _location(exchange: Exchange, identities: Identities) -> dict[str, Json]:
    location = exchange.response.header("location") if exchange.response else ""
    return {
        "bsn_in_location": bool(identities.seen(location.encode())),
        "redirect_elsewhere": elsewhere(exchange),
    }


def elsewhere(exchange: Exchange) -> bool:
    """Whether the answer points to another origin than the one asked, or to what is no address at all; redaction does
    not change an origin."""
    location = exchange.response.header("location") if exchange.response else ""
    asked = exchange.request.url if exchange.request else ""
    try:
        return bool(location) and _origin(urljoin(asked, location)) != _origin(asked)
    except ValueError:
        return True


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "", url, None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
