"""What is the matter and what was agreed: problems, allergies, contacts, procedures, directives, vaccinations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.model.agreements import Json
from conformance.synthesis.bgz.parts import Resource, coding, concept, extension, original_code, reference, resource
from conformance.synthesis.bgz.people import Care

Entry = Mapping[str, Json]
LAW = "https://wetten.overheid.nl/BWBR0005290"
"""Book 7 of the Dutch civil code, which holds the law on the medical treatment contract."""


def problem(identity: str, entry: Entry, subject: Resource, care: Care) -> Resource:
    """A problem; FHIR's status beside the zib's own."""
    status = "sct|55561003|Active" if entry["active"] else "sct|73425007|Inactive"
    return resource(
        "Condition",
        identity,
        coding(entry["code"])["display"],
        "zib-Problem",
        "BgZ-Problem",
        clinicalStatus="active" if entry["active"] else "inactive",
        _clinicalStatus=original_code(status),
        verificationStatus="confirmed",
        _verificationStatus=original_code("sct|410605003|Confirmed present"),
        category=[concept(entry["kind"])],
        code=concept(entry["code"]),
        subject=subject,
        onsetDateTime=entry["onset"],
        abatementDateTime=entry.get("end"),
        assertedDate=entry["onset"],
        asserter=care.practitioner("internist"),
    )


def alert(identity: str, entry: Entry, subject: Resource, care: Care) -> Resource:
    """Something everyone who treats the patient should know."""
    return resource(
        "Flag",
        identity,
        coding(entry["code"])["display"],
        "zib-Alert",
        status="active",
        category=concept(entry["category"]),
        code=concept(entry["code"]),
        subject=subject,
        period={"start": entry["date"]},
        author=care.practitioner("internist"),
    )


def allergy(identity: str, entry: Entry, subject: Resource, care: Care) -> Resource:
    """An allergy or intolerance with one reaction."""
    reaction = {
        "manifestation": [concept(entry["symptom"])],
        "severity": entry["severity"],
        "_severity": original_code(entry["sct-severity"]),
    }
    return resource(
        "AllergyIntolerance",
        identity,
        coding(entry["code"])["display"],
        "zib-AllergyIntolerance",
        clinicalStatus="active",
        _clinicalStatus=original_code("act-status|active|Active"),
        verificationStatus="confirmed",
        category=[entry["category"]],
        _category=[original_code(entry["sct-category"])],
        criticality=entry["criticality"],
        _criticality=original_code(entry["sct-criticality"]),
        code=concept(entry["code"]),
        patient=subject,
        onsetDateTime=entry["onset"],
        asserter=care.practitioner("gp"),
        reaction=[reaction],
    )


def encounter(identity: str, entry: Entry, subject: Resource, care: Care) -> Resource:
    """A contact with the hospital."""
    individual = care.practitioner(entry["by"])
    return resource(
        "Encounter",
        identity,
        coding(entry["class"])["display"],
        "zib-Encounter",
        **{"class": coding(entry["class"])},
        status="finished",
        subject=subject,
        participant=[{"type": [concept("participation|RESP|Responsible Party")], "individual": individual}],
        period={"start": entry["start"], "end": entry["end"]},
        serviceProvider=care.organization("hospital"),
    )


def procedure(identity: str, entry: Entry, subject: Resource, care: Care) -> Iterator[Resource]:
    """A procedure that was done, and the completed request it was based on."""
    display = coding(entry["code"])["display"]
    request = _request(f"{identity}-request", entry, subject, care, status="completed", when=entry["requested"])
    yield request
    yield resource(
        "Procedure",
        identity,
        display,
        "zib-Procedure",
        basedOn=[reference(request, display)],
        status="completed",
        category=concept(entry["category"]),
        code=concept(entry["code"]),
        subject=subject,
        performedPeriod={"start": entry["start"], "end": entry["end"]},
        performer=[{"actor": care.practitioner(entry["by"])}],
    )


def planned_procedure(identity: str, entry: Entry, subject: Resource, care: Care) -> Resource:
    """A procedure that was asked for and is still to be done."""
    return _request(identity, entry, subject, care, status="active", when=entry["date"])


def _request(identity: str, entry: Entry, subject: Resource, care: Care, *, status: str, when: str) -> Resource:
    pending = original_code("act-status|active|Pending")  # the zib's list has no word for what is completed
    return resource(
        "ProcedureRequest",
        identity,
        f"Aanvraag: {coding(entry['code'])['display']}",
        "zib-ProcedureRequest",
        status=status,
        _status=pending if status == "active" else None,
        intent="order",
        code=concept(entry["code"]),
        subject=subject,
        occurrenceDateTime=when,
        requester={"agent": care.practitioner(entry["by"]), "onBehalfOf": care.organization("hospital")},
        performer=care.practitioner(entry["by"]),
    )


def vaccination(identity: str, entry: Entry, subject: Resource, care: Care) -> Resource:
    """A vaccination that was given."""
    return resource(
        "Immunization",
        identity,
        coding(entry["code"])["display"],
        "zib-Vaccination",
        status=entry.get("status", "completed"),
        notGiven=False,
        vaccineCode=concept(entry["code"]),
        patient=subject,
        date=entry["date"],
        primarySource=True,
        practitioner=[{"role": concept("participation|PRF|Performer"), "actor": care.practitioner("gp")}],
    )


def nutrition_advice(identity: str, entry: Entry, subject: Resource, care: Care) -> Resource:
    """A diet that was advised; zib 2017 has no code list for it, so it is text."""
    return resource(
        "NutritionOrder",
        identity,
        entry["diet"],
        "zib-NutritionAdvice",
        extension=[extension("zib-NutritionAdvice-Explanation", "String", entry["note"])],
        status="active",
        patient=subject,
        dateTime=entry["date"],
        orderer=care.practitioner("internist"),
        oralDiet={"type": [{"text": entry["diet"]}]},
    )


def treatment_directive(identity: str, entry: Entry, subject: Resource, care: Care) -> Resource:
    """Whether a treatment is wanted, and with whom that was checked."""
    verification = {
        "url": extension("zib-TreatmentDirective-Verification", "String", "")["url"],
        "extension": [
            {"url": "Verified", "valueBoolean": True},
            {"url": "VerifiedWith", "valueCodeableConcept": concept(entry["with"])},
            {"url": "VerificationDate", "valueDateTime": entry["date"]},
        ],
    }
    permitted = concept(entry["permitted"])
    treatment = concept(entry["treatment"])
    return resource(
        "Consent",
        identity,
        f"Behandelaanwijzing: {treatment['text']}",
        "zib-TreatmentDirective",
        extension=[verification, extension("zib-TreatmentDirective-Treatment", "CodeableConcept", treatment)],
        modifierExtension=[extension("zib-TreatmentDirective-TreatmentPermitted", "CodeableConcept", permitted)],
        status="active",
        category=[concept("sct|11291000146105|Treatment instructions")],
        patient=subject,
        dateTime=entry["date"],
        organization=[care.organization("hospital")],
        policy=[{"uri": LAW}],
    )


def advance_directive(identity: str, entry: Entry, subject: Resource, care: Care) -> Resource:
    """A written will of the patient."""
    return resource(
        "Consent",
        identity,
        f"Wilsverklaring: {coding(entry['type'])['display']}",
        "zib-AdvanceDirective",
        status="active",
        category=[concept("sct|11341000146107|Living will and advance directive record"), concept(entry["type"])],
        patient=subject,
        dateTime=entry["date"],
        organization=[care.organization("hospital")],
        policy=[{"uri": LAW}],
    )
