"""Asking a FHIR server: capabilities, searches, reads (Twiin-03, -04, -05)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any, Literal
from urllib.parse import quote, urlencode, urljoin

from lxml import etree

from conformance.model.agreements import Json
from conformance.model.exchange import Rung
from conformance.protocols.client import Asked
from conformance.protocols.forgeries import FORGERIES, NONSENSE, forged
from conformance.protocols.observing import Observed, Performed
from conformance.protocols.operations import FOLLOWED, operation
from conformance.protocols.session import Session
from conformance.protocols.tokens import FORM
from conformance.protocols.troubles import TroubleError, trouble

Method = Literal["GET", "POST", "DELETE"]
_FORM_SAFE = "=&%+,$:/._-~"
FHIR = "{http://hl7.org/fhir}"
LABELS = ("query", "type", "along", "patient", "whom")
"""What a step may say of its question, for selectors: which search of a table, for what, with what, about which
patient, and whether that is one whom the source knows."""


class Format(StrEnum):
    """What the Accept header asks for; `browser` as a browser does, `none` sends no such header."""

    JSON = "json"
    XML = "xml"
    HTML = "html"
    BROWSER = "browser"
    NONE = "none"


ACCEPT: Mapping[str, str] = {
    Format.JSON: "application/fhir+json",
    Format.XML: "application/fhir+xml",
    Format.HTML: "text/html",
    Format.BROWSER: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
}


class Token(StrEnum):
    """Which access token goes along, and how.

    `other-certificate`: a good token over another client certificate; `in-url`: a good token in the query;
    `beside-wrong`: there too, beside nonsense in the header; `expired`: a good one past its end; `narrow`: a good one
    that gives no right to this; `uuid`, `dotted`, `five-parts`, `word-null`: nonsense too; the others are made from a
    good one.
    """

    VALID = "valid"
    NONE = "none"
    GARBAGE = "garbage"
    OTHER_CERTIFICATE = "other-certificate"
    IN_URL = "in-url"
    EXPIRED = "expired"
    NARROW = "narrow"
    FOREIGN_ISSUER = "foreign-issuer"
    FOREIGN_KEY = "foreign-key"
    ALTERED_CLAIM = "altered-claim"
    ALTERED_SIGNATURE = "altered-signature"
    NO_SIGNATURE = "no-signature"
    UNSIGNED = "unsigned"
    OWN_KEY = "own-key"
    OWN_CHAIN = "own-chain"
    UUID = "uuid"
    DOTTED = "dotted"
    FIVE_PARTS = "five-parts"
    WORD_NULL = "word-null"
    BESIDE_WRONG = "beside-wrong"


def _without_token(given: Mapping[str, Json]) -> Rung | None:
    return Rung.CLIENT_CERTIFICATE if given.get("token", "") in (Token.NONE, Token.GARBAGE) else None


@operation("fhir.capabilities", endpoint="fhir", rests_on=Rung.CLIENT_CERTIFICATE)
def capabilities(session: Session, *, format: Format = Format.JSON, token: Token = Token.NONE) -> Performed:  # noqa: A002
    """Read the CapabilityStatement; by default without a token, as FHIR clients do."""
    return Performed(observed=(_ask(session, "metadata", format, token),))


@operation(
    "fhir.search",
    endpoint="fhir",
    rests_on=Rung.TOKEN,
    relaxed=_without_token,
    yields=("total", "ids", "first", "next", "id", "at", "other_case", "lettered"),
    labels=LABELS,
)
def search(
    session: Session,
    *,
    path: str,
    of: str = "",
    format: Format = Format.JSON,  # noqa: A002
    token: Token = Token.VALID,
    method: Method = "GET",
    turned: bool = False,
) -> Performed:
    """Search with a path relative to the base (`Type?parameter=value`); `turned`: with its parameters last to first.

    `first` is the first resource found, of the type `of` when that is given (or else one that is referred to), `id` its
    id and `at` its address. `other_case` is an id that only letter case tells from that one, and `lettered` that one
    unless it is a mere number, which may be an id of several types; where it has no letters, or case says nothing, it
    gets one more.
    By POST the parameters travel as a form to `Type/_search` (FHIR search section 3.1.1.1).
    """
    place, _, parameters = path.partition("?")
    asked = f"{place}?{'&'.join(reversed(parameters.split('&')))}" if turned else path
    observed = _ask(session, asked, format, token, method)
    values = _found(observed, of)
    if "first" in values:
        values |= _named(str(values["first"]), session.address("fhir").url)
    return Performed(observed=(observed,), values=values)


@operation("fhir.pages", endpoint="fhir", rests_on=Rung.TOKEN, labels=LABELS, times=lambda _: FOLLOWED)
def pages(session: Session, *, path: str, format: Format = Format.JSON) -> Performed:  # noqa: A002
    """Search, and ask for each next page that an answer names and that is below the endpoint; fifty pages at most."""
    observed = [_ask(session, path, format, Token.VALID)]
    with suppress(TroubleError):
        while len(observed) < _MOST_PAGES and (following := _found(observed[-1], "").get("next")):
            observed.append(_ask(session, str(following), format, Token.VALID))
    return Performed(observed=tuple(observed))


_MOST_PAGES = 50


def _named(first: str, base: str) -> dict[str, Json]:
    id_ = first.rpartition("/")[2]
    lettered = id_ if id_.lower() != id_.upper() else f"{id_}x"
    other = f"{id_}X" if _UUID.fullmatch(id_) else lettered.swapcase()
    return {"id": id_, "at": f"{base}/{first}", "other_case": other, "lettered": lettered}


_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""Read without regard to letter case (RFC 9562 section 4)."""


