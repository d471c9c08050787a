"""Reading FHIR answers: an answer that can't be read is the node's fault, no answer is nobody's verdict."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from conformance.checks.judgement import NotMet, answer, decidable, in_its_time, read_whole, require, status_among
from conformance.codecs.fhir import Document, parse
from conformance.codecs.fhir.json_reader import constant, decimal, integer
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage
from conformance.validation.fhir.definitions import Definitions, FhirVersion
from conformance.validation.fhir.model import Model

Resource = dict[str, Any]
OUTCOME = "OperationOutcome"
JSON_TYPES = frozenset({"application/fhir+json", "application/json+fhir", "application/json", "text/json"})
XML_TYPES = frozenset({"application/fhir+xml", "application/xml+fhir", "application/xml", "text/xml"})


def resource(exchange: Exchange) -> Resource:
    """The resource in the answer, JSON or XML in one form. Unreadable: not met. No answer: undecidable."""
    response = answer(exchange)
    read_whole(exchange)
    try:
        return parsed(response.body, response.media_type)
    except (ValueError, KeyError, RecursionError) as error:
        in_its_time(exchange)
        found = f"{response.media_type or '-'}: {exchange.facts.get('body_problem') or error}"
        raise NotMet(
            Text(
                f"verwacht: een leesbare FHIR-resource; gezien: {found}",
                f"expected: a readable FHIR resource; seen: {found}",
            )
        ) from error


def sniffed(exchange: Exchange) -> Resource | None:
    """The resource in an answer, by what it is and not by what it is called; None where there is none to be read."""
    response = answer(exchange)
    read_whole(exchange)
    begin = response.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    media = {b"{": "application/fhir+json", b"<": "application/fhir+xml"}.get(begin, response.media_type)
    try:
        return parsed(response.body, media)
    except (ValueError, KeyError, RecursionError):
        return None


def words(exchange: Exchange) -> str:
    """What an answer says, signs written as themselves; undecidable where nothing was kept of it."""
    response = answer(exchange)
    read_whole(exchange)
    decidable(
        not exchange.facts.get("body_withheld"),
        nl="het antwoord is onleesbaar en daarom niet bewaard",
        en="the answer is unreadable and was therefore not kept",
        triage=Triage.NODE,
    )
    return html.unescape(response.body.decode("utf-8", "replace"))


@lru_cache(maxsize=512)
def parsed(body: bytes, media_type: str) -> Resource:
    """The resource in a body; ValueError, KeyError or RecursionError where there is none."""
    if media_type in JSON_TYPES:
        parsed = json.loads(body, parse_float=decimal, parse_int=integer, parse_constant=constant)
    elif media_type in XML_TYPES:
        parsed = _from_xml(body)
    else:
        raise ValueError("no FHIR media type")
    if not isinstance(parsed, dict) or not isinstance(parsed.get("resourceType"), str):
        raise ValueError("no FHIR resource")
    return parsed


def _from_xml(body: bytes) -> Resource:
    """Read by the validator's reader and not by the simulators' own: a mistake of theirs must not hide itself."""
    document = _document(body)
    if not document.root:
        raise ValueError("; ".join(_told(document)) or "no FHIR resource")
    return document.root


@lru_cache(maxsize=512)
def _document(body: bytes) -> Document:
    return parse(body, media="xml", types=_types())


_NAMED = re.compile(
    rb"""["']resourceType["']\s*:\s*["'](?P<json>\w+)"""
    rb"""|<(?:\w+:)?(?P<xml>\w+)\b[^<>]*\bxmlns(?::\w+)?\s*=\s*["']http://hl7\.org/fhir["']"""
    rb"""|<(?:\w+:)?(?:contained|resource)\b[^<>]*>\s*<(?:\w+:)?(?P<held>\w+)"""
)


def types_of_data(exchange: Exchange) -> tuple[str, ...]:
    """The types of the resources in an answer, whatever its media type is called, but for what tells of an error."""
    names = {found[found.lastgroup or 0].decode() for found in _NAMED.finditer(answer(exchange).body)}
    return tuple(sorted(names - {OUTCOME}))


def form_problems(body: bytes, media_type: str) -> tuple[str, ...]:
    """What is wrong with the XML of an answer that can be read all the same: unknown elements, wrong order."""
    return _told(_document(body)) if media_type in XML_TYPES else ()


def _told(document: Document) -> tuple[str, ...]:
    return tuple(f"line {problem.line}: {problem.kind.value}: {problem.found}" for problem in document.problems)


@cache
def _types() -> Model:
    return Definitions.open(FhirVersion.STU3).model


