"""Hand-made answers beside an answer sheet: what is lost, said otherwise, another's or loaded by nobody."""

from __future__ import annotations

from typing import Any

from conformance.model.exchange import Exchange
from conformance.model.words import Verdict
from tests.checks.fhir.cases import FAIL, PASS, UNDECIDED, case
from tests.checks.making import SILENT, Case, exchange, response

BASE = "https://node.example/fhir"
ALL, EQUAL, ONLY = "all-that-was-loaded", "as-it-was-loaded", "only-what-was-loaded"

TABLE: dict[str, Any] = {
    "units": {"kg": {"g": "1000"}},
    "queries": {"measured": "observation", "alerts": "flag"},
    "records": {
        "observation": {
            "type": "Observation",
            "named": {"code": "coding", "effectiveDateTime | effectivePeriod.start": "moment"},
            "equal": {
                "status": "code",
                "category": "coding, more",
                "effectivePeriod.end": "moment",
                "valueQuantity": "quantity",
                "comment": "text",
                "issued": "moment, if said",
                "specimen->type": "coding",
                "component": {
                    "named": {"code": "coding"},
                    "equal": {"valueQuantity": "quantity", "valueInteger": "number"},
                    "more": True,
                },
                "referenceRange": {"equal": {"low": "quantity"}},
            },
        },
        "flag": {"type": "Flag", "named": {"code": "coding", "period.start": "moment"}, "equal": {}},
    },
}
TIME = "effectiveDateTime | effectivePeriod.start"
WEIGHT = {
    "code": [["loinc|29463-7"]],
    TIME: ["2026-03-02T09:45:00+01:00"],
    "status": ["final"],
    "category": [["cat|vital"]],
    "valueQuantity": ["81.4 kg"],
    "comment": ["na de lunch, café"],
    "specimen->type": [["sct|1"]],
    "referenceRange": [{"low": ["50 kg"]}],
}
PRESSURE = {
    "code": [["loinc|85354-9"]],
    TIME: ["2026-03-02"],
    "effectivePeriod.end": ["2026-03-03"],
    "status": ["final"],
    "component": [
        {"code": [["loinc|8480-6"]], "valueQuantity": ["128 mm[Hg]"], "valueInteger": ["3"]},
        {"code": [["loinc|8462-4"]], "valueQuantity": ["79 mm[Hg]"]},
    ],
}
OLDER = {"code": [["loinc|29463-7"]], TIME: ["2025-01-01"]}
THEIRS = {**WEIGHT, TIME: ["2026-04-04T08:00:00+02:00"], "valueQuantity": ["64 kg"]}
NOTHING: dict[str, Any] = {"answers": [], "beside": []}
SHEET: dict[str, Any] = {
    "anna": {"measured": {"answers": [WEIGHT, PRESSURE], "beside": [OLDER]}, "alerts": NOTHING},
    "bram": {"measured": {"answers": [THEIRS], "beside": []}},
}
WITH = {"sheet": SHEET, "table": TABLE}


def coded(system: str, code: str) -> dict[str, Any]:
    """A CodeableConcept."""
    return {"coding": [{"system": system, "code": code}], "text": code}


