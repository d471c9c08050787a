"""Which search parameters each resource type has: FHIR STU3's own, and Nictiz' category on medication.

The BgZ query list of Nictiz (MSZ 2.0) is what decides which are here; see profiles/tables for the list itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of search parameter this source knows (FHIR's SearchParameter.type)."""

    TOKEN = "token"
    REFERENCE = "reference"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A search parameter: its kind and where in the resource its values are (dots go down, lists are walked)."""

    kind: Kind
    paths: tuple[str, ...]


def _parameters(text: str) -> Mapping[str, Parameter]:
    """`name:kind:path,path` separated by spaces."""
    split = (word.split(":") for word in text.split())
    return {name: Parameter(Kind(kind), tuple(paths.split(","))) for name, kind, paths in split}


SUBJECT = "patient:reference:subject subject:reference:subject"
MEDICATION = f"{SUBJECT} category:token:category medication:reference:medicationReference status:token:status"

PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    "Patient": _parameters("identifier:token:identifier general-practitioner:reference:generalPractitioner"),
    "Coverage": _parameters("beneficiary:reference:beneficiary payor:reference:payor type:token:type"),
    "Consent": _parameters("patient:reference:patient category:token:category status:token:status date:date:dateTime"),
    "Observation": _parameters(
        f"{SUBJECT} category:token:category code:token:code status:token:status specimen:reference:specimen"
        " date:date:effectiveDateTime,effectivePeriod.start related-target:reference:related.target"
    ),
    "Condition": _parameters(
        f"{SUBJECT} category:token:category code:token:code clinical-status:token:clinicalStatus"
        " onset-date:date:onsetDateTime"
    ),
    "NutritionOrder": _parameters("patient:reference:patient status:token:status datetime:date:dateTime"),
    "Flag": _parameters(f"{SUBJECT} date:date:period.start"),
    "AllergyIntolerance": _parameters(
        "patient:reference:patient code:token:code clinical-status:token:clinicalStatus category:token:category"
    ),
    "MedicationStatement": _parameters(f"{MEDICATION} effective:date:effectivePeriod.start"),
    "MedicationRequest": _parameters(f"{MEDICATION} intent:token:intent authoredon:date:authoredOn"),
    "MedicationDispense": _parameters(f"{MEDICATION} prescription:reference:authorizingPrescription"),
    "DeviceUseStatement": _parameters(f"{SUBJECT} device:reference:device"),
    "Immunization": _parameters("patient:reference:patient status:token:status date:date:date"),
    "Procedure": _parameters(
        f"{SUBJECT} category:token:category code:token:code status:token:status based-on:reference:basedOn"
        " date:date:performedPeriod.start"
    ),
    "Encounter": _parameters(f"{SUBJECT} class:token:class status:token:status date:date:period.start"),
    "ProcedureRequest": _parameters(
        f"{SUBJECT} status:token:status code:token:code intent:token:intent occurrence:date:occurrenceDateTime"
    ),
    "CareTeam": _parameters(f"{SUBJECT} status:token:status participant:reference:participant.member"),
    "Provenance": _parameters("target:reference:target recorded:date:recorded"),
    "Medication": _parameters("code:token:code"),
    "Device": _parameters("patient:reference:patient type:token:type"),
    "Specimen": _parameters(f"{SUBJECT} type:token:type"),
    "Organization": _parameters("identifier:token:identifier"),
    "Practitioner": _parameters("identifier:token:identifier"),
    "PractitionerRole": _parameters("practitioner:reference:practitioner organization:reference:organization"),
}

PATIENT_BOUND: Mapping[str, tuple[str, ...]] = {
    kind: names
    for kind, parameters in PARAMETERS.items()
    if (names := tuple(name for name in ("patient", "subject", "beneficiary") if name in parameters))
} | {"Patient": ("identifier",), "Provenance": ("target",)}
"""Per type the parameters of which a search must carry one: without it, it would ask for everybody."""

COMMON: Mapping[str, Parameter] = {
    "_id": Parameter(Kind.TOKEN, ("id",)),
    "_lastUpdated": Parameter(Kind.DATE, ("meta.lastUpdated",)),
}
RESULT = frozenset({"_include", "_revinclude", "_sort", "_count", "_offset", "_format", "_pretty"})
"""Parameters that shape the result and select nothing."""


def parameter(kind: str, name: str) -> Parameter | None:
    """The search parameter of a type, or None."""
    return PARAMETERS.get(kind, {}).get(name) or COMMON.get(name)
