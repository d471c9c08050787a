from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.outcomes import load_attestations, load_expectations
from conformance.agreements.problems import DocumentError
from conformance.model.words import Verdict
from tests.agreements.making import agreements, write


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_catalogue(agreements(tmp_path / "agreements"))


def test_a_known_failure_has_a_verdict_and_a_reason(tmp_path: Path, catalogue: Catalogue) -> None:
    content = "expect: Gateway X\nfindings:\n  knock.fhir::DOOR-01: { verdict: fail, reason: no door }\n"
    (line,) = load_expectations(write(tmp_path / "e.yaml", content), catalogue)
    assert (line.finding, line.verdict, line.reason) == ("knock.fhir::DOOR-01", Verdict.FAIL, "no door")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("knock::DOOR-01: { verdict: pass, reason: a }", "one of: fail, inconclusive, error, not-tested"),
        ("knock::DOOR-01: { verdict: fail }", "the key 'reason'"),
        ("knock::DOOR-01: { verdict: fail, reason: '' }", "expected text"),
        ("DOOR-01: { verdict: fail, reason: a }", "scenario::REQUIREMENT-01"),
        ("knock::DOOR-09: { verdict: fail, reason: a }", "a requirement that exists"),
    ],
)
def test_a_loose_line_is_refused(tmp_path: Path, catalogue: Catalogue, line: str, words: str) -> None:
    path = write(tmp_path / "e.yaml", f"expect: X\nfindings:\n  {line}\n")
    with pytest.raises(DocumentError) as caught:
        load_expectations(path, catalogue)
    assert words in str(caught.value)
    assert f"{path}:3:" in str(caught.value)


def test_an_attestation_says_who_and_when(tmp_path: Path, catalogue: Catalogue) -> None:
    digest = f"sha256:{'0' * 64}"
    line = f"DOOR-02: {{ fulfilled: true, by: A. Keeper, on: 2026-02-03, evidence: doors.pdf, sha256: '{digest}' }}"
    (given,) = load_attestations(write(tmp_path / "a.yaml", f"attestations:\n  {line}\n"), catalogue)
    assert given.fulfilled
    assert given.on == date(2026, 2, 3)
    assert given.sha256 == digest


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("DOOR-02: { fulfilled: true, by: A }", "the key 'on'"),
        ("DOOR-02: { fulfilled: 'yes', by: A, on: 2026-02-03 }", "true or false"),
        ("DOOR-02: { fulfilled: true, by: A, on: 2026-02-30 }", "a day that exists"),
        ("DOOR-02: { fulfilled: true, by: A, on: 3 February }", "a date such as"),
        ("DOOR-02: { fulfilled: true, by: A, on: 2026-02-03, sha256: abc }", "a SHA-256"),
        ("DOOR-01: { fulfilled: true, by: A, on: 2026-02-03 }", "the suite judges itself"),
        ("DOOR-22: { fulfilled: true, by: A, on: 2026-02-03 }", "Did you mean 'DOOR-02'?"),
    ],
)
def test_a_loose_attestation_is_refused(tmp_path: Path, catalogue: Catalogue, line: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load_attestations(write(tmp_path / "a.yaml", f"attestations:\n  {line}\n"), catalogue)
    assert words in str(caught.value)