def amount(value: float, code: str) -> dict[str, Any]:
    """A Quantity in UCUM."""
    return {"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code}


def changed(made: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A resource with elements changed or (None) taken away."""
    return {key: value for key, value in {**made, **changes}.items() if value is not None}


def weight(**changes: Any) -> dict[str, Any]:
    """The weight that was loaded."""
    made = {
        "resourceType": "Observation",
        "id": "w",
        "status": "final",
        "code": coded("loinc", "29463-7"),
        "category": [coded("cat", "vital")],
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-03-02T09:45:00+01:00",
        "valueQuantity": amount(81.4, "kg"),
        "comment": "na de lunch, café",
        "specimen": {"reference": "Specimen/s"},
        "referenceRange": [{"low": amount(50, "kg")}],
    }
    return changed(made, changes)


def pressure(**changes: Any) -> dict[str, Any]:
    """The blood pressure that was loaded."""
    made = {
        "resourceType": "Observation",
        "id": "b",
        "status": "final",
        "code": coded("loinc", "85354-9"),
        "effectivePeriod": {"start": "2026-03-02", "end": "2026-03-03"},
        "component": [SYSTOLIC, DIASTOLIC],
    }
    return changed(made, changes)


SYSTOLIC = {"code": coded("loinc", "8480-6"), "valueQuantity": amount(128, "mm[Hg]"), "valueInteger": 3}
DIASTOLIC = {"code": coded("loinc", "8462-4"), "valueQuantity": amount(79, "mm[Hg]")}
SPECIMEN = {"resourceType": "Specimen", "id": "s", "type": coded("sct", "1")}


def found(
    *resources: dict[str, Any], query: str = "measured", who: str = "anna", along: bool = True, **changes: Any
) -> tuple[Exchange, ...]:
    """A searchset with these matches, and the specimen along."""
    entries = [{"resource": one, "search": {"mode": "match"}} for one in resources]
    entries += [{"resource": SPECIMEN, "search": {"mode": "include"}}] if along else []
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": entries, **changes}
    url = f"{BASE}/Observation?patient.identifier=http://fhir.nl/fhir/NamingSystem/bsn|bsn-{who}"
    return (exchange("fhir.pages", response(200, bundle), given={"member": {"query": query}}, url=url),)


GOOD = found(weight(), pressure())
NEXT = [{"relation": "next", "url": f"{BASE}?page=2"}]
SILENCE = (exchange("fhir.search", None, trouble=SILENT, given={"member": {"query": "measured"}}),)
REFUSED = (exchange("fhir.pages", response(403), given={"member": {"query": "measured"}}),)
FIRST = found(weight(), link=NEXT)
OTHERS_WEIGHT = weight(id="o", effectiveDateTime="2026-04-04T08:00:00+02:00", valueQuantity=amount(64, "kg"))
STRAY = weight(id="x", effectiveDateTime="2024-02-02")


def whole(verdict: Verdict, name: str, answer: tuple[Exchange, ...], record: tuple[Exchange, ...] = GOOD) -> Case:
    """Whether all is there."""
    return case(ALL, verdict, name, WITH, pages=answer, record=record)


def equal(verdict: Verdict, name: str, answer: tuple[Exchange, ...]) -> Case:
    """Whether what is there says what was loaded."""
    return case(EQUAL, verdict, name, WITH, pages=answer)


def only(verdict: Verdict, name: str, answer: tuple[Exchange, ...]) -> Case:
    """Whether nothing else is there."""
    return case(ONLY, verdict, name, WITH, pages=answer)


def odd(name: str, *resources: dict[str, Any], **changes: Any) -> list[Case]:
    """Another way of saying the same, which no judgement may fail."""
    answer = found(*resources, **changes)
    return [made(PASS, f"odd: {name}", answer) for made in (whole, equal, only)]


ALTERED: dict[str, dict[str, Any]] = {
    "number": weight(valueQuantity=amount(814, "kg")),
    "unit": weight(valueQuantity=amount(81.4, "g")),
    "unit-of-another-system": weight(valueQuantity={"value": 81.4, "system": "urn:x", "code": "kg"}),
    "no-unit": weight(valueQuantity={"value": 81.4, "unit": "kg"}),
    "comparator": weight(valueQuantity={**amount(81.4, "kg"), "comparator": "<"}),
    "status": weight(status="entered-in-error"),
    "text": weight(comment="voor de lunch, café"),
    "twice-a-component": pressure(
        component=[SYSTOLIC, DIASTOLIC, {**SYSTOLIC, "valueQuantity": amount(151, "mm[Hg]")}]
    ),
    "swapped": pressure(
        component=[
            {"code": SYSTOLIC["code"], "valueQuantity": DIASTOLIC["valueQuantity"], "valueInteger": 3},
            {"code": DIASTOLIC["code"], "valueQuantity": SYSTOLIC["valueQuantity"]},
        ]
    ),
    "integer": pressure(component=[{**SYSTOLIC, "valueInteger": 4}, DIASTOLIC]),
    "end": pressure(effectivePeriod={"start": "2026-03-02", "end": "2026-03-04"}),
    "end-that-was-not-loaded": weight(
        effectiveDateTime=None, effectivePeriod={"start": "2026-03-02T09:45:00+01:00", "end": "2026-03-02"}
    ),
    "limit": weight(referenceRange=[{"low": amount(60, "kg")}]),
    "moment-that-may-be-left-out": weight(issued="2026-03-02"),
    "no-number": weight(valueQuantity={"value": "veel", "system": "http://unitsofmeasure.org", "code": "kg"}),
}
HALVED: dict[str, dict[str, Any]] = {
    "value": weight(valueQuantity=None),
    "category": weight(category=None),
    "limits": weight(referenceRange=None),
    "component": pressure(component=[SYSTOLIC]),
    "component-value": pressure(component=[SYSTOLIC, {"code": DIASTOLIC["code"]}]),
    "end": pressure(effectivePeriod={"start": "2026-03-02"}),
    "reference": weight(specimen=None),
}


def both(one: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A measurement beside the other one as it was loaded."""
    return (one, pressure()) if one["id"] == "w" else (weight(), one)


CASES: list[Case] = [
    *odd("as loaded", weight(), pressure()),
    *odd("the other way round", pressure(component=[DIASTOLIC, SYSTOLIC]), weight()),
    *odd("more decimals", weight(valueQuantity={**amount(81.4, "kg"), "value": 81.40}), pressure()),
    *odd("another unit", weight(valueQuantity=amount(81400, "g")), pressure()),
    *odd(
        "an annotation",
        weight(),
        pressure(component=[SYSTOLIC, {**DIASTOLIC, "valueQuantity": amount(79, "mm[Hg]{a}")}]),
    ),
    *odd(
        "more codings",
        weight(code={"coding": [{"system": "l", "code": "1"}, *coded("loinc", "29463-7")["coding"]]}),
        pressure(),
    ),
    *odd("more categories", weight(category=[coded("x", "y"), coded("cat", "vital")]), pressure()),
    *odd("another zone", weight(effectiveDateTime="2026-03-02T08:45:00Z"), pressure()),
    *odd("only the day", weight(effectiveDateTime="2026-03-02"), pressure()),
    *odd("parts of a second", weight(effectiveDateTime="2026-03-02T09:45:00.000+01:00"), pressure()),
    *odd("minutes", weight(effectiveDateTime="2026-03-02T09:45+01:00"), pressure()),
    *odd("midnight", weight(), pressure(effectivePeriod={"start": "2026-03-01T23:00:00Z", "end": "2026-03-03"})),
    *odd(
        "a period", weight(effectiveDateTime=None, effectivePeriod={"start": "2026-03-02T09:45:00+01:00"}), pressure()
    ),
    *odd("letters in two signs", weight(comment="na  de lunch, cafe\u0301"), pressure()),
    *odd("more elements", weight(meta={"tag": []}, note="x", device={"reference": "Device/1"}), pressure()),
    *odd("another component", weight(), pressure(component=[SYSTOLIC, DIASTOLIC, {"code": coded("loinc", "1")}])),
    *odd("contained", weight(contained=[{**SPECIMEN, "id": "in"}], specimen={"reference": "#in"}), pressure()),
    *odd("not along", weight(), pressure(), along=False),
    whole(FAIL, "lost", found(weight())),
    whole(FAIL, "all-lost", found()),
    whole(FAIL, "named-otherwise", found(weight(effectiveDateTime="2026-03-03"), pressure())),
    whole(FAIL, "less-than-a-day", found(weight(effectiveDateTime="2026-03"), pressure())),
    whole(FAIL, "coded-otherwise", found(weight(code=coded("loinc", "3141-9")), pressure())),
    whole(FAIL, "code-without-system", found(weight(code={"coding": [{"code": "29463-7"}]}), pressure())),
    whole(FAIL, "no-day", found(weight(effectiveDateTime="2026-02-30"), pressure())),
    whole(FAIL, "twice", found(weight(), pressure(), weight(id="w2"))),
    whole(FAIL, "twice-in-the-place-of-another", found(weight(), weight(id="w2"))),
    *[whole(FAIL, f"without-{name}", found(*both(one))) for name, one in HALVED.items()],
    *[equal(FAIL, f"other-{name}", found(*both(one))) for name, one in ALTERED.items()],
    only(FAIL, "of-another", found(weight(), pressure(), OTHERS_WEIGHT)),
    only(FAIL, "older", found(weight(), pressure(), weight(id="w0", effectiveDateTime="2025-01-01"))),
    only(FAIL, "another-named", found(weight(), pressure(), {**STRAY, "comment": "van bsn-bram"})),
    only(UNDECIDED, "of-nobody", found(weight(), pressure(), STRAY)),
    whole(PASS, "beside-a-stranger", found(weight(), pressure(), OTHERS_WEIGHT, STRAY)),
    whole(UNDECIDED, "not-loaded", found(), found()),
    whole(UNDECIDED, "more-to-come", FIRST),
    whole(UNDECIDED, "more-to-come-still", (*FIRST, *found(link=NEXT))),
    whole(UNDECIDED, "page-too-often", (*FIRST, exchange("fhir.pages", response(429)))),
    whole(UNDECIDED, "page-silent", (*FIRST, *SILENCE)),
    whole(FAIL, "page-dead", (*FIRST, exchange("fhir.pages", response(404)))),
    whole(FAIL, "page-lost", (*FIRST, *found())),
    whole(FAIL, "page-again", (*FIRST, *found(weight(), pressure()))),
    whole(UNDECIDED, "nothing-but-refusals", found(), REFUSED),
    *[made(PASS, "on-two-pages", (*FIRST, *found(pressure(), along=False))) for made in (whole, equal, only)],
    equal(FAIL, "other-on-page-two", (*FIRST, *found(pressure(status="preliminary")))),
    only(FAIL, "of-another-on-page-two", (*FIRST, *found(pressure(), OTHERS_WEIGHT))),
    equal(UNDECIDED, "nothing-loaded-there", found(STRAY)),
    equal(UNDECIDED, "empty", found()),
    *[made(PASS, "nothing-to-find", found(query="alerts")) for made in (whole, equal, only)],
    *[made(UNDECIDED, "silent", SILENCE) for made in (whole, equal, only)],
    *[made(UNDECIDED, "refused", REFUSED) for made in (whole, equal, only)],
    *[made(UNDECIDED, "unknown-data", found(who="dina")) for made in (whole, equal, only)],
]
