"""Published material with known verdicts: HL7's validator cases and Nictiz's BgZ fixtures; skipped when absent."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from conformance.codecs.fhir import parse
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.definitions import Definitions, FhirVersion
from conformance.validation.fhir.findings import Finding, has_errors
from conformance.validation.fhir.validator import Validator
from tests.validation.fhir.fhirpath.hl7_suite import REASONS as PATH_REASONS
from tests.validation.fhir.support import compiled
from tests.validation.fhir.validator_cases import REASONS, Case, Runner, cases, measure, shared_data

README = Path(__file__).with_name("README.md")
CASES = shared_data() / "fhir-validator-cases"
FIXTURES = shared_data() / "testscripts" / "BgZ-MSZ-2-0-Test"
"""Of the BgZ alone: the other sets are of other releases of FHIR and of other care applications."""
pytestmark = pytest.mark.shared
there = pytest.mark.skipif(not CASES.exists(), reason="HL7's validator cases are not on this machine")
fixtures_there = pytest.mark.skipif(not FIXTURES.exists(), reason="Nictiz's fixtures are not on this machine")


@cache
def results() -> list[tuple[Case, tuple[Finding, ...]]]:
    folder = compiled().folder
    if folder is None:
        raise LookupError("the test cache has a folder")
    runner = Runner(shared_data(), folder)
    return [(case, runner.run(case)) for case in cases(CASES)]


@there
def test_agreement_over_all_cases() -> None:
    counts = measure(results())
    assert counts.agreed / counts.runs >= 0.95
    assert counts.alarms / counts.valid <= 0.03


@there
def test_agreement_where_no_file_or_profile_is_needed() -> None:
    counts = measure([each for each in results() if each[0].alone])
    assert counts.agreed / counts.runs >= 0.97
    assert counts.caught / counts.invalid >= 0.97
    assert counts.alarms / counts.valid <= 0.03


@there
def test_every_disagreement_has_a_reason() -> None:
    differing = {case.name for case, found in results() if has_errors(found) != case.invalid}
    assert differing == set(REASONS)


@pytest.mark.parametrize("reasons", [REASONS, PATH_REASONS], ids=["validator", "FHIRPath"])
def test_the_readme_lists_every_disagreement_with_its_reason(reasons: dict[str, str]) -> None:
    rows = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert {f"| `{name}` | {reason} |" for name, reason in reasons.items()} <= set(rows)
    assert len(rows) == len(REASONS) + len(PATH_REASONS)


EXPLAINED: dict[Code, str] = {
    Code.DISPLAY_WRONG: "Dutch names that neither HL7's code system nor the bound value set lists",
    Code.EXTENSION_UNKNOWN: "zib-MedicationAgreement-RequesterRole is in no published package version",
    Code.REPEATED: "ProcedureRequest.performer occurs twice; STU3 allows one",
    Code.INVARIANT: "con-4: an abated problem that is called active",
}


@fixtures_there
def test_every_complaint_about_a_published_fixture_is_explained() -> None:
    core = shared_data() / "fhir-packages" / "hl7.fhir.r3.core-3.0.1.tgz"
    sources: list[Path | str] = [shared_data() / "nictiz-stu3-zib2017", core]
    judge = Validator(Definitions.open(FhirVersion.STU3, sources, cache=compiled()))
    complaints: set[tuple[Code, str]] = set()
    number = 0
    for path in sorted(FIXTURES.rglob("*.xml")):
        data = (
            path.read_bytes()
            .replace(b"${DATE, T, D, -44}", b"2024-05-01")
            .replace(b"${DATE, T, D, +183}", b"2024-12-01")
        )
        document = parse(data, types=judge.engine.model)
        if document.root.get("resourceType") not in {None, "TestScript"}:
            number += 1
            complaints |= {
                (each.code, each.text.en) for each in judge.validate(document) if each.severity is Severity.ERROR
            }
    assert number > 100
    assert {code for code, _ in complaints} <= set(EXPLAINED), sorted(text for _, text in complaints)