def searchset(exchange: Exchange) -> Resource:
    """The searchset Bundle in a 200 answer; anything else is not met."""
    status_among(exchange, 200)
    bundle = resource(exchange)
    kind = f"{bundle['resourceType']} {bundle.get('type', '')}".strip()
    require(
        kind == "Bundle searchset",
        nl=f"verwacht: een Bundle van het soort searchset; gezien: {kind}",
        en=f"expected: a Bundle of type searchset; seen: {kind}",
    )
    return bundle


def searched(exchange: Exchange) -> Resource:
    """The searchset of an answer whose contents are judged; whether it is one at all is another requirement."""
    found = resource(exchange) if answer(exchange).status == 200 else {}
    decidable(
        found.get("resourceType") == "Bundle" and found.get("type") == "searchset",
        nl="er is geen searchset om de inhoud van te beoordelen",
        en="there is no searchset whose content could be judged",
        triage=Triage.NODE,
    )
    return found


def entries(bundle: Resource) -> list[Resource]:
    """The entries of a Bundle that are objects."""
    found = bundle.get("entry", [])
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def mode(entry: Resource) -> str:
    """The search mode of an entry: match, include, outcome, or empty."""
    search = entry.get("search")
    return str(search.get("mode", "")) if isinstance(search, dict) else ""


def content(entry: Resource) -> Resource:
    """The resource in an entry; empty when there is none."""
    found = entry.get("resource")
    return found if isinstance(found, dict) else {}


def matches(bundle: Resource) -> list[Resource]:
    """The resources that match; an entry without a mode counts as a match, unless it only tells about the search."""
    found = ((mode(entry), content(entry)) for entry in entries(bundle))
    return [one for how, one in found if how == "match" or (how == "" and one.get("resourceType") != OUTCOME)]


def included(bundle: Resource) -> list[Resource]:
    """The resources that came along."""
    return [content(entry) for entry in entries(bundle) if mode(entry) == "include"]


def goes_on(bundle: Resource) -> bool:
    """Whether an answer goes on on a next page, which the suite does not ask."""
    return any(link.get("relation") == "next" for link in objects(bundle.get("link")))


def not_wholly(bundle: Resource, nl: str, en: str) -> None:
    """Undecided about what could stand on a next page."""
    decidable(
        not goes_on(bundle),
        nl=f"{nl}; het antwoord gaat verder op een volgende pagina, die niet is opgevraagd",
        en=f"{en}; the answer goes on on a next page, which was not asked",
        triage=Triage.NODE,
    )


def resources(exchange: Exchange) -> list[Resource]:
    """Every resource in the answer: the Bundle's entries, or the single resource."""
    found = resource(exchange)
    return [content(entry) for entry in entries(found)] if found["resourceType"] == "Bundle" else [found]


def name(found: Resource) -> str:
    """`Type/id` of a resource."""
    return f"{found.get('resourceType', '?')}/{found.get('id', '?')}"


def target(reference: str) -> str:
    """`Type/id` of what a literal reference points at: relative or absolute, with or without a version."""
    return "/".join(reference.split("/_history/")[0].split("/")[-2:])


def objects(values: Any) -> list[Resource]:
    """The objects of a list; what is no list, or no object in it, is left out."""
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def walk(found: Any, path: str = "") -> list[tuple[str, Resource]]:
    """Every object inside a resource, depth first, with its path; contained resources too."""
    reached: list[tuple[str, Resource]] = []
    _reach(found, path, reached)
    return reached


def _reach(found: Any, path: str, reached: list[tuple[str, Resource]]) -> None:
    """Most values are plain: they are passed over here and not by a call of their own."""
    if isinstance(found, dict):
        reached.append((path, found))
        for key, value in found.items():
            if isinstance(value, (dict, list)):
                _reach(value, f"{path}.{key}" if path else key, reached)
    elif isinstance(found, list):
        for position, value in enumerate(found):
            if isinstance(value, (dict, list)):
                _reach(value, f"{path}[{position}]", reached)


def at(found: Any, path: str) -> list[Any]:
    """All values at a dotted path; lists are looked through."""
    values = [found]
    for step in path.split("."):
        values = [value[step] for value in _flat(values) if isinstance(value, dict) and step in value]
    return list(_flat(values))


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def tokens(value: Any) -> set[str]:
    """The tokens (`system|code`, or a bare code) that a coded value answers to."""
    if isinstance(value, str):
        return {value}
    if not isinstance(value, dict):
        return set()
    codings = value.get("coding") if isinstance(value.get("coding"), list) else [value]
    return {
        f"{coding['system']}|{coding['code']}" if coding.get("system") else str(coding["code"])
        for coding in codings or []
        if isinstance(coding, dict) and "code" in coding
    }


def few(names: list[str], most: int = 5) -> str:
    """The first names of a list, and how many more there are."""
    more = f" (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
