"""Numbers that a reader knows as something else than a person's are left alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from conformance.recordings.redaction import Redactor
from tests.recordings.making import DICOM_JSON, exchange

TYPED: Mapping[str, Any] = {
    "a SNOMED code": {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "255604002"}]}},
    "a UZI number": {"identifier": [{"system": "http://fhir.nl/fhir/NamingSystem/uzi-nr-pers", "value": "255604002"}]},
    "a decimal": {"valueQuantity": {"value": 255604002.0}},
    "a UUID": {"id": "a1b2c3d4-0000-4000-8000-255604002abc"},
    "a UID": {"identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.255604002.3"}]},
    "a moment": {"issued": "2026-03-02T09:30:00.255604002+01:00"},
}


@pytest.mark.parametrize("case", TYPED)
def test_a_number_that_its_reader_knows_as_something_else_is_left_alone(case: str) -> None:
    redacted = Redactor({}).redact(exchange(json.dumps({"resourceType": "Observation", **TYPED[case]}).encode()))
    assert "bare_numbers" not in redacted.facts
    if case != "a UID":
        assert redacted.response is not None
        assert b"255604002" in redacted.response.body


def test_dicom_tags_uids_dates_and_times_are_no_numbers_of_persons() -> None:
    body = json.dumps(
        [
            {
                "00080020": {"vr": "DA", "Value": ["19990100"]},
                "0020000D": {"vr": "UI", "Value": ["1.2.255604002"]},
                "00280009": {"vr": "AT", "Value": ["00080020"]},
            }
        ]
    ).encode()
    redacted = Redactor({}).redact(exchange(body, DICOM_JSON))
    assert "bare_numbers" not in redacted.facts
