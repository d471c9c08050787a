"""Odd FHIR sources and token endpoints that are right by their standards, and whom no check may fail.

Their writers knew the checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from conformance.simulators.faults import Hook
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply, Resource
from conformance.simulators.http import Answer, Call, Handler
from tests.strangers.nodes import legal
from tests.strangers.places import answers, bundles, held, resources
from tests.strangers.tokens import as_json, token_answers

_JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*\Z")


@legal("RFC 6750 section 3.1: a malformed request should be answered with 400, invalid_request", at=answers(Hook.FHIR))
def calls_a_malformed_token_a_bad_request(call: Call, answer: Answer) -> Answer:
    """A token that does not even look like one makes the request malformed."""
    scheme, _, token = call.header("authorization").partition(" ")
    if answer.status != 401 or not scheme or _JWT.match(token):
        return answer
    return replace(answer, status=400).with_header("WWW-Authenticate", 'Bearer error="invalid_request"')


@legal(
    "RFC 9110 section 11.6.1: a server may offer several challenges, in several fields",
    at=answers(Hook.FHIR, status_was=401),
)
def challenges_in_several_ways(_: Call, answer: Answer) -> Answer:
    """Every 401 offers DPoP before Bearer, each in a field of its own."""
    return replace(answer, headers=(("WWW-Authenticate", 'DPoP algs="ES256 PS256"'), *answer.headers))


@legal("RFC 6749 section 5.1: scope is optional where it is the one asked for", at=token_answers(status_was=200))
def says_no_scope_and_ends_soon(_: Call, answer: Answer) -> Answer:
    """A token answer without scope, and with a life that is short."""
    return as_json(answer, lambda body: {**{k: v for k, v in body.items() if k != "scope"}, "expires_in": 60})


@legal(
    "RFC 6749 section 5.2: error_description and error_uri are optional; RFC 9110 section 8.3.1",
    at=token_answers(status_was=401),
)
def explains_errors_elsewhere(_: Call, answer: Answer) -> Answer:
    """Errors of the token endpoint with a charset, an address and members of the vendor's own."""
    told = as_json(
        answer, lambda body: {"timestamp": 1, "error": body["error"], "error_uri": "https://node.example/help"}
    )
    return told.with_header("Content-Type", "application/json;charset=UTF-8")


def _turned(held: Any) -> Any:
    if isinstance(held, dict):
        return {name: _turned(held[name]) for name in reversed(held)}
    return [_turned(one) for one in held] if isinstance(held, list) else held


@legal(
    "RFC 8259 section 4: an object is an unordered collection; section 2: blanks between tokens",
    at=answers(Hook.FHIR, accept="json"),
)
def writes_members_last_to_first(_: Call, answer: Answer) -> Answer:
    """JSON with the type of a resource at its end, one member a line, and what is not ASCII escaped."""
    return as_json(answer, _turned) if answer.body.startswith(b"{") else answer


@legal(
    "FHIR STU3, Bundle: entry.search, id and meta are optional (0..1)",
    at=bundles(type="AllergyIntolerance", how="search"),
)
def says_as_little_as_it_may(bundle: Resource, _: Call) -> None:
    """Searches for allergies without total, id, meta and search mode: all found are matches."""
    for name in ("total", "id", "meta"):
        bundle.pop(name, None)
    if len(list(held(bundle))) == len(list(held(bundle, "match"))):
        for entry in bundle.get("entry", []):
            entry.pop("search")


def _pointing(held: Any, name: Callable[[str], str]) -> None:
    for one in held.values() if isinstance(held, dict) else held:
        if isinstance(one, dict) and isinstance(one.get("reference"), str) and "/" in one["reference"]:
            one["reference"] = name(one["reference"])
        if isinstance(one, dict | list):
            _pointing(one, name)


@legal("FHIR STU3, References: a literal reference may be absolute", at=bundles(type="Procedure", how="search"))
def refers_by_whole_addresses(bundle: Resource, call: Call) -> None:
    """Procedures, and what comes with them, refer by absolute addresses below the source's base."""
    for one in held(bundle):
        _pointing(one, lambda reference: f"{call.base}/{reference}")


@legal("FHIR STU3, References: a literal reference may name a version", at=resources("Flag"))
def refers_to_versions(resource: Resource) -> None:
    """Alerts name the version of the patient they are of."""
    resource["subject"]["reference"] += "/_history/1"


HEADERS = (
    ("Set-Cookie", "lb=node2; Path=/; Secure; HttpOnly"),
    ("Warning", '110 - "Response is Stale"'),
    ("Vary", "Accept, Authorization"),
    ("Last-Modified", "Mon, 01 Jun 2026 10:00:00 GMT"),
    ("X-Request-Id", "0a7b9a3c-3f7e-4c1e-9a53-0d6b5a2f9c14"),
    ("Content-Language", "nl"),
    ("Server-Timing", "db;dur=53, app;dur=47.2"),
    ("X-Powered-By", "HAPI FHIR 5.4.0 REST Server (FHIR Server; FHIR 3.0.2/DSTU3)"),
)


