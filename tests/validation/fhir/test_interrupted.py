"""Whoever is interrupted while definitions are made ready leaves nothing half made to the next who judges with them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from conformance.codecs.fhir import parse, to_json, to_xml
from conformance.validation.fhir.definitions import Definitions, FhirVersion
from conformance.validation.fhir.validator import Validator
from tests.validation.fhir.support import compiled, profile

PROFILE = profile(
    "strict",
    "Observation",
    {"path": "Observation.subject", "min": 1, "constraint": [
        {"key": "x-1", "severity": "error", "human": "Told.", "expression": "display.exists() and $this.type.empty()"}
    ]},
    {"path": "Observation.component.code", "patternCodeableConcept": {"text": "y"}},
)  # fmt: skip
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "a",
    "status": "unheard-of",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
    "subject": {"reference": "Patient/1"},
    "valueQuantity": {"value": 70, "unit": "/min"},
    "component": [{"code": {"text": "x"}}],
    "contained": [{"resourceType": "AllergyIntolerance", "id": "b"}],
}
POINTS = 20


class Once:
    """Raises KeyboardInterrupt at the n-th thing that Python does, as a signal would."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def __call__(self, _frame: FrameType, _event: str, _argument: object) -> Once:
        self.seen += 1
        if self.seen == self.at:
            raise KeyboardInterrupt
        return self


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("definitions")
    (path / "strict.json").write_bytes(to_json(PROFILE))
    return path


def opened(folder: Path) -> Validator:
    return Validator(Definitions.open(FhirVersion.R4, [folder], cache=compiled()))


def judged(validator: Validator) -> list[tuple[str, str, str]]:
    document = parse(to_xml(OBSERVATION, types=validator.engine.model), media="xml", types=validator.engine.model)
    found = validator.validate(document, profiles=[PROFILE["url"]])
    return [(each.code.value, each.path, each.text.en) for each in found]


def interrupted(validator: Validator, at: int) -> int:
    """How much Python did until then."""
    once, before = Once(at), sys.gettrace()
    sys.settrace(once)
    try:
        judged(validator)
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return once.seen


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Python loses it in a destructor
def test_what_was_interrupted_is_made_again(folder: Path) -> None:
    as_always = judged(opened(folder))
    assert {"value-pattern", "invariant"} <= {code for code, _, _ in as_always}
    end = interrupted(opened(folder), 0)
    wrong = {}
    for at in range(1, end, end // POINTS):
        validator = opened(folder)
        interrupted(validator, at)
        if judged(validator) != as_always:
            wrong[at] = judged(validator)
    assert not wrong
