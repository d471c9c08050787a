"""Small pieces every resource is made of: codes, references, quantities, extensions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape

from conformance.model.agreements import Json

Resource = dict[str, Json]

NICTIZ = "http://nictiz.nl/fhir/StructureDefinition/"
NL_CORE = "http://fhir.nl/fhir/StructureDefinition/"
NAMING = "http://fhir.nl/fhir/NamingSystem/"
UCUM = "http://unitsofmeasure.org"
LOADED = "2026-06-01T12:00:00+02:00"
"""When the source says it last changed its resources: fixed, so that the data set never differs between runs."""

SYSTEMS: Mapping[str, str] = {
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "atc": "http://www.whocc.no/atc",
    "act-code": "http://hl7.org/fhir/v3/ActCode",
    "act-status": "http://hl7.org/fhir/v3/ActStatus",
    "role-code": "http://hl7.org/fhir/v3/RoleCode",
    "marital": "http://hl7.org/fhir/v3/MaritalStatus",
    "gender": "http://hl7.org/fhir/v3/AdministrativeGender",
    "data-operation": "http://hl7.org/fhir/v3/DataOperation",
    "v2-0078": "http://hl7.org/fhir/v2/0078",
    "category": "http://hl7.org/fhir/observation-category",
    "statement-category": "http://hl7.org/fhir/medication-statement-category",
    "participation": "http://hl7.org/fhir/v3/ParticipationType",
    "organization-type": "http://nictiz.nl/fhir/NamingSystem/organization-type",
    "uzi-role": NAMING + "uzi-rolcode",
    "insurance": "urn:oid:2.16.840.1.113883.2.4.3.11.60.101.5.1",
    "permitted": "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4",
    "living-will": "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.14.1",
    "dwelling": "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.13.1",
    "lab-status": "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.16.1",
    "contact-role": "urn:oid:2.16.840.1.113883.2.4.3.11.22.472",
    "medication-process": "urn:oid:2.16.840.1.113883.2.4.3.11.60.20.77.5.3",
}


def coding(text: str) -> Resource:
    """`system|code|display` as a Coding."""
    system, code, display = text.split("|", 2)
    return {"system": SYSTEMS[system], "code": code, "display": display}


def concept(*texts: str) -> Resource:
    """A CodeableConcept with these codings; its text is the first display."""
    codings = [coding(text) for text in texts]
    return {"coding": codings, "text": codings[0]["display"]}


def reference(resource: Resource, display: str) -> Resource:
    """A relative reference to a resource; Nictiz asks for a display on each."""
    return {"reference": f"{resource['resourceType']}/{resource['id']}", "display": display}


def quantity(value: str | int, unit: str, code: str = "") -> Resource:
    """A quantity in UCUM; `unit` is what people read, `code` the UCUM code when it differs."""
    return {"value": Decimal(value), "unit": unit, "system": UCUM, "code": code or unit}


def extension(name: str, kind: str, value: Json) -> Resource:
    """An extension of Nictiz with one value, such as `valueString`."""
    url = name if "://" in name else NICTIZ + name
    return {"url": url, f"value{kind}": value}


def original_code(text: str) -> Resource:
    """What `_status` and the like carry: the zib's own code behind a code that FHIR binds (code-specification)."""
    return {"extension": [extension("code-specification", "CodeableConcept", concept(text))]}


def resource(kind: str, identity: str, summary: str, *profiles: str, **elements: Json) -> Resource:
    """A resource with id, profiles and a generated narrative; elements that are None are left out."""
    canonicals = [name if "://" in name else NICTIZ + name for name in profiles]
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(summary, quote=False)}</div>'
    return {
        "resourceType": kind,
        "id": identity,
        "meta": {"versionId": "1", "lastUpdated": LOADED, "profile": canonicals},
        "text": {"status": "generated", "div": div},
        **{name: value for name, value in elements.items() if value is not None},
    }
