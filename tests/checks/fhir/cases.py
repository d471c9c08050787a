"""Hand-made recordings for reading, searching and token requests."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import Any

from conformance.model.exchange import Exchange, Request, Response
from conformance.model.words import Verdict
from tests.checks.fhir import paging, strangers
from tests.checks.fhir.codes import CODES
from tests.checks.making import SILENT, Case, exchange, response

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
OUTCOME: dict[str, Any] = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}
CONDITION = {"resourceType": "Condition", "id": "c1"}
FOUND = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": CONDITION, "search": {"mode": "match"}}]}
XML = b'<Condition xmlns="http://hl7.org/fhir"><id value="c1"/></Condition>'


def one(answer: Response | None, **given: str) -> tuple[Exchange, ...]:
    """One exchange with this answer; None for silence."""
    return (exchange("fhir.search", answer, trouble=None if answer else SILENT, given=given),)


def read(found: dict[str, Any] | bytes, status: int = 200) -> tuple[Exchange, ...]:
    """A read of Condition/c1 that is answered so."""
    headers = {"content_type": "application/fhir+xml"} if isinstance(found, bytes) else {}
    url = "https://node.example/fhir/Condition/c1"
    return (exchange("fhir.ask", response(status, found, **headers), url=url),)


def told(text: str, media: str = "application/fhir+json", asked: str = "Condition/x") -> tuple[Exchange, ...]:
    """A refusal with these diagnostics, in JSON or XML."""
    issue = {"severity": "error", "code": "exception", "diagnostics": text}
    body: dict[str, Any] | bytes = {"resourceType": "OperationOutcome", "issue": [issue]}
    if "xml" in media:
        said = f'<issue><severity value="error"/><diagnostics value="{escape(text)}"/></issue>'
        body = f'<OperationOutcome xmlns="http://hl7.org/fhir">{said}</OperationOutcome>'.encode()
    return (exchange("x", response(500, body, content_type=media), url=f"https://node.example/fhir/{asked}"),)


def token(
    status: int, members: dict[str, Any], media: str = "application/json", **headers: str
) -> tuple[Exchange, ...]:
    """An answer of the token endpoint."""
    return (exchange("oauth.token", response(status, json.dumps(members), content_type=media, **headers)),)


def issuing(status: int, members: dict[str, Any], assertion: str = "valid") -> tuple[Exchange, ...]:
    """An answer of the token endpoint to an assertion of this kind."""
    return (replace(token(status, members)[0], given={"assertion": assertion}),)


def shown(status: int) -> tuple[Exchange, ...]:
    """What is answered to a request that shows a token."""
    made = exchange("fhir.ask", response(status))
    headers = (("authorization", "Bearer token-0123456789abcdef"),)
    return (replace(made, request=Request(method="GET", url="https://node.example/fhir/Condition", headers=headers)),)


def shown_in_url(status: int) -> tuple[Exchange, ...]:
    """What is answered to a request with a token in its address."""
    url = "https://node.example/fhir/Condition?access_token=token-0123456789abcdef"
    return (exchange("fhir.ask", response(status), url=url),)


def case(
    kind: str, verdict: Verdict, about: str, parameters: dict[str, Any] | None = None, **made: tuple[Exchange, ...]
) -> Case:
    """A case whose exchanges are named as the judgement's parameters."""
    return Case(kind=kind, verdict=verdict, about=about, exchanges=made, parameters=parameters or {})


