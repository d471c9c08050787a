"""Hand-made recordings for BgZ searches and the content of their answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from conformance.model.exchange import Exchange, Request, Response
from conformance.model.words import Verdict
from tests.checks.fhir.cases import FAIL, PASS, SILENCE, UNDECIDED, case, one
from tests.checks.making import Case, exchange, response

BASE = "https://node.example/fhir/"
PROFILE = "http://nictiz.nl/fhir/StructureDefinition/zib-Alert"
SELF = "https://node.example/fhir/Flag?status=active&_include=Flag%3Asubject"


def flag(id_: str = "f1", **changes: Any) -> dict[str, Any]:
    """A good Flag, with elements changed or (None) taken away."""
    made: dict[str, Any] = {
        "resourceType": "Flag",
        "id": id_,
        "meta": {"profile": [PROFILE]},
        "identifier": [{"system": "urn:made", "value": "1"}],
        "status": "active",
        "code": {"coding": [{"system": "urn:codes", "code": "a", "display": "A"}]},
        "subject": {"reference": "Patient/p1", "display": "P"},
    }
    return {key: value for key, value in {**made, **changes}.items() if value is not None}


def entry(resource: dict[str, Any], mode: str = "match", **changes: Any) -> dict[str, Any]:
    """A Bundle entry."""
    made = {
        "fullUrl": f"{BASE}{resource['resourceType']}/{resource['id']}",
        "resource": resource,
        "search": {"mode": mode},
    }
    return {key: value for key, value in {**made, **changes}.items() if value is not None}


def alone(answer: Response | None) -> tuple[Exchange, ...]:
    """A read that is answered so."""
    return (replace(one(answer)[0], given={"member": {"how": "read"}}),)


def found(*entries: dict[str, Any], given: dict[str, Any] | None = None, **changes: Any) -> tuple[Exchange, ...]:
    """A searchset with these entries."""
    matches = sum(1 for one_ in entries if "match" in str(one_["search"]))
    made = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": matches,
        "link": [{"relation": "self", "url": SELF}],
        "entry": list(entries),
    }
    bundle = {key: value for key, value in {**made, **changes}.items() if value is not None}
    return (
        exchange(
            "fhir.search",
            response(200, bundle),
            given={"query": "q", "path": "Flag?status=active", **(given or {})},
            url=SELF,
        ),
    )


def search(
    kind: str = "Flag", *, latest: bool = False, include: tuple[str, ...] = (), **where: list[str]
) -> dict[str, Any]:
    """A row of the query table."""
    return {"type": kind, "where": where, "include": list(include), "latest": latest}


def chained(key: str, value: str) -> tuple[Exchange, ...]:
    """A search along a chain whose self link has it under this key, last to first and in other letters."""
    link = [{"relation": "self", "url": f"{BASE}Flag?_count=50&{key}={quote(value)}&status=active"}]
    asked = Request(method="GET", url=f"{BASE}Flag?status=active&patient.identifier=s|1")
    return (replace(found(entry(flag()), link=link)[0], request=asked),)


def rule(kind: str, bad: tuple[Exchange, ...], **parameters: Any) -> list[Any]:
    """A rule over everything in an answer: good passes, bad fails, nothing and silence are undecided."""
    return [
        case(kind, PASS, "good", parameters, exchange=GOOD),
        case(kind, FAIL, "bad", parameters, exchange=bad),
        case(kind, UNDECIDED, "silent", parameters, exchange=SILENCE),
        case(kind, UNDECIDED, "refused", parameters, exchange=one(response(403))),
    ]


def measured(id_: str, moment: str, code: str = "29463-7") -> dict[str, Any]:
    """An Observation of a moment."""
    return {
        "resourceType": "Observation",
        "id": id_,
        "effectiveDateTime": moment,
        "code": {"coding": [{"system": "l", "code": code}]},
        "subject": {"reference": "Patient/p1"},
    }


NONE_THERE = {"there": ("empty",)}
VALID_OUTCOME = {
    "resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]},
    "search": {"mode": "outcome"},
}
NEXT = [{"relation": "next", "url": f"{BASE}?page=2"}]
NUMBER = {"url": "http://nictiz.nl/fhir/StructureDefinition/made", "valueDecimal": 1.5}
GOOD = found(entry(flag()))
EMPTY = found()
PATIENT = {"resourceType": "Patient", "id": "p1"}
PROVENANCE = {
    "resourceType": "Provenance",
    "id": "v1",
    "target": [{"reference": "Flag/f1"}],
    "recorded": "2026-01-01",
    "activity": {"code": "CREATE"},
    "agent": [{"whoReference": {"reference": "Organization/o1"}}],
}
STRAY = {**PROVENANCE, "id": "v9", "target": [{"reference": "Flag/f9"}]}
HISTORIC = flag(subject={"reference": "Patient/p1/_history/3"})
URN = flag(subject={"reference": "urn:uuid:1"})
BROUGHT = found(entry(flag(), "include"))
TOLD = {"resource": {"resourceType": "OperationOutcome", "issue": [{"code": "x"}]}, "search": {"mode": "outcome"}}
ASKED = {"path": "Flag?_revinclude=Provenance:target"}
WITH = {"queries": {"q": search(include=("subject",))}}
OLD, NEW = measured("o1", "2026-01-01"), measured("o2", "2026-03-01")
JSON = found(entry(OLD), given={"format": "json"})
OF_VERSION = {**PROVENANCE, "target": [{"reference": "Flag/f1/_history/1"}]}

BOTH = found(entry(OLD), entry(NEW))
NEWER = measured("o3", "2026-04-01")
TWO = (entry(NEW), entry(measured("o5", "2026-03-01")))
ALIKE = found(entry(OLD), *TWO)
TALL = measured("o4", "2026-02-01", "8302-2")
MORE = found(entry(OLD), entry(NEW), entry(TALL))
URN_A, URN_B = {"url": "urn:a", "valueDecimal": 1.5}, {"url": "urn:b", "valueString": "so many"}
IN_XML = """<Bundle xmlns="http://hl7.org/fhir"><type value="searchset"/><entry><resource><Flag><id value="f1"/>
<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">  other </div></text>
<extension url="urn:b"><valueString value="so many"/></extension>
<extension url="urn:a"><valueDecimal value="1.50"/></extension>
<identifier><system value="urn:made"/><value value="1"/></identifier><status value="active"/>
<code><coding><system value="urn:codes"/><code value="a"/><display value="A"/></coding></code>
<subject><reference value="Patient/p1"/><display value="P"/></subject></Flag></resource>
<search><mode value="match"/></search></entry></Bundle>"""
FORMS = [
    (PASS, "in another order", IN_XML),
    (FAIL, "another number", IN_XML.replace("1.50", "1")),
    (FAIL, "a number that nobody writes out", IN_XML.replace("1.50", "1e999999999")),
    (FAIL, "words beside a code", IN_XML.replace("</coding></code>", '</coding><text value="so"/></code>')),
    (FAIL, "another code", IN_XML.replace('<code value="a"/>', '<code value="b"/>')),
    (
        FAIL,
        "extensions of another weight",
        IN_XML.replace('<extension url="urn:b"><valueString value="so many"/></extension>', ""),
    ),
    (FAIL, "escaped twice", IN_XML.replace("so many", "so many &amp;amp; more")),
    (PASS, "withheld in one form only", IN_XML.replace("so many", "xx xxxx")),
]
"""A Flag in XML, beside the same in JSON."""
EAST, WEST = measured("o5", "2026-03-01T09:30:00+01:00"), measured("o6", "2026-03-01T09:00:00+01:00")
LATER = measured("o7", "2026-03-01T08:15:00+00:00")
ZONES = found(entry(WEST), entry(LATER), entry(EAST))
OTHERS = flag("f2", subject={"reference": "Patient/p2"})
NUMBERED = {"identifier": {"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "bsn-anna"}}


def _formed(verdict: Verdict, about: str, in_xml: str) -> Case:
    """A Flag in JSON beside one in XML."""
    xml = exchange("fhir.search", response(200, in_xml, content_type="application/fhir+xml"), given={"format": "xml"})
    return case("same-in-both-forms", verdict, about, one=found(entry(flag(extension=[URN_A, URN_B]))), other=(xml,))


def person(bsn: str, id_: str = "p1") -> dict[str, Any]:
    """A Patient with a citizen service number."""
    number = {"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": bsn}
    return {"resourceType": "Patient", "id": id_, "identifier": [number]}


def of_anna(*entries: dict[str, Any]) -> tuple[Exchange, ...]:
    """What a search about anna found."""
    return found(*entries, given={"patient": "anna"})


ANNAS = (entry(person("bsn-anna")),)
ANNA = of_anna(*ANNAS)


def answers(
    verdict: Verdict,
    about: str,
    exchange: tuple[Exchange, ...],
    *,
    patient: tuple[Exchange, ...] = ANNA,
    **row: Any,
) -> Case:
    """A search of the table that is answered so, beside a search for the patient."""
    return case("answers-search", verdict, about, {"search": search(**row)}, exchange=exchange, patient=patient)


UNKNOWN_IN_XML = one(
    response(
        200,
        b'<Bundle xmlns="http://hl7.org/fhir"><type value="searchset"/><entry><resource><Flag><id value="f1"/>'
        b'<status value="active"/><code><coding><system value="s"/><code value="a"/></coding></code>'
        b'<subject><reference value="Patient/p1"/></subject><colour value="red"/></Flag></resource>'
        b'<search><mode value="match"/></search></entry></Bundle>',
        content_type="application/fhir+xml",
    )
)
CASES = [
    answers(PASS, "flags", of_anna(entry(flag())), status=["active"]),
    answers(PASS, "token", of_anna(entry(flag())), code=["urn:codes|a"]),
    answers(FAIL, "500", one(response(500))),
    answers(FAIL, "not a bundle", one(response(200, flag()))),
    answers(FAIL, "unreadable", one(response(200, b"{", content_type="application/json"))),
    answers(FAIL, "another type as a match", of_anna(entry(flag()), entry({"resourceType": "Condition", "id": "c1"}))),
    answers(PASS, "came along without a mode", of_anna(entry(flag()), {**entry(PATIENT), "search": {"mode": ""}})),
    answers(FAIL, "only another type", of_anna(entry(flag())), kind="Condition"),
    answers(FAIL, "filter ignored", of_anna(entry(flag())), code=["urn:codes|b"]),
    answers(FAIL, "system ignored", of_anna(entry(flag())), code=["urn:others|a"]),
    answers(FAIL, "not the latest", of_anna(entry(OLD), entry(NEW)), kind="Observation", latest=True),
    answers(UNDECIDED, "empty", of_anna()),
    answers(UNDECIDED, "silent", SILENCE),
    answers(PASS, "the patient", ANNA, kind="Patient"),
    answers(FAIL, "another patient", of_anna(*ANNAS, entry(person("bsn-bram", "p2"))), kind="Patient"),
    answers(FAIL, "of another", of_anna(entry(OTHERS))),
    answers(FAIL, "of another too", of_anna(entry(flag()), entry(OTHERS))),
    answers(FAIL, "another's number in words", of_anna(entry(flag(text={"div": "<div>BSN bsn-bram</div>"})))),
    answers(FAIL, "of another inside", of_anna(entry(flag(contained=[{**OTHERS, "id": "c1"}])))),
    answers(PASS, "named by the number only", of_anna(entry(flag(subject=NUMBERED)))),
    answers(UNDECIDED, "one of nobody", of_anna(entry(flag()), entry(flag("f2", subject=None)))),
    answers(UNDECIDED, "whose is unknown", of_anna(entry(flag())), patient=EMPTY),
    answers(UNDECIDED, "asked about nobody", GOOD),
    case("includes-present", PASS, "there", WITH, exchange=found(entry(flag()), entry(PATIENT, "include"))),
    case("includes-present", PASS, "by version", WITH, exchange=found(entry(HISTORIC), entry(PATIENT, "include"))),
    case(
        "includes-present",
        PASS,
        "by urn",
        WITH,
        exchange=found(entry(URN), entry(PATIENT, "include", fullUrl="urn:uuid:1")),
    ),
    case(
        "includes-present",
        FAIL,
        "a number for a reference",
        WITH,
        exchange=found(entry(flag(subject={"reference": 7}))),
    ),
    case("includes-present", FAIL, "missing", WITH, exchange=GOOD),
    case("includes-present", FAIL, "unmarked", WITH, exchange=found(entry(flag()), entry(PATIENT, "outcome"))),
    case(
        "includes-present",
        PASS,
        "a match without a mode",
        {"queries": {"q": search(include=("partOf",))}},
        exchange=found(entry(flag(partOf={"reference": "Flag/f2"})), entry(flag("f2"), "")),
    ),
    case("includes-present", FAIL, "another without a mode", WITH, exchange=found(entry(flag()), entry(PATIENT, ""))),
    case("includes-present", UNDECIDED, "no reference", WITH, exchange=found(entry(flag(subject=None)))),
    case("includes-present", UNDECIDED, "on", WITH, exchange=found(entry(flag(subject=None)), link=NEXT)),
    case(
        "same-matches", UNDECIDED, "cut otherwise", one=found(entry(OLD), link=NEXT), other=found(entry(NEW), link=NEXT)
    ),
    case(
        "latest-per-code", UNDECIDED, "history goes on", history=found(entry(OLD), link=NEXT), latest=found(entry(NEW))
    ),
    case("empty-searchset", PASS, "empty", exchange=EMPTY),
    case("empty-searchset", FAIL, "404", exchange=one(response(404))),
    case("empty-searchset", UNDECIDED, "matches", exchange=GOOD),
    case("latest-per-code", PASS, "newest", history=BOTH, latest=found(entry(NEW))),
    case("latest-per-code", FAIL, "oldest", history=BOTH, latest=found(entry(OLD))),
    case("latest-per-code", FAIL, "both", history=BOTH, latest=BOTH),
    case("latest-per-code", FAIL, "none", history=BOTH, latest=EMPTY),
    case("latest-per-code", FAIL, "one that searching does not find", history=BOTH, latest=found(entry(NEWER))),
    case("latest-per-code", FAIL, "not of each code", history=MORE, latest=found(entry(NEW))),
    case("latest-per-code", PASS, "of each code", history=MORE, latest=found(entry(NEW), entry(TALL))),
    case("latest-per-code", FAIL, "two of one moment", history=ALIKE, latest=ALIKE),
    case(
        "latest-per-code", PASS, "one of two of one moment", history=found(entry(OLD), *TWO), latest=found(entry(NEW))
    ),
    case("latest-per-code", PASS, "in another time zone", history=ZONES, latest=found(entry(EAST))),
    case("latest-per-code", UNDECIDED, "one measurement", history=found(entry(NEW)), latest=found(entry(NEW))),
    case("same-matches", PASS, "same", one=found(entry(OLD), entry(NEW)), other=found(entry(NEW), entry(OLD))),
    case("same-matches", FAIL, "fewer", one=found(entry(OLD), entry(NEW)), other=found(entry(NEW))),
    case("same-matches", FAIL, "json for xml", one=JSON, other=found(entry(OLD), given={"format": "xml"})),
    case("same-matches", UNDECIDED, "both empty", one=EMPTY, other=EMPTY),
    *(_formed(verdict, about, in_xml) for verdict, about, in_xml in FORMS),
    case("same-in-both-forms", FAIL, "fewer", one=found(entry(OLD), entry(NEW)), other=found(entry(NEW))),
    case("same-in-both-forms", UNDECIDED, "both empty", one=EMPTY, other=EMPTY),
    case("search-gives-bundle", PASS, "searchset", exchange=GOOD),
    case("search-gives-bundle", FAIL, "collection", exchange=found(entry(flag()), type="collection")),
    case("search-gives-bundle", UNDECIDED, "silent", exchange=SILENCE),
    case("entries-have-full-url", PASS, "an outcome has no address", exchange=found(entry(flag()), TOLD)),
    *(
        case("claims-profile", verdict, f"{verdict} when read", {"profiles": (PROFILE,)}, exchange=alone(answer))
        for verdict, answer in (
            (PASS, response(200, flag())),
            (FAIL, response(200, flag(meta=None))),
            (UNDECIDED, response(404, flag())),
            (UNDECIDED, None),
        )
    ),
    case("claims-profile", UNDECIDED, "nothing matched", {"profiles": (PROFILE,)}, exchange=BROUGHT),
    case("observations-coded", UNDECIDED, "nothing matched", {"codes": ("urn:codes|a",)}, exchange=BROUGHT),
    case("provenance-for-matches", UNDECIDED, "nothing matched", exchange=found(entry(flag(), "include"), given=ASKED)),
    case(
        "provenance-for-matches",
        PASS,
        "of a version",
        exchange=found(entry(flag()), entry(OF_VERSION, "include"), given=ASKED),
    ),
    case(
        "provenance-for-matches",
        FAIL,
        "text for a mode",
        exchange=found(entry(flag()), {**entry(PROVENANCE), "search": "include"}, given=ASKED),
    ),
    case(
        "provenance-for-matches",
        FAIL,
        "of another too",
        exchange=found(entry(flag()), entry(PROVENANCE, "include"), entry(STRAY, "include"), given=ASKED),
    ),
    case(
        "provenance-for-matches",
        UNDECIDED,
        "of what may come",
        exchange=found(entry(flag()), entry(PROVENANCE, "include"), entry(STRAY, "include"), given=ASKED, link=NEXT),
    ),
    *rule("valid-stu3", found(entry(flag(status="sometimes")))),
    case("valid-stu3", FAIL, "an unknown element in XML", exchange=UNKNOWN_IN_XML),
    case("codings-complete", PASS, "an unknown element in XML elsewhere", exchange=UNKNOWN_IN_XML),
    case("valid-stu3", UNDECIDED, "empty", exchange=EMPTY),
    case("valid-stu3", PASS, "empty as asked", NONE_THERE, exchange=found(entry=None, given={"purpose": "empty"})),
    case("valid-stu3", FAIL, "an empty list", NONE_THERE, exchange=found(given={"purpose": "empty"})),
    case(
        "valid-stu3",
        FAIL,
        "a negative total",
        NONE_THERE,
        exchange=found(entry=None, total=-1, given={"purpose": "empty"}),
    ),
    case(
        "valid-stu3",
        FAIL,
        "an element of R4 in the Bundle",
        exchange=found(entry(flag()), timestamp="2026-01-01T00:00:00Z"),
    ),
    case("valid-stu3", FAIL, "the same twice", exchange=found(entry(flag()), entry(flag()))),
    case("valid-stu3", PASS, "an outcome", exchange=found(entry(flag()), VALID_OUTCOME)),
    case("valid-stu3", FAIL, "an unknown element", exchange=found(entry(flag(colour="red")))),
    case("valid-stu3", PASS, "an extension of a package", exchange=found(entry(flag(extension=[NUMBER])))),
    *rule("entries-have-full-url", found(entry(flag(), fullUrl="Flag/f1"))),
    *rule("ids-match-full-url", found(entry(flag(), fullUrl="https://elsewhere.example/1"))),
    *rule("resources-name-profile", found(entry(flag(meta=None)))),
    *rule("codings-complete", found(entry(flag(code={"coding": [{"code": "a", "display": "A"}]})))),
    *rule(
        "no-value-set-as-system",
        found(entry(flag(code={"coding": [{"system": "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.2.1", "code": "a"}]}))),
    ),
    *rule("concepts-readable", found(entry(flag(code={"coding": [{"system": "s", "code": "a"}]})))),
    *rule("references-readable", found(entry(flag(subject={"reference": "Patient/p1"})))),
    *rule("identifiers-complete", found(entry(flag(identifier=[{"system": "s"}])))),
    *rule("self-link-repeats-search", found(entry(flag()), link=[{"relation": "self", "url": f"{BASE}Flag"}])),
    case("self-link-repeats-search", UNDECIDED, "no self link", exchange=found(entry(flag()), link=None)),
    case("resources-name-profile", UNDECIDED, "nothing there", exchange=EMPTY),
    *(
        case("self-link-repeats-search", verdict, f"chained as {key}", exchange=chained(key, value))
        for verdict, key, value in (
            (PASS, "patient.identifier", "s|1"),
            (PASS, "patient:Patient.identifier", "s|1"),
            (FAIL, "patient:Patient.identifier", "s|2"),
            (FAIL, "patient:exact.identifier", "s|1"),
            (FAIL, "subject:Patient.identifier", "s|1"),
        )
    ),
    *rule("claims-profile", found(entry(flag(meta={"profile": ["urn:other"]}))), profiles=(PROFILE,)),
    *rule(
        "observations-coded",
        found(entry(flag(code={"coding": [{"system": "urn:codes", "code": "b"}]}))),
        codes=("urn:codes|a",),
    ),
    case("total-counts-matches", PASS, "equal", exchange=GOOD),
    case("total-counts-matches", PASS, "no total", exchange=found(entry(flag()), total=None)),
    case(
        "total-counts-matches",
        PASS,
        "more pages",
        exchange=found(entry(flag()), total=9, link=[{"relation": "next", "url": BASE}]),
    ),
    case("total-counts-matches", FAIL, "zero", exchange=found(entry(flag()), total=0)),
    case("total-counts-matches", FAIL, "too many", exchange=found(entry(flag()), total=9)),
    case("total-counts-matches", UNDECIDED, "silent", exchange=SILENCE),
    case("self-link-present", PASS, "there", exchange=GOOD),
    case("self-link-present", FAIL, "none", exchange=found(entry(flag()), link=None)),
    case("self-link-present", UNDECIDED, "silent", exchange=SILENCE),
    case(
        "provenance-for-matches",
        PASS,
        "there",
        exchange=found(entry(flag()), entry(PROVENANCE, "include"), given=ASKED),
    ),
    case("provenance-for-matches", PASS, "not asked", exchange=GOOD),
    case("provenance-for-matches", FAIL, "missing", exchange=found(entry(flag()), given=ASKED)),
    case(
        "provenance-for-matches",
        FAIL,
        "of another",
        exchange=found(entry(flag("f2")), entry(PROVENANCE, "include"), given=ASKED),
    ),
    case("provenance-for-matches", UNDECIDED, "empty", exchange=found(given=ASKED)),
    case(
        "provenance-complete",
        PASS,
        "complete",
        exchange=found(entry(flag()), entry(PROVENANCE, "include"), given=ASKED),
    ),
    case(
        "provenance-complete",
        FAIL,
        "no moment",
        exchange=found(entry({**PROVENANCE, "recorded": ""}, "include"), given=ASKED),
    ),
    case(
        "provenance-complete",
        FAIL,
        "no organisation",
        exchange=found(entry({**PROVENANCE, "agent": []}, "include"), given=ASKED),
    ),
    case("provenance-complete", UNDECIDED, "none", exchange=found(entry(flag()), given=ASKED)),
]