@legal("RFC 9110 section 5.1: fields that a client does not know are to be ignored", at=answers(Hook.FHIR))
def has_many_fields(_: Call, answer: Answer) -> Answer:
    """A load balancer and a cache leave fields of their own in every answer, a cookie among them."""
    return replace(answer, headers=(*answer.headers, *HEADERS))


@legal("RFC 9110 section 15.5.6: a method that is not offered here is answered with 405", at=Hook.RESOURCES)
def offers_no_search_by_post(call: Call, actor: FhirActor) -> Reply:
    """Searches are made by GET: whoever posts one is told so, whether or not a token is shown."""
    if call.method == "POST":
        raise FhirRefusalError(405, "not-supported", "Search by GET.", (("Allow", "GET"),))
    return actor(call)


@legal("FHIR STU3, RESTful API, Paging: _count is what the server may take into account", at=Hook.RESOURCES)
def gives_all_at_once(call: Call, actor: FhirActor) -> Reply:
    """How many matches a page should have is not heeded: there is one page."""
    return actor(replace(call, query=tuple(pair for pair in call.query if pair[0] != "_count")))


@legal(
    "Namespaces in XML 1.0 section 2: a prefix is the document's own", at=answers(Hook.FHIR, how="search", accept="xml")
)
def writes_xml_with_a_prefix(_: Call, answer: Answer) -> Answer:
    """XML whose FHIR elements have a prefix; the narrative keeps its own namespace."""
    return replace(answer, body=_prefixed(answer.body))


def _prefixed(body: bytes) -> bytes:
    parts = re.split(rb"(<div\b.*?</div>)", body, flags=re.DOTALL)
    named = [re.sub(rb"<(/?)([A-Za-z])", rb"<\1f:\2", one) if not one.startswith(b"<div") else one for one in parts]
    return b"".join(named).replace(b'xmlns="http://hl7.org/fhir"', b'xmlns:f="http://hl7.org/fhir"', 1)


@legal("RFC 7519 section 4.1.4: some small leeway, usually no more than a few minutes", at=Hook.ASSERTION)
def forgives_half_a_minute(checks: Any) -> Any:
    """An assertion may have ended half a minute ago: clocks differ."""

    def late(shown: Any) -> str | None:
        return checks["expiry"](replace(shown, now=shown.now - 30))

    return {**checks, "expiry": late}


@legal("RFC 9110 section 15.5.5: a server may not be willing to disclose what it has", at=answers(Hook.FHIR))
def knows_no_other_address(call: Call, answer: Answer) -> Answer:
    """What is neither a search nor a read is answered by the proxy before, with a bare 404, whoever asks."""
    if re.fullmatch(r"/metadata|/[A-Z]\w+(/[\w.$-]+)?", call.path) and (call.query or "/" in call.path[1:]):
        return answer
    return answer if call.path == "/metadata" else Answer(404)


@legal("FHIR STU3, RESTful API: a server need not support an interaction (405, 501)", at=Hook.RESOURCES)
def has_no_history(call: Call, actor: FhirActor) -> Reply:
    """History is not kept, which is said before any token is looked at."""
    if "/_history" in call.path:
        raise FhirRefusalError(501, "not-supported", "No history is kept here.")
    return actor(call)


@legal("RFC 9110 section 8.7: Content-Location may name what was asked, as it was asked", at=answers(Hook.FHIR))
def repeats_the_question(call: Call, answer: Answer) -> Answer:
    """The address that was asked stands in two fields, for whoever looks for what went wrong."""
    asked = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
    return answer.with_header("Content-Location", f"{call.base}{asked}").with_header("X-Original-URI", asked)


@legal("FHIR STU3, Bundle: entry.search is optional (0..1)", at=bundles())
def says_no_mode_of_matches(bundle: Resource, _: Call) -> None:
    """What came along is marked as such, and matches are not marked at all."""
    for entry in bundle.get("entry", []):
        if entry.get("search", {}).get("mode") == "match":
            entry.pop("search")


@legal("FHIR STU3, search, section 2.21.1.2: a chain may name the type it goes along", at=bundles())
def names_the_type_of_a_chain(bundle: Resource, _: Call) -> None:
    """The self link has the search as it was understood: patient:Patient.identifier, with the size of a page."""
    for link in bundle.get("link", []):
        link["url"] = re.sub(r"([?&](?:patient|subject))\.", r"\1:Patient.", link["url"])
        link["url"] += "&_count=500" if link["relation"] == "self" and "_count" not in link["url"] else ""


@legal("RFC 3986 section 4.2: a reference may be relative, also to the root of its host", at=bundles())
def links_from_the_root(bundle: Resource, _: Call) -> None:
    """Links name no scheme and host."""
    for link in bundle.get("link", []):
        link["url"] = re.sub("^https://[^/]+", "", link["url"])


@legal("RFC 9110 section 15.5.11: what is not there may be gone, where that is likely to stay so", at=Hook.IMAGES)
def has_no_such_images_any_more(call: Call, handler: Handler) -> Answer:
    """A study, series or instance that is not there is gone."""
    answer = handler(call)
    return replace(answer, status=410) if answer.status == 404 else answer
