"""Validators over the shipped definitions, made once a session."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from conformance.codecs.fhir import parse, to_json
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.definitions import Cache, Definitions, FhirVersion
from conformance.validation.fhir.findings import Finding
from conformance.validation.fhir.options import Options
from conformance.validation.fhir.validator import Validator


@cache
def validator(version: FhirVersion = FhirVersion.R4) -> Validator:
    """A validator over the digest that ships with the suite."""
    return Validator(Definitions.open(version, cache=compiled()))


@cache
def compiled() -> Cache:
    """A definition cache of this test run, removed when it ends."""
    folder = tempfile.mkdtemp(prefix="conformance-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Cache(Path(folder))


def with_definitions(*resources: dict[str, Any], folder: Any, options: Options | None = None) -> Validator:
    """A validator over the digest and a few definitions of a test."""
    for number, resource in enumerate(resources):
        (folder / f"definition-{number}.json").write_bytes(to_json(resource))
    return Validator(Definitions.open(FhirVersion.R4, [folder], cache=compiled()), options=options)


def found(
    resource: dict[str, Any] | bytes, by: Validator | None = None, profiles: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Findings on a resource or on its bytes."""
    judge = by or validator()
    subject = parse(resource, types=judge.engine.model) if isinstance(resource, bytes) else resource
    return judge.validate(subject, profiles=profiles)


def errors(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    """(code, path) of the errors."""
    return {(each.code.value, each.path) for each in findings if each.severity is Severity.ERROR}


def codes(findings: tuple[Finding, ...], severity: Severity = Severity.ERROR) -> set[Code]:
    """The codes of one weight."""
    return {each.code for each in findings if each.severity is severity}


def patient(**properties: Any) -> dict[str, Any]:
    """A good Patient with changes."""
    good: dict[str, Any] = {
        "resourceType": "Patient",
        "id": "anna",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Anna Jansen</div>'},
        "identifier": [{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "999911120"}],
        "active": True,
        "name": [{"family": "Jansen", "given": ["Anna"]}],
        "gender": "female",
        "birthDate": "1980-02-28",
    }
    return {**good, **properties}


def observation(**properties: Any) -> dict[str, Any]:
    """A good Observation with changes."""
    good: dict[str, Any] = {
        "resourceType": "Observation",
        "id": "weight",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">72.5 kg</div>'},
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "3141-9"}]},
        "subject": {"reference": "Patient/anna"},
        "effectiveDateTime": "2024-05-01T10:00:00+02:00",
        "performer": [{"reference": "Practitioner/p"}],
        "valueQuantity": {"value": 72, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }
    return {**good, **properties}


def profile(name: str, kind: str, *elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A StructureDefinition with a differential."""
    return {
        "resourceType": "StructureDefinition",
        "url": f"http://example.org/{name}",
        "name": name,
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": "resource",
        "abstract": False,
        "type": kind,
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{kind}",
        "derivation": "constraint",
        "differential": {"element": list(elements)},
        **more,
    }
