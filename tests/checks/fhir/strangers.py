"""Hand-made recordings: answers that tell of another, give what does not exist, or hold a number in an address."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from conformance.model.exchange import Exchange, Response
from conformance.model.words import Verdict
from tests.checks.making import SILENT, Case, exchange, response

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
BASE = "https://node.example/fhir"
BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
WAYS = {"ways": ("search", "read")}


def person(role: str, given: str, family: str, **more: Any) -> dict[str, Any]:
    """A Patient with a number and a name."""
    numbers = [{"system": BSN, "value": f"bsn-{role}"}]
    return {"resourceType": "Patient", "id": role[0], "identifier": numbers, "name": [called(given, family)], **more}


def called(given: str, family: str) -> dict[str, Any]:
    """A name of a person."""
    return {"given": [given], "family": family}


def problem(id_: str, whose: str, code: str, **more: Any) -> dict[str, Any]:
    """A Condition of a patient."""
    made = {
        "code": {"coding": [{"system": "s", "code": code}]},
        "assertedDate": f"2026-01-{code}",
        "note": [{"text": "x"}],
    }
    return {"resourceType": "Condition", "id": id_, "subject": {"reference": f"Patient/{whose}"}, **made, **more}


def bundle(*found: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A searchset with these matches."""
    entries = [
        {"fullUrl": f"{BASE}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in found
    ]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries, **more}


def told(
    answer: Response | dict[str, Any] | None, way: str = "search", whom: str = "anna", asked: str = "Condition"
) -> tuple[Exchange, ...]:
    """An answer about somebody, asked one way."""
    given = {"member": {"way": way}, "patient": whom, "type": asked}
    query = "" if way in ("read", "missing") else f"?patient.identifier={BSN}|bsn-{whom}"
    made = response(200, answer) if isinstance(answer, dict) else answer
    trouble = None if made else SILENT
    return (exchange("fhir.ask", made, trouble=trouble, given=given, url=f"{BASE}/{asked}{query}"),)


