"""Whether a patient's number stands in what a node makes up itself: ids, references, links, headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from conformance.checks.fhir.reading import Resource, few, objects, sniffed, walk
from conformance.checks.fhir.strangers import NOBODYS, gives
from conformance.checks.fhir.whose import PSEUDONYM, asked, named_in
from conformance.checks.judgement import answer, judgement, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text

_PLACED = frozenset({"location", "content-location", "link", "etag"})
"""Header fields that hold an address or the name of a version."""
_COOKIE = "set-cookie"
_MADE = frozenset({"id", "fullUrl", "reference", "url", "versionId", "location", "etag"})
"""Elements that hold an id or an address, at any depth."""


@judgement("no-number-in-addresses")
def no_number_in_addresses(exchange: Exchange, *, ways: tuple[str, ...]) -> Text | None:
    """No id, reference, fullUrl, link or header holds a patient's number, but for links and headers that repeat the
    question; asked one of these ways the answer must hold data."""
    bsn, response = asked(exchange), answer(exchange)
    said = _question(exchange)
    found = [name for name, value in response.headers if _astray(name.lower(), value, bsn, said)]
    document = sniffed(exchange) or {}
    found += [f"{where}.{key}".lstrip(".") for where, key, value in _made(document) if PSEUDONYM in unquote(value)]
    found += ["Bundle.link" for address in _links(document) if _numbered(address, bsn)]
    require(not found, nl=f"BSN in {few(found)}", en=f"BSN in {few(found)}")
    gives(exchange, ways)
    return Text("geen BSN in adressen", "no BSN in addresses")


def _question(exchange: Exchange) -> set[str]:
    """The patients whose number the question itself named."""
    request = exchange.request
    return named_in(request.url) | named_in(request.body.decode("utf-8", "replace")) if request else set()


def _astray(name: str, value: str, bsn: str, said: set[str]) -> bool:
    """Whether a header field holds a number where it may not: in an address, in a cookie, or one nobody asked about. Of
    other fields only the number is kept, so that one that repeats the question can't be told from one that does not."""
    if name in _PLACED:
        return _numbered(value, bsn)
    numbers = named_in(value) - NOBODYS
    return bool(numbers if name == _COOKIE else numbers - said)


def _numbered(address: str, bsn: str) -> bool:
    """Whether an address holds a number elsewhere than in its query, or one that was not asked about."""
    place, _, query = unquote(address).partition("?")
    return PSEUDONYM in place or bool(named_in(query) - {bsn} - NOBODYS)


def _links(document: Resource) -> list[str]:
    return [str(one.get("url", "")) for one in objects(document.get("link"))] if _is_bundle(document) else []


def _made(document: Resource) -> Iterator[tuple[str, str, str]]:
    """Each id and address with where it stands. A Bundle's own links are looked at apart; what an extension is called
    is not of the node's making."""
    for path, found in walk(document):
        if (_is_bundle(document) and path.startswith("link[")) or _EXTENSION.search(path):
            continue
        yield from ((path, key, value) for key, value in found.items() if key in _MADE and isinstance(value, str))


_EXTENSION = re.compile(r"[eE]xtension\[\d+\]\Z")


def _is_bundle(document: Resource) -> bool:
    return document.get("resourceType") == "Bundle"