OK, SILENCE = one(response(200, FOUND)), one(None)
DENIED = {"statuses": (401,)}
ABSENT = {"statuses": (404, 410)}
FHIR = {"types": ("application/fhir+json", "application/fhir+xml")}
STORE = {"header": "cache-control", "word": "no-store"}
LINES = Response(status=200, headers=(("cache-control", "private"), ("cache-control", "no-store")))
OTHER = {"otherwise": (400, 403)}
GOOD = {"good": ("valid",)}
OFFERED = {"statuses": (401,), "otherwise": (404, 405)}
NOT_OFFERED = one(response(405, OUTCOME))
WARNED = (exchange("fhir.ask", response(401), facts={"told_of": ["anna"]}),)
NOTED = {**OUTCOME, "issue": [{**OUTCOME["issue"][0], "diagnostics": "Not for you: 'Valt vaak.'"}]}
NUMBERED = {**OUTCOME, "issue": [{**OUTCOME["issue"][0], "diagnostics": "Of bsn-bram."}]}
POSTED = (
    replace(
        one(response(401, NUMBERED))[0],
        request=Request(method="POST", url="https://node.example/fhir/Condition/_search", body=b"patient=bsn-bram"),
    ),
)
FULL = read({**CONDITION, "note": [{"text": "Valt vaak."}]})
NONE = {"resourceType": "Bundle", "type": "searchset", "total": 0}
EMPTIED, WELCOME = response(200, NONE), response(200, b"<html>Welcome</html>", content_type="text/html")
ABLE = {"resourceType": "CapabilityStatement", "status": "active"}
KNOWN = one(response(200, {**FOUND, "entry": [{"resource": {**CONDITION, "note": [{"text": "Valt vaak."}]}}]}))
WITHHELD = (exchange("fhir.ask", response(401, "?"), facts={"body_withheld": True}),)
TRACE = response(500, b"Traceback (most recent call last):", content_type="text/plain")
GIVEN = {"access_token": "x", "token_type": "Bearer"}
ISSUED = token(200, GIVEN)
TOLD = token(401, {"access_token": "x", "error": "invalid_client"})
INVALID = token(401, {"error": "invalid_client"})

INSIDES = (
    'File "/srv/bgz/server.py", line 12, in handle',
    "at Hospital.Fhir.Read(String id) in D:\\build\\Fhir.cs:line 42",
    "nl.hospital.ConditionProvider.read(ConditionProvider.java:112)",
    "org.hibernate.exception.SQLGrammarException: could not extract",
    "open '/opt/fhir/data/condition.json': no such file",
    "SQLSTATE[42S02]: no such table",
    "ORA-00942: table or view does not exist",
    "panic: runtime error, goroutine 12 [running]",
    "C:\\inetpub\\wwwroot\\app.config",
    "Could not find \\\\fs01\\fhir$\\data\\x.json",
    'invalid input syntax for type timestamp: "x"',
    "Xxxxxxxxxx failed when converting date and/or time from character string.",
    "MongoServerError: E11000 duplicate key error collection: bgz.patients",
    "search_phase_execution_exception: all shards failed",
    "<UNDEFINED>zRead+3^HS.FHIRServer.Storage.Json.Interactions.1 *row",
    "XXXXXXXXX: SELECT id FROM clients WHERE id = 'x'",
)
REASON = exchange("x", replace(response(500), reason="java.lang.NullPointerException"))
HARMLESS = (
    "The link relation self does not exist; the value violates the regex constraint of code.",
    "The first line\\nthe second\\tline, as \\\\n and \\\\t",
    "Select a resource from this list: <CODE> + 3 ^ 2, or a duplicate of it.",
    "There is no Condition with id x.",
    "Patient.identifier: the value http://fhir.nl/fhir/NamingSystem/bsn is no date",
    "See https://example.org/home/help for what may be asked: at most 5.",
)

REFERRING = {**CONDITION, "subject": {"reference": "Patient/p1"}}
REFERRED, ELSEWHERE = (
    one(
        response(200, {**FOUND, "entry": [{"resource": {**CONDITION, "subject": {"reference": f"{base}/Patient/p1"}}}]})
    )
    for base in ("https://node.example/fhir", "https://other.example/fhir")
)
PAGED = one(response(200, {**FOUND, "link": [{"relation": "next", "url": "https://node.example/fhir?page=2"}]}))