def outcome(diagnostics: str = "", **more: Any) -> dict[str, Any]:
    """An OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": [{"code": "x", "diagnostics": diagnostics}], **more}


def patient_of(*found: dict[str, Any], whom: str = "anna") -> tuple[Exchange, ...]:
    """A search for a Patient."""
    return told(bundle(*found), whom=whom, asked="Patient")


ANNA, BRAM = person("anna", "Anna", "Voorbeeld"), person("bram", "Bram", "Anders")
HERS, HIS = problem("c1", "a", "11"), problem("c2", "b", "12")
MINE, BOTH = patient_of(ANNA), patient_of(ANNA, BRAM)
THEIRS = (*patient_of(ANNA), *patient_of(BRAM, whom="bram"), *told(bundle(HERS)), *told(bundle(HIS), whom="bram"))
SPOILED = (*THEIRS[:1], *patient_of(whom="bram"), *THEIRS[2:])
ALIKE = {**HIS, "id": "c9", "subject": {"reference": "Patient/a"}, "identifier": [{"value": "9"}]}
NARRATED = {**HERS, "text": {"div": "<div><b>Bram</b>\n<b>Anders</b></div>"}}
PAGE = response(404, b"<html>", content_type="text/html")
SAID = response(500, "No record of ANDERS, Bram", content_type="text/plain")
TOLD_IN_XML = response(
    400,
    '<OperationOutcome xmlns="http://hl7.org/fhir"><issue><diagnostics value="See Bram Anders."/></issue>'
    "</OperationOutcome>",
    content_type="application/fhir+xml",
)
WITHIN = {**outcome(), "contained": [{**HIS, "subject": {"display": "?"}}]}
NAMED = {"resourceType": "Patient", "id": "x", "name": [called("Bram", "Anders")]}
LOOSE = {"resourceType": "Parameters", "parameter": [{"name": "x", "resource": HIS}]}
COMMENTED = (replace(told(bundle(HERS))[0], facts={"told_of": ["bram"], "patients": ["anna"]}),)
HERSELF = (replace(told(bundle(HERS))[0], facts={"told_of": ["anna"], "patients": ["anna"]}),)
WITHHELD = replace(told(response(404))[0], facts={"body_withheld": True})


def apart(
    verdict: Verdict,
    about: str,
    exchange: tuple[Exchange, ...],
    theirs: tuple[Exchange, ...] = THEIRS,
    patient: tuple[Exchange, ...] = MINE,
) -> Case:
    """An answer beside what everybody has."""
    exchanges = {"exchange": exchange, "patient": patient, "theirs": theirs}
    return Case(kind="nothing-of-another", verdict=verdict, about=about, exchanges=exchanges, parameters=WAYS)


def onward(verdict: Verdict, about: str, answer: tuple[Exchange, ...], page: tuple[Exchange, ...]) -> Case:
    """A next page, and the one before."""
    exchanges = {"exchange": answer, "page": page, "patient": MINE, "theirs": THEIRS}
    return Case(kind="next-page-of-nobody-else", verdict=verdict, about=about, exchanges=exchanges)


def unknown(
    verdict: Verdict,
    about: str,
    answer: Response | None,
    found: tuple[Exchange, ...] = MINE,
    people: tuple[Exchange, ...] = THEIRS[:2],
) -> Case:
    """An answer to reading what does not exist."""
    exchanges = {"unknown": told(answer, "missing", asked="Condition/missing"), "control": found, "people": people}
    return Case(kind="unknown-gives-nothing", verdict=verdict, about=about, exchanges=exchanges)


def address(verdict: Verdict, about: str, exchange: tuple[Exchange, ...]) -> Case:
    """An answer with these addresses."""
    return Case(
        kind="no-number-in-addresses", verdict=verdict, about=about, exchanges={"exchange": exchange}, parameters=WAYS
    )


def linked(relation: str, url: str) -> tuple[Exchange, ...]:
    """An answer with a link of the Bundle."""
    return told(bundle(HERS, link=[{"relation": relation, "url": url}]))


def headed(**headers: str) -> tuple[Exchange, ...]:
    """An answer with a header."""
    return told(response(200, bundle(HERS), **headers))


QUESTION = f"{BASE}/Condition?patient.identifier={BSN}%7Cbsn-anna"
EXTENDED = {**HERS, "extension": [{"url": "http://example.org/bsn-known", "valueBoolean": True}]}

GOES_ON = told(bundle(HERS, link=[{"relation": "next", "url": f"{BASE}?page=2"}]))
CASES = [
    apart(FAIL, "a search that finds both, by the other's number", BOTH, patient=BOTH),
    apart(UNDECIDED, "hers, where the search for her finds both", told(bundle(HERS)), patient=BOTH),
    apart(UNDECIDED, "hers, where the search for her finds nobody", told(bundle(HERS)), patient=patient_of()),
    onward(PASS, "her own", told(bundle(HERS)), GOES_ON),
    onward(PASS, "empty", told(bundle()), GOES_ON),
    onward(PASS, "no next page", told(None), told(bundle(HERS))),
    onward(FAIL, "another's", told(bundle(HIS)), GOES_ON),
    onward(FAIL, "another's too", told(bundle(HERS, HIS)), GOES_ON),
    onward(UNDECIDED, "refused", told(response(400, outcome())), GOES_ON),
    onward(UNDECIDED, "silent", told(None), GOES_ON),
    onward(UNDECIDED, "first page refused", told(bundle(HERS)), told(response(400, outcome()))),
    apart(PASS, "hers", told(bundle(HERS))),
    apart(PASS, "hers, read", told(HERS, "read")),
    apart(PASS, "refused", told(response(400, outcome("no such parameter")), "malformed")),
    apart(PASS, "nobody", told(bundle(), "nobody", whom="unknown")),
    apart(FAIL, "of another", told(bundle(HERS, HIS))),
    apart(FAIL, "of another, read", told(HIS, "read")),
    apart(FAIL, "another's as if hers", told(bundle(HERS, ALIKE))),
    apart(FAIL, "another's as if hers with more", told(bundle(HERS, {**ALIKE, "onsetString": "x"}))),
    apart(FAIL, "another's as if hers, read", told(ALIKE, "read")),
    apart(FAIL, "contained in hers", told(bundle({**HERS, "contained": [{**HIS, "subject": None}]}))),
    apart(FAIL, "contained in a refusal", told(response(400, WITHIN), "malformed")),
    apart(FAIL, "contained in a refusal of another form", told(response(400, json.dumps(WITHIN)), "malformed")),
    apart(FAIL, "inside something else", told(LOOSE)),
    apart(FAIL, "a person contained", told(bundle({**HERS, "contained": [NAMED]}))),
    apart(FAIL, "the number in words", told(response(400, outcome("bsn-bram is meant")), "malformed")),
    apart(FAIL, "the name in a narrative", told(bundle(NARRATED))),
    apart(FAIL, "the name in an outcome in XML", told(TOLD_IN_XML, "malformed")),
    apart(FAIL, "the name in a page", told(SAID, "malformed")),
    apart(FAIL, "anna for nobody", told(bundle(HERS), "nobody", whom="unknown")),
    apart(FAIL, "anna's name for nobody", told(response(404, outcome("Voorbeeld Anna?")), "nobody", whom="unknown")),
    apart(
        FAIL, "part of another's", told(bundle({**HERS, "partOf": {"reference": f"{BASE}/Condition/c2/_history/1"}}))
    ),
    apart(FAIL, "linked to another", told({**ANNA, "link": [{"other": {"reference": "Patient/b"}}]}, "read")),
    apart(
        PASS, "linked to her own old record", told({**ANNA, "link": [{"other": {"reference": "Patient/a0"}}]}, "read")
    ),
    apart(PASS, "refers to hers", told(bundle({**HERS, "partOf": {"reference": "Condition/c1"}}))),
    apart(FAIL, "the number in a header", headed(x_context="bsn-bram")),
    apart(FAIL, "the name in a header", headed(x_context="Bram Anders")),
    apart(FAIL, "a link in a header", headed(link=f'<{BASE}/Patient/b>; rel="prev"')),
    apart(PASS, "herself in a header", headed(link=f'<{BASE}/Patient/a>; rel="prev"')),
    apart(FAIL, "another in what is not kept", COMMENTED),
    apart(PASS, "herself in what is not kept", HERSELF),
    apart(UNDECIDED, "nothing found", told(bundle())),
    apart(UNDECIDED, "nothing read", told(response(404, outcome()), "read")),
    apart(UNDECIDED, "silent", told(None)),
    apart(UNDECIDED, "not kept", (replace(WITHHELD, given={"member": {"way": "malformed"}, "patient": "anna"}),)),
    apart(UNDECIDED, "others are not there", told(bundle(HERS)), SPOILED),
    unknown(PASS, "404", response(404, outcome("There is no Condition with that id."))),
    unknown(PASS, "404 and nothing more", response(404)),
    unknown(PASS, "an empty Bundle", response(200, bundle())),
    unknown(FAIL, "200", response(200, HIS)),
    unknown(FAIL, "404 with the resource", response(404, HIS)),
    unknown(FAIL, "404 with the resource as text", response(404, json.dumps(HIS), content_type="text/plain")),
    unknown(FAIL, "500 with the resource", response(500, bundle(HIS))),
    unknown(FAIL, "contained", response(404, WITHIN)),
    unknown(
        FAIL, "that calls itself an outcome", response(404, {**HIS, "resourceType": "OperationOutcome", "issue": []})
    ),
    unknown(FAIL, "of no type", response(404, bundle({**HIS, "resourceType": None}) | {"type": "collection"})),
    unknown(FAIL, "a number", response(404, outcome("meant is bsn-anna"))),
    unknown(FAIL, "a name", response(404, outcome("meant is Anna Voorbeeld"))),
    unknown(UNDECIDED, "401", response(401, outcome())),
    unknown(UNDECIDED, "500", response(500, outcome())),
    unknown(UNDECIDED, "a page", PAGE),
    unknown(UNDECIDED, "elsewhere", response(302, location=f"{BASE}/Condition/c1")),
    unknown(UNDECIDED, "silent", None),
    unknown(UNDECIDED, "what is there was not found", response(404, outcome()), patient_of()),
    unknown(UNDECIDED, "it is there", response(404, outcome()), told(bundle({**HERS, "id": "missing"}))),
    unknown(UNDECIDED, "nobody is called anything", response(404, outcome()), people=patient_of()),
    address(PASS, "technical", told(bundle(HERS))),
    address(PASS, "the question repeated", linked("self", QUESTION)),
    address(PASS, "the next page", linked("next", f"{QUESTION}&page=2")),
    address(PASS, "the question in a header", headed(content_location=QUESTION)),
    address(PASS, "the name of an extension", told(bundle(EXTENDED))),
    address(PASS, "refused", told(response(400, outcome("bsn-anna?")), "malformed")),
    address(FAIL, "next page by number", linked("next", f"{BASE}/pages/bsn-anna")),
    address(FAIL, "next page of another", linked("next", QUESTION.replace("bsn-anna", "bsn-bram"))),
    address(FAIL, "an id", told(bundle({**HERS, "id": "bsn-anna-1"}))),
    address(FAIL, "the id of the answer", told(bundle(HERS, id="bsn-anna"))),
    address(FAIL, "a reference", told(bundle(problem("c1", "bsn-anna", "11")))),
    address(FAIL, "contained", told({**HERS, "contained": [{"resourceType": "Location", "id": "bsn-anna"}]}, "read")),
    address(FAIL, "an attachment", told({**HERS, "photo": {"url": f"{BASE}/photo/bsn-anna"}}, "read")),
    address(FAIL, "a link of the answer to another number", linked("self", f"{BASE}/Condition;bsn-anna")),
    address(FAIL, "a cookie", headed(set_cookie="token-0123456789abcdef (bsn-anna)")),
    address(FAIL, "a field, where no number was asked", told(response(200, HERS, x_context="bsn-anna"), "read")),
    address(PASS, "a field that may repeat the question", headed(x_original_url="bsn-anna")),
    address(FAIL, "a field with another's", headed(x_context="bsn-bram")),
    address(PASS, "a cookie of nobody", headed(set_cookie="token-0123456789abcdef")),
    address(FAIL, "a header", headed(location=f"{BASE}/Condition/bsn-anna")),
    address(FAIL, "a header, encoded", headed(link=f"<{BASE}/Condition/%62sn-anna>; rel=next")),
    address(FAIL, "a header of a refusal", told(response(400, outcome(), content_location="/bsn-anna"), "malformed")),
    address(UNDECIDED, "nothing found", told(bundle())),
    address(UNDECIDED, "silent", told(None)),
]
