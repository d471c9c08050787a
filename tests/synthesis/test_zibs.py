"""The records hold to the profiles they claim: Nictiz' zibs of 2017; skipped where those are not on this machine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from conformance.synthesis.bgz.record import bgz_data
from conformance.validation.fhir.codes import Severity
from conformance.validation.fhir.definitions import Definitions, FhirVersion
from conformance.validation.fhir.validator import Validator
from tests.validation.fhir.support import compiled
from tests.validation.fhir.validator_cases import shared_data

ZIBS = shared_data() / "nictiz-stu3-zib2017"
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not ZIBS.exists(), reason="the zibs are not on this machine")]


@cache
def judge() -> Validator:
    core = shared_data() / "fhir-packages" / "hl7.fhir.r3.core-3.0.1.tgz"
    sources: list[Path | str] = [ZIBS, core]
    return Validator(Definitions.open(FhirVersion.STU3, sources, cache=compiled()))


@pytest.mark.parametrize("role", bgz_data().records)
def test_a_record_holds_to_the_profiles_it_claims(role: str) -> None:
    """As a whole, with those who care: some rules look at what is referred to."""
    entries = [
        {"fullUrl": f"https://example.org/fhir/{one['resourceType']}/{one['id']}", "resource": one}
        for one in (*bgz_data().care, *bgz_data().records[role])
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    found = judge().validate(bundle)
    assert [f"{one.path}: {one.text.en}" for one in found if one.severity is Severity.ERROR] == []