@operation("fhir.ask", endpoint="fhir", rests_on=Rung.TOKEN, relaxed=_without_token, labels=LABELS)
def ask(
    session: Session,
    *,
    path: str,
    format: Format = Format.JSON,  # noqa: A002
    token: Token = Token.VALID,
    method: Method = "GET",
) -> Performed:
    """Ask for what stands at a path, a search or a resource, whatever the answer is worth to later steps."""
    return Performed(observed=(_ask(session, path, format, token, method),))


@operation("fhir.read", endpoint="fhir", rests_on=Rung.TOKEN, relaxed=_without_token, yields=("id",), labels=LABELS)
def read(
    session: Session,
    *,
    path: str,
    format: Format = Format.JSON,  # noqa: A002
    token: Token = Token.VALID,
    method: Method = "GET",
) -> Performed:
    """Read one resource by its path relative to the base (`Type/id`); with another method: try what is not allowed."""
    observed = _ask(session, path, format, token, method)
    found = _resource(observed)
    return Performed(observed=(observed,), values={"id": found["id"]} if isinstance(found.get("id"), str) else {})


def _ask(session: Session, path: str, wanted: str, token: str, method: Method = "GET") -> Observed:
    return session.http.call(request(session, path, wanted, token, method))


def request(session: Session, path: str, wanted: str, token: str, method: Method = "GET") -> Asked:
    """A request in one of the forms, with a token or none."""
    url = _url(session, path)
    headers = {"Accept": ACCEPT[wanted]} if wanted in ACCEPT else {}
    body = b""
    if method == "POST" and "?" in url:
        url, _, form = url.partition("?")
        url, body = f"{url.rstrip('/')}/_search", quote(form, safe=_FORM_SAFE).encode()
        headers["Content-Type"] = FORM
    if token in (Token.IN_URL, Token.BESIDE_WRONG):
        url += ("&" if "?" in url else "?") + urlencode({"access_token": session.tokens.token()})
    if token not in (Token.NONE, Token.IN_URL):
        headers["Authorization"] = f"Bearer {_shown(session, token)}"
    certificate = "other" if token == Token.OTHER_CERTIFICATE else "valid"
    return Asked(method=method, url=url, headers=headers, body=body, certificate=certificate)