def paged(link: str) -> tuple[Exchange, ...]:
    """A page whose next link is this."""
    return one(response(200, {**FOUND, "link": [{"relation": "next", "url": link}]}))


SECOND = one(response(200, {**FOUND, "entry": [{"resource": {**CONDITION, "id": "c2"}, "search": {"mode": "match"}}]}))
EMPTY_PAGE = one(response(200, {**FOUND, "entry": []}))
LATER = one(response(503, {}, retry_after="9"))
TAKEN = {**CONDITION, "specimen": {"reference": "Specimen/s1"}}
NAMING = one(response(200, {**FOUND, "entry": [{"resource": TAKEN}]}))


def inside(status: int) -> tuple[Exchange, ...]:
    """An answer with a header field that shows a stack trace, of which the recording keeps no more than that."""
    return (exchange("x", response(status, x_debug="redacted"), facts={"inside_in_headers": ["stack"]}),)


def along(answer: Response | None) -> tuple[Exchange, ...]:
    """What is answered to who reads a specimen."""
    return (replace(one(answer)[0], given={"member": {"type": "Specimen"}}),)


CASES = [
    *strangers.CASES,
    *CODES,
    *paging.CASES,
    case("status-beside-control", PASS, "401", DENIED, refused=one(response(401)), control=OK),
    case("status-beside-control", FAIL, "let in", DENIED, refused=OK, control=OK),
    case(
        "status-beside-control",
        UNDECIDED,
        "control refused too",
        DENIED,
        refused=one(response(401)),
        control=one(response(401)),
    ),
    case("status-beside-control", UNDECIDED, "silent", DENIED, refused=SILENCE, control=OK),
    case("status-beside-control", UNDECIDED, "too often", DENIED, refused=one(response(429)), control=OK),
    case("status-beside-control", FAIL, "data in a 401", DENIED, refused=one(response(401, FOUND)), control=OK),
    case(
        "status-beside-control",
        FAIL,
        "data in an outcome",
        DENIED,
        refused=one(response(401, {**OUTCOME, "contained": [CONDITION]})),
        control=OK,
    ),
    case(
        "status-beside-control",
        FAIL,
        "data that are called a page",
        DENIED,
        refused=one(response(401, XML.replace(b"<Condition ", b"<f:Condition ").replace(b"=", b":f=", 1))),
        control=OK,
    ),
    case("status-beside-control", FAIL, "a name in a header field", DENIED, refused=WARNED, control=OK),
    case("status-beside-control", FAIL, "words of the record", DENIED, refused=one(response(401, NOTED)), control=FULL),
    case("status-beside-control", FAIL, "a number in words", DENIED, refused=one(response(401, NUMBERED)), control=OK),
    case("status-beside-control", UNDECIDED, "nothing kept", DENIED, refused=WITHHELD, control=OK),
    case("status-beside-control", PASS, "an outcome", DENIED, refused=one(response(401, OUTCOME)), control=OK),
    case("error-with-outcome", PASS, "404", ABSENT, exchange=one(response(404, OUTCOME)), control=OK),
    case("error-with-outcome", FAIL, "500", ABSENT, exchange=one(response(500, OUTCOME)), control=OK),
    case("error-with-outcome", FAIL, "no outcome", ABSENT, exchange=one(response(404, CONDITION)), control=OK),
    case(
        "error-with-outcome",
        FAIL,
        "html",
        ABSENT,
        exchange=one(response(404, b"<html>", content_type="text/html")),
        control=OK,
    ),
    case(
        "error-with-outcome",
        FAIL,
        "no issue",
        ABSENT,
        exchange=one(response(404, {"resourceType": "OperationOutcome"})),
        control=OK,
    ),
    case("error-with-outcome", UNDECIDED, "silent", ABSENT, exchange=SILENCE, control=OK),
    case(
        "error-with-outcome", UNDECIDED, "401 for all", ABSENT, exchange=one(response(401)), control=one(response(401))
    ),
    case("refused-where-offered", PASS, "401", OFFERED, refused=one(response(401)), control=OK),
    case("refused-where-offered", PASS, "not offered", OFFERED, refused=NOT_OFFERED, control=NOT_OFFERED),
    case("refused-where-offered", PASS, "other refusal", OFFERED, refused=one(response(400)), control=NOT_OFFERED),
    case("refused-where-offered", FAIL, "let in", OFFERED, refused=OK, control=OK),
    case("refused-where-offered", FAIL, "405 where offered", OFFERED, refused=NOT_OFFERED, control=OK),
    case("refused-where-offered", FAIL, "let in alone", OFFERED, refused=OK, control=NOT_OFFERED),
    case("refused-where-offered", FAIL, "a name", OFFERED, refused=WARNED, control=NOT_OFFERED),
    case("refused-where-offered", PASS, "the question repeated", OFFERED, refused=POSTED, control=OK),
    case("refused-where-offered", UNDECIDED, "silent", OFFERED, refused=SILENCE, control=OK),
    case(
        "refused-where-offered", UNDECIDED, "refused", OFFERED, refused=one(response(401)), control=one(response(403))
    ),
    *(
        case("next-link-followed", verdict, f"{about} by {link}", page=paged(link), following=following)
        for verdict, about, links, following in (
            (PASS, "another page", ("https://node.example/fhir?page=2", "Condition?page=2", "/fhir/c?p=2"), SECOND),
            (PASS, "another page", ("?page=2", "https://NODE.example/fhir?page=2"), SECOND),
            (PASS, "an empty page", ("?page=2",), EMPTY_PAGE),
            (FAIL, "the same page", ("?page=1",), OK),
            (FAIL, "another host", ("https://other.example/fhir?page=2", "//other.example/x"), SECOND),
            (FAIL, "another port", ("https://node.example:8443/fhir?page=2",), SECOND),
            (FAIL, "plain HTTP", ("http://node.example/fhir?page=2",), SECOND),
            (FAIL, "no address", ("https://[",), SECOND),
            (FAIL, "nothing", ("?page=2",), one(response(404, OUTCOME))),
            (FAIL, "a resource", ("?page=2",), one(response(200, CONDITION))),
            (UNDECIDED, "later", ("?page=2",), LATER),
            (UNDECIDED, "silence", ("?page=2",), SILENCE),
        )
        for link in links
    ),
    case("next-link-followed", PASS, "no next page", page=OK, following=SILENCE),
    case("next-link-followed", UNDECIDED, "no page", page=one(response(500)), following=SECOND),
    case("next-page-refused", PASS, "401", DENIED, refused=one(response(401)), control=OK, page=PAGED),
    case("next-page-refused", PASS, "no next page", DENIED, refused=SILENCE, control=SILENCE, page=OK),
    case("next-page-refused", FAIL, "let in", DENIED, refused=OK, control=OK, page=PAGED),
    case("next-page-refused", UNDECIDED, "silent", DENIED, refused=SILENCE, control=OK, page=PAGED),
    case("refused-where-referred-to", PASS, "401", OFFERED, refused=along(response(401)), control=OK, search=NAMING),
    case("refused-where-referred-to", PASS, "no reference", OFFERED, refused=along(None), control=SILENCE, search=OK),
    case("refused-where-referred-to", FAIL, "let in", OFFERED, refused=along(response()), control=OK, search=NAMING),
    case("refused-where-referred-to", UNDECIDED, "silent", OFFERED, refused=along(None), control=OK, search=NAMING),
    case("nothing-by-another-way", PASS, "401", unguarded=one(response(401, OUTCOME)), control=OK),
    case("nothing-by-another-way", PASS, "no such way", unguarded=one(response(404, b"?")), control=OK),
    case("nothing-by-another-way", PASS, "a page of welcome", unguarded=one(WELCOME), control=OK),
    case("nothing-by-another-way", PASS, "an empty list", unguarded=one(response(200, NONE)), control=OK),
    case("nothing-by-another-way", PASS, "capabilities", unguarded=one(response(200, ABLE)), control=OK),
    case("nothing-by-another-way", FAIL, "data", unguarded=OK, control=OK),
    case("nothing-by-another-way", FAIL, "data beside a 404", unguarded=one(response(404, FOUND)), control=OK),
    case("nothing-by-another-way", FAIL, "a count", unguarded=one(response(200, {**NONE, "total": 3})), control=OK),
    case("nothing-by-another-way", FAIL, "a name in a header field", unguarded=WARNED, control=OK),
    case("nothing-by-another-way", FAIL, "words of the record", unguarded=one(response(401, NOTED)), control=KNOWN),
    case("nothing-by-another-way", UNDECIDED, "too busy", unguarded=one(response(503)), control=OK),
    case("nothing-by-another-way", UNDECIDED, "silent", unguarded=SILENCE, control=OK),
    case("nothing-by-another-way", UNDECIDED, "nothing found", unguarded=one(response(401)), control=one(EMPTIED)),
    case("reads-the-resource", PASS, "same", read=read(CONDITION), search=OK),
    case("reads-the-resource", PASS, "in XML", read=read(XML), search=OK),
    case("reads-the-resource", PASS, "with another tag", read=read({**CONDITION, "meta": {"tag": []}}), search=OK),
    case("reads-the-resource", PASS, "absolute references", read=read(REFERRING), search=REFERRED),
    case("reads-the-resource", FAIL, "another's base", read=read(REFERRING), search=ELSEWHERE),
    case("reads-the-resource", FAIL, "another", read=read({**CONDITION, "id": "c2"}), search=OK),
    case(
        "reads-the-resource",
        FAIL,
        "another's content",
        read=read({**CONDITION, "subject": {"reference": "Patient/p2"}}),
        search=one(
            response(200, {**FOUND, "entry": [{"resource": {**CONDITION, "subject": {"reference": "Patient/p1"}}}]})
        ),
    ),
    case("reads-the-resource", FAIL, "a bundle", read=read(FOUND), search=OK),
    case("reads-the-resource", FAIL, "not there", read=read(CONDITION, 404), search=OK),
    case(
        "reads-the-resource",
        UNDECIDED,
        "nothing found",
        read=read(CONDITION),
        search=one(response(200, {**FOUND, "entry": []})),
    ),
    case("media-type-follows-accept", PASS, "json", exchange=one(response(200, CONDITION), format="json")),
    case(
        "media-type-follows-accept",
        PASS,
        "xml",
        exchange=one(response(200, XML, content_type="application/fhir+xml"), format="xml"),
    ),
    case("media-type-follows-accept", FAIL, "json for xml", exchange=one(response(200, CONDITION), format="xml")),
    case(
        "media-type-follows-accept",
        FAIL,
        "xml named json",
        exchange=one(response(200, XML, content_type="application/fhir+json"), format="json"),
    ),
    case("media-type-follows-accept", UNDECIDED, "silent", exchange=one(None, format="json")),
    case("media-type-is", PASS, "fhir", FHIR, exchange=OK),
    case(
        "media-type-is", FAIL, "plain json", FHIR, exchange=one(response(200, b"{}", content_type="application/json"))
    ),
    case("media-type-is", UNDECIDED, "silent", FHIR, exchange=SILENCE),
    case("never-html", PASS, "406", exchange=one(response(406))),
    case("never-html", PASS, "fhir", exchange=OK),
    case(
        "never-html", FAIL, "html under another name", exchange=one(response(200, b"<html>", content_type="text/xml"))
    ),
    case("never-html", FAIL, "html", exchange=one(response(200, b"<html>", content_type="text/html"))),
    case("never-html", UNDECIDED, "silent", exchange=SILENCE),
    case("challenges", PASS, "bearer", OTHER, exchange=one(response(401, www_authenticate="Bearer"))),
    case("challenges", FAIL, "bare", OTHER, exchange=one(response(401))),
    case("challenges", UNDECIDED, "no 401", OTHER, exchange=one(response(403))),
    case("challenges", UNDECIDED, "let in", OTHER, exchange=shown(200)),
    case("challenges", PASS, "a shown token is forbidden", OTHER, exchange=shown(403)),
    case("challenges", PASS, "a token in the address is a bad request", OTHER, exchange=shown_in_url(400)),
    case("challenges", FAIL, "bare to a shown token", OTHER, exchange=shown(401)),
    case("errors-reveal-nothing", PASS, "outcome", exchange=one(response(400, OUTCOME))),
    case("errors-reveal-nothing", FAIL, "trace", exchange=one(TRACE)),
    case(
        "errors-reveal-nothing",
        FAIL,
        "java",
        exchange=one(response(500, b"java.lang.NullPointerException at x.Y.z(Y.java:12)")),
    ),
    case(
        "errors-reveal-nothing",
        UNDECIDED,
        "not kept",
        exchange=(exchange("x", response(500), facts={"body_withheld": True}),),
    ),
    case("errors-reveal-nothing", FAIL, "windows", exchange=one(response(500, b"in C:\\inetpub\\wwwroot\\a.cs"))),
    case("errors-reveal-nothing", UNDECIDED, "no error", exchange=one(response(200, FOUND), expects="refusal")),
    case("errors-reveal-nothing", UNDECIDED, "silent", exchange=one(None, expects="refusal")),
    case("errors-reveal-nothing", PASS, "an answer", exchange=OK),
    case("errors-reveal-nothing", PASS, "nothing asked", exchange=SILENCE),
    case("errors-reveal-nothing", FAIL, "in a field", exchange=inside(406)),
    case("errors-reveal-nothing", PASS, "in a field of an answer", exchange=inside(200)),
    case("errors-reveal-nothing", FAIL, "in the reason", exchange=(REASON,)),
    *(case("errors-reveal-nothing", FAIL, text[:20], exchange=told(text)) for text in INSIDES),
    *(case("errors-reveal-nothing", FAIL, f"{text[:20]} in XML", exchange=told(text, "text/xml")) for text in INSIDES),
    *(case("errors-reveal-nothing", PASS, text[:20], exchange=told(text)) for text in HARMLESS),
    case(
        "errors-reveal-nothing",
        PASS,
        "the address asked for",
        exchange=told("nothing at /srv/fhir/Condition/x", asked="../srv/fhir/Condition/x"),
    ),
    case("header-contains", PASS, "no-store", STORE, exchange=one(response(200, cache_control="private, No-Store"))),
    case("header-contains", PASS, "in a second line", STORE, exchange=one(LINES)),
    case("header-contains", FAIL, "absent", STORE, exchange=one(response(200))),
    case("header-contains", FAIL, "part of a word", STORE, exchange=one(response(200, cache_control="x-no-store-y"))),
    case("header-contains", UNDECIDED, "silent", STORE, exchange=SILENCE),
    case("token-issued", PASS, "bearer", GOOD, exchange=issuing(200, GIVEN)),
    case("token-issued", PASS, "small", GOOD, exchange=issuing(200, {"access_token": "x", "token_type": "bearer"})),
    *(
        case("token-issued", FAIL, f"{name} is {value!r} at {kind}", GOOD, exchange=issuing(200, changed, kind))
        for kind in ("valid", "replayed")
        for name, value in (
            ("access_token", {"value": "x"}),
            ("access_token", ["x"]),
            ("access_token", ""),
            ("token_type", 1),
            ("token_type", "mac"),
        )
        for changed in ({**GIVEN, name: value},)
    ),
    case("token-issued", FAIL, "no type", GOOD, exchange=issuing(200, {"access_token": "x"})),
    case("token-issued", FAIL, "no token", GOOD, exchange=issuing(200, {"token_type": "Bearer"}, "replayed")),
    case("token-issued", FAIL, "refused", GOOD, exchange=issuing(401, {"error": "invalid_client"})),
    case("token-issued", PASS, "refused again", GOOD, exchange=issuing(401, {"error": "invalid_client"}, "replayed")),
    case("token-issued", PASS, "an error in a 200", GOOD, exchange=issuing(200, {"error": "x"}, "unsigned")),
    case("token-issued", PASS, "silent to a wrong one", GOOD, exchange=one(None, assertion="unsigned")),
    case("token-issued", UNDECIDED, "silent", GOOD, exchange=one(None, assertion="valid")),
    case("token-members", PASS, "as little as it may", exchange=issuing(200, GIVEN)),
    *(
        case("token-members", verdict, f"{name} is {value!r}", exchange=issuing(200, {**GIVEN, name: value}))
        for verdict, name, values in (
            (PASS, "expires_in", (300, 0, 300.0, None)),
            (FAIL, "expires_in", ("300", "", -1, 299.5, float("inf"), True, [300], {})),
            (PASS, "scope", ("bgz", "a b", "", None)),
            (FAIL, "scope", (["bgz"], 1, {"bgz": True}, True)),
            (FAIL, "refresh_token", (["x"],)),
        )
        for value in values
    ),
    case("token-members", FAIL, "as text", exchange=token(200, GIVEN, "text/plain")),
    case("token-members", UNDECIDED, "refused", exchange=INVALID),
    case("token-members", UNDECIDED, "no token", exchange=token(200, {"token_type": "Bearer"})),
    case("token-members", UNDECIDED, "silent", exchange=one(None, assertion="valid")),
    case("token-refused", PASS, "401", refused=INVALID, before=ISSUED, after=ISSUED),
    case("token-refused", FAIL, "issued", refused=ISSUED, before=ISSUED, after=ISSUED),
    case("token-refused", FAIL, "a token in a 401", refused=TOLD, before=ISSUED, after=ISSUED),
    case("token-refused", FAIL, "500", refused=token(500, {}), before=ISSUED, after=ISSUED),
    case("token-refused", UNDECIDED, "too many requests", refused=token(429, {}), before=ISSUED, after=ISSUED),
    case("token-refused", UNDECIDED, "refused before", refused=INVALID, before=INVALID, after=ISSUED),
    case("token-refused", UNDECIDED, "locked out since", refused=INVALID, before=ISSUED, after=INVALID),
    case("replay-refused", PASS, "once", presentations=ISSUED + INVALID),
    case("replay-refused", FAIL, "twice", presentations=ISSUED + ISSUED),
    case("replay-refused", PASS, "after others", presentations=ISSUED * 3 + INVALID),
    case("replay-refused", FAIL, "forgotten after others", presentations=ISSUED * 4),
    case("replay-refused", UNDECIDED, "shown once", presentations=ISSUED),
    case("replay-refused", UNDECIDED, "never", presentations=INVALID + INVALID),
    case("replay-refused", UNDECIDED, "others got none", presentations=ISSUED + INVALID + INVALID),
    case("oauth-error", PASS, "invalid_client", exchange=INVALID),
    case("oauth-error", FAIL, "html", exchange=token(401, {"error": "x"}, "text/html")),
    case("oauth-error", FAIL, "no error", exchange=token(401, {})),
    case("oauth-error", PASS, "a code of an extension", exchange=token(400, {"error": "E1042"})),
    *(
        case("oauth-error", FAIL, f"error is {error!r}", exchange=token(401, {"error": error}))
        for error in ({"code": "invalid_client"}, 17, True, ["invalid_client"], "", 'not "quoted"')
    ),
    case("oauth-error", UNDECIDED, "issued", exchange=ISSUED),
]
