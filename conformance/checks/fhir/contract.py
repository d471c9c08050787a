"""The HTTP contract of reading and searching: status, media type, challenges."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from conformance.checks.clock import timed
from conformance.checks.fhir.reading import (
    JSON_TYPES,
    XML_TYPES,
    content,
    entries,
    few,
    name,
    resource,
    searched,
    target,
)
from conformance.checks.fhir.refusals import succeeds
from conformance.checks.judgement import answer, decidable, in_its_time, judgement, met, require, status_among
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage


@judgement("error-with-outcome")
def error_with_outcome(exchange: Exchange, control: Exchange, *, statuses: tuple[int, ...]) -> Text | None:
    """The answer has one of these statuses and explains itself with an OperationOutcome; a good request succeeds."""
    succeeds(control)
    status = status_among(exchange, *statuses)
    found = resource(exchange)
    kind = found["resourceType"]
    require(
        kind == "OperationOutcome" and found.get("issue"),
        nl=f"verwacht: een OperationOutcome met issue; gezien: {kind}",
        en=f"expected: an OperationOutcome with an issue; seen: {kind}",
    )
    return Text(f"{status} met OperationOutcome", f"{status} with OperationOutcome")


@judgement("reads-the-resource")
def reads_the_resource(read: Exchange, search: Exchange) -> Text | None:
    """Reading what a search found gives that one resource, as the search showed it."""
    wanted = target(urlsplit(read.request.url).path) if read.request else ""
    found = {name(content(entry)): content(entry) for entry in entries(searched(search))}
    decidable(wanted in found, nl="de zoekvraag vond niets om te lezen", en="the search found nothing to read")
    status_among(read, 200)
    seen = resource(read)
    require(name(seen) == wanted, nl=f"verwacht: {wanted}; gezien: {name(seen)}", en=_instead(wanted, name(seen)))
    base = read.request.url.partition(wanted)[0] if read.request else ""
    shown, seen = _relative(found[wanted], base), _relative(seen, base)
    other = sorted(key for key in shown.keys() & seen.keys() if not _same(shown[key], seen[key], key))
    require(
        not other,
        nl=f"anders dan de zoekvraag hem toonde: {few(other)}",
        en=f"other than the search showed it: {few(other)}",
    )
    return Text("de gevraagde resource", "the resource asked for")


def _instead(wanted: str, seen: str) -> str:
    return f"expected: {wanted}; seen: {seen}"


def _relative(held: Any, base: str) -> Any:
    """A resource with what it refers to below this base written as FHIR also allows: relative."""
    if isinstance(held, dict):
        return {key: _relative(value, base) for key, value in held.items()}
    if isinstance(held, list):
        return [_relative(value, base) for value in held]
    return held.removeprefix(base) if base and isinstance(held, str) else held


_OF_THE_ANSWER = frozenset({"id", "meta", "text"})
"""What a server may write anew with each answer: tags, versions and the narrative."""


def _same(shown: object, read: object, key: str) -> bool:
    return key in _OF_THE_ANSWER or key.startswith("_") or shown == read


@judgement("media-type-follows-accept")
def media_type_follows_accept(exchange: Exchange) -> Text | None:
    """The answer is in the form that was asked for, and its content is of that form."""
    wanted = f"application/fhir+{exchange.given['format']}"
    _successful(exchange)
    seen = answer(exchange).media_type
    require(
        seen == wanted, nl=f"verwacht: {wanted}; gezien: {seen or '-'}", en=f"expected: {wanted}; seen: {seen or '-'}"
    )
    resource(exchange)
    return Text(wanted, wanted)


@judgement("media-type-is")
def media_type_is(exchange: Exchange, *, types: tuple[str, ...]) -> Text | None:
    """The answer is of one of these media types."""
    _successful(exchange)
    seen = answer(exchange).media_type
    require(
        seen in types,
        nl=f"verwacht: {', '.join(types)}; gezien: {seen or '-'}",
        en=f"expected: {', '.join(types)}; seen: {seen or '-'}",
    )
    return Text(seen, seen)


def _successful(exchange: Exchange) -> None:
    status = answer(exchange).status
    if status != 200 and "assertion" in exchange.given:
        timed(exchange)  # whether an assertion is taken hangs on its times
    status_among(exchange, 200)


@judgement("never-html")
def never_html(exchange: Exchange) -> Text | None:
    """Asked for HTML, the node refuses with 406 or answers in a FHIR form, and not in name only."""
    response = answer(exchange)
    in_its_time(exchange)
    require(
        response.status == 406 or response.media_type in JSON_TYPES | XML_TYPES,
        nl=f"verwacht: 406 of een FHIR-vorm; gezien: {response.status} met {response.media_type or '-'}",
        en=f"expected: 406 or a FHIR form; seen: {response.status} with {response.media_type or '-'}",
    )
    if response.status != 406:
        resource(exchange)
    return Text(f"HTTP {response.status}", f"HTTP {response.status}")


@judgement("challenges")
def challenges(exchange: Exchange, *, otherwise: tuple[int, ...]) -> Text | None:
    """A 401 carries a WWW-Authenticate header; whoever shows a token may also be refused otherwise, without one."""
    status = answer(exchange).status
    if status in otherwise and _shows_token(exchange):
        met()
        return Text(f"geweigerd met {status}", f"refused with {status}")
    decidable(
        status == 401, nl=f"er kwam geen 401 maar {status}", en=f"there was no 401 but {status}", triage=Triage.NODE
    )
    seen = answer(exchange).header("www-authenticate")
    require(seen, nl="401 zonder WWW-Authenticate", en="401 without WWW-Authenticate")
    return None


def _shows_token(exchange: Exchange) -> bool:
    asked = exchange.request
    return asked is not None and bool(asked.header("authorization") or "access_token=" in urlsplit(asked.url).query)


@judgement("header-contains")
def header_contains(exchange: Exchange, *, header: str, word: str) -> Text | None:
    """A successful answer carries this header, and the word is in it."""
    _successful(exchange)
    # A header may come in several lines (RFC 9110 section 5.3).
    seen = ", ".join(value for name, value in answer(exchange).headers if name == header)
    require(
        word.lower() in {part.strip().lower() for part in re.split(r"[,;]", seen)},
        nl=f"verwacht: {header}: {word}; gezien: {seen or '-'}",
        en=f"expected: {header}: {word}; seen: {seen or '-'}",
    )
    return Text(f"{header}: {word}", f"{header}: {word}")
