"""What was observed: functioning, living, habits, vital signs, laboratory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from conformance.model.agreements import Json
from conformance.synthesis.bgz.parts import Resource, coding, concept, original_code, quantity, reference, resource

Entry = Mapping[str, Json]
VITAL_SIGNS = concept("category|vital-signs|Vital Signs")
LABORATORY = concept("sct|49581000146104|Laboratory test finding")


def _observation(identity: str, profile: str, code: Resource, subject: Resource, **elements: Json) -> Resource:
    elements.setdefault("status", "final")
    return resource("Observation", identity, code["text"], profile, code=code, subject=subject, **elements)


def _period(entry: Entry) -> Resource:
    return {key: entry[key] for key in ("start", "end") if key in entry}


def functional_status(identity: str, entry: Entry, subject: Resource) -> Resource:
    """A functional or mental status; the category says which."""
    functional = "sct|118228005|Functional finding"
    mental = "sct|384821006|Mental state, behavior and/or psychosocial function finding"
    return _observation(
        identity,
        "zib-FunctionalOrMentalStatus",
        concept(entry["code"]),
        subject,
        category=[concept(mental if entry["mental"] else functional)],
        effectivePeriod={"start": entry["date"]},
        valueCodeableConcept=concept(entry["value"]),
    )


def living_situation(identity: str, entry: Entry, subject: Resource) -> Resource:
    """Where the patient lives."""
    return _observation(
        identity,
        "zib-LivingSituation",
        concept("sct|365508006|Residence and accommodation circumstances"),
        subject,
        effectiveDateTime=entry["date"],
        valueCodeableConcept=concept(entry["value"]),
    )


def drug_use(identity: str, entry: Entry, subject: Resource) -> Resource:
    """Use of drugs."""
    code = concept("sct|228366006|Finding relating to drug misuse behavior")
    value = concept(entry["value"])
    period = _period(entry)
    return _observation(identity, "zib-DrugUse", code, subject, effectivePeriod=period, valueCodeableConcept=value)


def alcohol_use(identity: str, entry: Entry, subject: Resource) -> Resource:
    """Use of alcohol, with an amount for who drinks or drank."""
    return _observation(
        identity,
        "zib-AlcoholUse",
        concept("sct|228273003|Finding relating to alcohol drinking behavior"),
        subject,
        effectivePeriod=_period(entry),
        valueCodeableConcept=concept(entry["value"]),
        component=[_intake("sct|160573003|Alcohol intake", entry)] if "amount" in entry else None,
    )


def tobacco_use(identity: str, entry: Entry, subject: Resource) -> Resource:
    """Use of tobacco: what, how much, and pack years."""
    kind = {"code": concept("sct|53661000146106|Type of tobacco used"), "valueCodeableConcept": concept(entry["kind"])}
    return _observation(
        identity,
        "zib-TobaccoUse",
        concept("sct|365980008|Tobacco use and exposure - finding"),
        subject,
        effectivePeriod=_period(entry),
        valueCodeableConcept=concept(entry["value"]),
        component=[
            kind,
            _intake("sct|266918002|Tobacco smoking consumption", entry),
            _amount("sct|401201003|Cigarette pack-years", entry["pack-years"], "packyears", "{PackYears}"),
        ],
    )


def _intake(code: str, entry: Entry) -> Resource:
    return _amount(code, entry["amount"], entry["unit"], entry["ucum"])


def _amount(code: str, value: str, unit: str, ucum: str) -> Resource:
    return {"code": concept(code), "valueQuantity": quantity(value, unit, ucum)}


def blood_pressure(identity: str, entry: Entry, subject: Resource) -> Resource:
    """Systolic and diastolic pressure."""
    systolic, diastolic = "loinc|8480-6|Systolic blood pressure", "loinc|8462-4|Diastolic blood pressure"
    return _observation(
        identity,
        "zib-BloodPressure",
        concept("loinc|85354-9|Blood pressure panel with all children optional"),
        subject,
        category=[VITAL_SIGNS],
        effectiveDateTime=entry["date"],
        component=[
            _amount(systolic, entry["systolic"], "mm[Hg]", "mm[Hg]"),
            _amount(diastolic, entry["diastolic"], "mm[Hg]", "mm[Hg]"),
        ],
    )


def body_weight(identity: str, entry: Entry, subject: Resource) -> Resource:
    """Weight in kilograms."""
    return _observation(
        identity,
        "zib-BodyWeight",
        concept("loinc|29463-7|Body weight"),
        subject,
        category=[VITAL_SIGNS],
        effectiveDateTime=entry["date"],
        valueQuantity=quantity(entry["kilograms"], "kg"),
    )


def body_height(identity: str, entry: Entry, subject: Resource) -> Resource:
    """Height in centimetres, measured standing."""
    return _observation(
        identity,
        "zib-BodyHeight",
        concept("loinc|8302-2|Body height", "loinc|8308-9|Body height --standing"),
        subject,
        category=[VITAL_SIGNS],
        effectiveDateTime=entry["date"],
        valueQuantity=quantity(entry["centimetres"], "cm"),
    )


def laboratory(identity: str, entry: Entry, subject: Resource) -> Iterator[Resource]:
    """Specimen, results and, when there is one, the panel that has the results as members."""
    specimen = resource(
        "Specimen",
        f"{identity}-specimen",
        coding(entry["specimen"])["display"],
        "zib-LaboratoryTestResult-Specimen",
        type=concept(entry["specimen"]),
        subject=subject,
        receivedTime=entry["date"],
        collection={"collectedDateTime": entry["date"]},
    )
    taken = reference(specimen, coding(entry["specimen"])["display"])
    results = [
        _result(f"{identity}-{number}", entry, result, subject, taken)
        for number, result in enumerate(entry["results"], start=1)
    ]
    yield specimen
    yield from results
    if "panel" in entry:
        members = [{"type": "has-member", "target": reference(result, result["code"]["text"])} for result in results]
        common = _laboratory_elements(entry, taken)
        yield _observation(
            f"{identity}-panel",
            "zib-LaboratoryTestResult-Observation",
            concept(entry["panel"]),
            subject,
            related=members,
            **common,
        )


def _laboratory_elements(entry: Entry, specimen: Resource) -> dict[str, Json]:
    return {
        **_status(entry.get("status", "final")),
        "category": [LABORATORY, concept(entry["kind"])],
        "effectiveDateTime": entry["date"],
        "specimen": specimen,
    }


def _status(status: str) -> dict[str, Json]:
    return {"status": status, "_status": original_code(f"lab-status|{status}|{status.capitalize()}")}


def laboratory_series(identity: str, entry: Entry, subject: Resource) -> Iterator[Resource]:
    """The same results at several moments, each as `laboratory` writes them."""
    for number, drawn in enumerate(entry["drawn"], start=1):
        pairs = zip(entry["results"], drawn["values"], strict=True)
        results = [{**result, "value": value} for result, value in pairs]
        yield from laboratory(f"{identity}-{number}", {**entry, **drawn, "results": results}, subject)


def _result(identity: str, entry: Entry, result: Entry, subject: Resource, specimen: Resource) -> Resource:
    unit = result["ucum"]
    limits = {"low": quantity(result["low"], unit), "high": quantity(result["high"], unit)}
    return _observation(
        identity,
        "zib-LaboratoryTestResult-Observation",
        concept(result["code"]),
        subject,
        valueQuantity=quantity(result["value"], unit),
        interpretation=_interpretation(result),
        referenceRange=[limits],
        **_laboratory_elements(entry, specimen),
    )


def _interpretation(result: Entry) -> Resource | None:
    value = Decimal(result["value"])
    if value > Decimal(result["high"]):
        return concept("sct|281302008|Above reference range", "v2-0078|H|High")
    if value < Decimal(result["low"]):
        return concept("sct|281300000|Below reference range", "v2-0078|L|Low")
    return None
