"""The validator reads no clock: what depends on the time is judged at the moment it is told, or not at all."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import conformance
from conformance.checks.bgz import validity
from conformance.checks.bgz.validity import valid_stu3
from conformance.checks.judgement import TALLY, NotMet, Tally
from conformance.validation.fhir import fhirpath
from conformance.validation.fhir.codes import Code
from conformance.validation.fhir.fhirpath import Environment, FhirPathUndecidableError
from conformance.validation.fhir.validator import Validator
from tests.checks import making
from tests.validation.fhir.support import patient, profile, with_definitions

BORN = "2026-06-15"
EARLIER, LATER = datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 30, 12, tzinfo=UTC)
ELEMENTS: dict[str, dict[str, Any]] = {
    "a rule": {
        "path": "Patient.birthDate",
        "constraint": [{"key": "x-1", "severity": "error", "human": "Born.", "expression": "$this <= today()"}],
    },
    "a limit": {
        "path": "Patient.birthDate",
        "maxValueQuantity": {"value": 0, "unit": "day", "system": "http://unitsofmeasure.org", "code": "d"},
    },
}


@pytest.fixture(params=ELEMENTS)
def validator(request: pytest.FixtureRequest, tmp_path: Path) -> Validator:
    return with_definitions(profile("born", "Patient", ELEMENTS[request.param]), folder=tmp_path)


def found(validator: Validator, moment: datetime | None) -> set[Code]:
    findings = validator.validate(patient(birthDate=BORN), profiles=["http://example.org/born"], moment=moment)
    return {each.code for each in findings if each.path == "Patient.birthDate"}


def test_the_moment_decides(validator: Validator) -> None:
    assert found(validator, EARLIER) & {Code.INVARIANT, Code.VALUE_MAX}
    assert found(validator, LATER) == set()
    assert found(validator, EARLIER) & {Code.INVARIANT, Code.VALUE_MAX}  # nothing of the other moment was kept


def test_without_a_moment_it_is_not_checked(validator: Validator) -> None:
    assert found(validator, None) & {Code.INVARIANT_NOT_CHECKED, Code.VALUE_NOT_COMPARABLE}
    assert not found(validator, None) & {Code.INVARIANT, Code.VALUE_MAX}


@pytest.mark.parametrize("expression", ["now()", "today()", "timeOfDay()"])
def test_fhirpath_reads_no_clock(expression: str) -> None:
    compiled = fhirpath.compile(expression)
    assert compiled({}, Environment(now=EARLIER))
    with pytest.raises(FhirPathUndecidableError):
        compiled({}, Environment())


def test_a_judgement_takes_the_moment_of_the_exchange(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = with_definitions(profile("born", "Patient", ELEMENTS["a rule"]), folder=tmp_path)
    monkeypatch.setattr(validity, "_validator", lambda: own)
    validity._complaints.cache_clear()
    resource = patient(birthDate=BORN, meta={"profile": ["http://example.org/born"]})
    token = TALLY.set(Tally())
    try:
        assert valid_stu3(at(resource, LATER)) is not None
        with pytest.raises(NotMet, match="x-1"):
            valid_stu3(at(resource, EARLIER))
        assert valid_stu3(at(resource, LATER)) is not None
    finally:
        TALLY.reset(token)
        validity._complaints.cache_clear()


def at(resource: dict[str, Any], moment: datetime) -> Any:
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": resource}]}
    exchange = making.exchange("fhir.search", making.response(200, bundle))
    return replace(exchange, started=moment.isoformat().replace("+00:00", "Z"))


JUDGING = ("validation", "checks", "codecs", "reporting", "agreements", "model")
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime"}
HOUSEKEEPING = "validation/fhir/definitions/cache.py"
"""Removes its own files by their age; no verdict hangs on it."""


def test_nobody_who_judges_or_reports_reads_a_clock() -> None:
    package = Path(conformance.__file__).parent
    readers = {
        path.relative_to(package).as_posix()
        for room in JUDGING
        for path in (package / room).rglob("*.py")
        if any(_reads_clock(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert readers == {HOUSEKEEPING}


def _reads_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
        and node.func.attr in CLOCKS
    )