def _shown(session: Session, token: str) -> str:
    match token:
        case Token.BESIDE_WRONG:
            return NONSENSE[Token.GARBAGE]
        case Token.EXPIRED:
            return session.tokens.expired()
        case Token.NARROW:
            return session.tokens.narrow()
        case _ if token in NONSENSE:
            return NONSENSE[token]
        case _ if token in FORGERIES:
            return forged(token, session.tokens.token())
        case _:
            return session.tokens.token()


def _url(session: Session, path: str) -> str:
    """Relative to the base; an absolute address (a `next` link) only below that same base."""
    base = session.address("fhir").url
    if "://" not in path.partition("?")[0]:
        return f"{base}/{path.lstrip('/')}"
    if path.startswith((base + "/", base + "?")):
        return path
    raise TroubleError(trouble("link-outside"))


def _found(observed: Observed, of: str) -> dict[str, Json]:
    """Values of a search answer, as far as it can be read: a broken answer yields nothing and is judged elsewhere."""
    bundle = _resource(observed)
    entries = bundle.get("entry")
    resources = (
        [entry.get("resource") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    )
    named = [one for one in resources if isinstance(one, dict) and isinstance(one.get("id"), str)]
    ids = [f"{one.get('resourceType')}/{one['id']}" for one in named]
    values: dict[str, Json] = {"ids": ids}
    named_by = (*ids, *_referred_to(bundle)) if of else ids
    if first := next((one for one in named_by if one.startswith(f"{of}/" if of else "")), ""):
        values["first"] = first
    if isinstance(bundle.get("total"), int):
        values["total"] = bundle["total"]
    for link in bundle.get("link") or () if isinstance(bundle.get("link"), list) else ():
        if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            values["next"] = _joined(observed, link["url"])
    return values


def _joined(observed: Observed, link: str) -> str:
    """Where a link leads, which may be relative (RFC 3986 section 5); as it stands when it is no address."""
    try:
        return urljoin(observed.request.url if observed.request else "", link)
    except ValueError:
        return link


def _referred_to(held: Json) -> Iterator[str]:
    """What the resources of an answer refer to, as `Type/id`, wherever that stands in them."""
    if isinstance(held, dict):
        if isinstance(reference := held.get("reference"), str) and (found := _REFERENCE.search(reference)):
            yield found[1]
        held = [*held.values()]
    for one in held if isinstance(held, list) else ():
        yield from _referred_to(one)


_REFERENCE = re.compile(r"(?:^|/)([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?\Z")


def _resource(observed: Observed) -> dict[str, Any]:
    if observed.response is None or not 200 <= observed.response.status < 300:
        return {}
    if "xml" in observed.response.media_type:
        return _from_xml(observed.response.body)
    try:
        body = json.loads(observed.response.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _from_xml(body: bytes) -> dict[str, Any]:
    """Only what later steps use: type, id, total, links, and type and id of the entries."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    found: dict[str, Any] = {"id": _value(root, "id")}
    total = _value(root, "total") or ""
    if total.isdecimal():
        found["total"] = int(total)
    found["link"] = [
        {"relation": _value(link, "relation"), "url": _value(link, "url")} for link in root.iterfind(f"{FHIR}link")
    ]
    resources = (child for holder in root.iterfind(f"{FHIR}entry/{FHIR}resource") for child in holder)
    found["entry"] = [
        {"resource": {"resourceType": etree.QName(one).localname, "id": _value(one, "id")}}
        for one in resources
        if isinstance(one.tag, str)
    ]
    return found


def _value(element: Any, name: str) -> str | None:
    child = element.find(f"{FHIR}{name}")
    value = child.get("value") if child is not None else None
    return value if isinstance(value, str) else None
