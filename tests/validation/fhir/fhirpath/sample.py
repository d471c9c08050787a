"""A small model and a small patient, so that the tests of the language need no published definitions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from conformance.validation.fhir import fhirpath
from conformance.validation.fhir.fhirpath import Child, Environment, Items, Node, TypeTable

_CHILDREN = {
    "Resource": "id:id",
    "DomainResource": "id:id contained:Resource extension:Extension",
    "Patient": (
        "id:id contained:Resource extension:Extension active:boolean name:HumanName birthDate:date gender:code "
        "multipleBirth[x]:boolean|integer managingOrganization:Reference contact:Patient.contact weight:Quantity "
        "period:Period seen:dateTime code:CodeableConcept height:decimal"
    ),
    "Patient.contact": "id:string extension:Extension name:HumanName rank:positiveInt",
    "Organization": "id:id contained:Resource extension:Extension name:string partOf:Reference",
    "HumanName": "id:string extension:Extension use:code family:string given:string period:Period",
    "Period": "id:string extension:Extension start:dateTime end:dateTime",
    "Reference": "id:string extension:Extension reference:string",
    "Quantity": "id:string extension:Extension value:decimal unit:string system:uri code:code",
    "Age": "id:string extension:Extension value:decimal unit:string system:uri code:code",
    "CodeableConcept": "id:string extension:Extension coding:Coding text:string",
    "Coding": "id:string extension:Extension system:uri code:code",
    "Extension": "id:string extension:Extension url:uri value[x]:string|code|Age|Quantity|date",
}
_PRIMITIVES = "boolean integer decimal string code id uri date dateTime positiveInt"
_PARENTS = {
    "Patient": "DomainResource",
    "Organization": "DomainResource",
    "DomainResource": "Resource",
    "Patient.contact": "BackboneElement",
    "BackboneElement": "Element",
    "Age": "Quantity",
    "code": "string",
    "id": "string",
    "positiveInt": "integer",
}


class SampleModel:
    """A hand-written type model."""

    def __init__(self) -> None:
        self.types = {name: _children(text) for name, text in _CHILDREN.items()}
        for name in _PRIMITIVES.split():
            self.types[name] = _children("id:string extension:Extension")

    def children(self, type_name: str) -> Mapping[str, Child] | None:
        return self.types.get(type_name)

    def parent(self, type_name: str) -> str | None:
        return _PARENTS.get(type_name, "Element" if type_name in self.types else None)


def _children(text: str) -> dict[str, Child]:
    found = {}
    for entry in text.split():
        name, _, types = entry.partition(":")
        choice = name.endswith("[x]")
        name = name.removesuffix("[x]")
        found[name] = Child(name, tuple(types.split("|")), choice)
    return found


TYPES = TypeTable(SampleModel())
NOW = datetime(2026, 1, 15, 12, 30, 15, 250_000, tzinfo=UTC)
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "anna",
    "contained": [{"resourceType": "Organization", "id": "clinic", "name": "De Kliniek"}],
    "extension": [
        {"url": "http://example.org/age", "valueAge": {"value": 44, "system": "http://unitsofmeasure.org", "code": "a"}}
    ],
    "active": True,
    "name": [
        {"use": "official", "family": "Jansen", "given": ["Anna", "Maria"], "period": {"start": "2001-05"}},
        {"use": "nickname", "given": ["An"]},
    ],
    "gender": "female",
    "birthDate": "1980-02-29",
    "_birthDate": {"extension": [{"url": "http://example.org/time", "valueDate": "1980-02-29"}]},
    "_seen": {"extension": [{"url": "http://example.org/absent", "valueCode": "unknown"}]},
    "multipleBirthInteger": 2,
    "managingOrganization": {"reference": "#clinic"},
    "contact": [{"rank": 1, "name": {"family": "Bakker"}}, {"rank": 2}],
    "weight": {"value": Decimal("70.5"), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    "height": Decimal("1.70"),
    "period": {"start": "2020-01-01", "end": "2021-01-01T10:00:00+01:00"},
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "1"}, {"code": "2"}]},
}


def patient() -> Node:
    """The sample patient as focus."""
    return Node(PATIENT, TYPES.type("Patient"))


def evaluate(expression: str, environment: Environment | None = None, *, strict: bool = False) -> list[Any]:
    """What the expression gives on the sample patient; elements as their JSON value."""
    surroundings = environment or Environment(now=NOW)
    found: Items = fhirpath.compile(expression, strict=strict)(patient(), surroundings)
    return [item.value if isinstance(item, Node) else item for item in found]


def shown(expression: str) -> list[str]:
    """The same, every value as text."""
    return [str(item) for item in evaluate(expression)]


def truth(expression: str, environment: Environment | None = None) -> bool | None:
    """The expression as a criterion on the sample patient."""
    return fhirpath.compile(expression).boolean(patient(), environment or Environment(now=NOW))
