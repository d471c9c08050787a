"""The records: valid STU3, complete, every reference with something behind it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator

import pytest

from conformance.model.agreements import Json
from conformance.synthesis.bgz.parts import NAMING
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients

RESOURCES = bgz_data().resources
BY_REFERENCE = {f"{one['resourceType']}/{one['id']}": one for one in RESOURCES}


def nodes(value: Json) -> Iterator[dict[str, Json]]:
    """Every object in a resource."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: f"{one['resourceType']}-{one['id']}")
def test_each_resource_is_stu3(resource: dict[str, Json]) -> None:
    kind = resource["resourceType"]
    model = getattr(importlib.import_module(f"fhir.resources.STU3.{kind.lower()}"), kind)
    model.model_validate(json.loads(json.dumps(resource, default=float)))


def test_ids_are_unique() -> None:
    assert len(BY_REFERENCE) == len(RESOURCES)


def test_every_reference_leads_somewhere_and_says_whereto() -> None:
    for resource in RESOURCES:
        for node in nodes(resource):
            if isinstance(node.get("reference"), str):
                assert node["reference"] in BY_REFERENCE, resource["id"]
                assert node.get("display"), resource["id"]


def test_codings_have_system_code_and_display_and_no_value_set_is_a_system() -> None:
    for resource in RESOURCES:
        for node in nodes(resource):
            for coding in node.get("coding", []) if isinstance(node.get("coding"), list) else []:
                assert {"system", "code", "display"} <= set(coding), resource["id"]
                assert not coding["system"].startswith("urn:oid:2.16.840.1.113883.2.4.3.11.60.40.2")


def test_every_resource_claims_a_profile_and_has_a_narrative() -> None:
    for resource in RESOURCES:
        assert resource["meta"]["profile"]
        assert resource["text"]["div"].startswith("<div xmlns=")


def test_every_resource_of_a_patient_has_a_provenance() -> None:
    for record in bgz_data().records.values():
        told = {
            target["reference"] for one in record if one["resourceType"] == "Provenance" for target in one["target"]
        }
        rest = {f"{one['resourceType']}/{one['id']}" for one in record if one["resourceType"] != "Provenance"}
        assert told == rest


def test_nothing_of_one_patient_points_at_another() -> None:
    for role, record in bgz_data().records.items():
        pointed = {node["reference"] for one in record for node in nodes(one) if isinstance(node.get("reference"), str)}
        assert {reference for reference in pointed if reference.startswith("Patient/")} == {f"Patient/{role}"}


def test_patients_carry_their_bsn_organisations_a_ura_and_professionals_a_uzi_number() -> None:
    for role, patient in patients().items():
        if patient.known:
            identifiers = BY_REFERENCE[f"Patient/{role}"]["identifier"]
            assert {"use": "official", "system": NAMING + "bsn", "value": patient.bsn} in identifiers
    systems = {
        kind: {one["identifier"][0]["system"] for one in bgz_data().care if one["resourceType"] == kind}
        for kind in ("Organization", "Practitioner")
    }
    assert NAMING + "ura" in systems["Organization"]
    assert systems["Practitioner"] == {NAMING + "uzi-nr-pers"}


def test_the_unknown_patient_is_nowhere() -> None:
    assert patients()["unknown"].bsn not in json.dumps(RESOURCES, default=str)
