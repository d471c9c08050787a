from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.outcomes import load_attestations, load_expectations
from conformance.agreements.problems import DocumentError
from conformance.model.run import Known
from tests.agreements.making import agreements, write


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_catalogue(agreements(tmp_path / "agreements"))


LIST = """\
expect: Gateway X
findings:
  knock.fhir::DOOR-01: { verdict: fail, reason: no door, members: { front: fail, back: not-tested } }
gaps:
  DOOR-02: { verdict: not-tested, reason: nobody answered }
  claim:speaks-json: { verdict: not-tested, reason: not known yet }
conclusions:
  doorkeeper: { conclusion: not-conforming, reason: no door }
"""


def test_what_is_known_has_a_word_and_a_reason(tmp_path: Path, catalogue: Catalogue) -> None:
    lines = load_expectations(write(tmp_path / "e.yaml", LIST), catalogue)
    assert [(line.about, line.name, line.expected, line.reason) for line in lines] == [
        (Known.FINDING, "knock.fhir::DOOR-01", "fail", "no door"),
        (Known.MEMBER, "knock.fhir::DOOR-01 front", "fail", "no door"),
        (Known.MEMBER, "knock.fhir::DOOR-01 back", "not-tested", "no door"),
        (Known.GAP, "DOOR-02", "not-tested", "nobody answered"),
        (Known.GAP, "claim:speaks-json", "not-tested", "not known yet"),
        (Known.CONCLUSION, "doorkeeper", "not-conforming", "no door"),
    ]
    assert load_expectations(write(tmp_path / "e.yaml", "expect: Gateway X\n"), catalogue) == ()


@pytest.mark.parametrize(
    ("part", "line", "words"),
    [
        ("findings", "knock::DOOR-01: { verdict: pass, reason: a }", "one of: fail, inconclusive, error, not-tested"),
        ("findings", "knock::DOOR-01: { verdict: fail }", "the key 'reason'"),
        ("findings", "knock::DOOR-01: { verdict: fail, reason: '' }", "expected text"),
        ("findings", "DOOR-01: { verdict: fail, reason: a }", "scenario::REQUIREMENT-01"),
        ("findings", "knock::DOOR-09: { verdict: fail, reason: a }", "a requirement that exists"),
        ("findings", "knock::DOOR-01: { verdict: fail, reason: a, members: {} }", "at least 1"),
        ("findings", "knock::DOOR-01: { verdict: fail, reason: a, members: { a: pass } }", "one of: fail"),
        ("gaps", "knock::DOOR-01: { verdict: not-tested, reason: a }", "REQUIREMENT-01 or claim:name"),
        ("gaps", "DOOR-09: { verdict: not-tested, reason: a }", "a requirement that exists"),
        ("gaps", "claim:speaks-klingon: { verdict: fail, reason: a }", "a claim that exists"),
        ("conclusions", "doorkeeper: { verdict: fail, reason: a }", "the key 'conclusion'"),
        ("conclusions", "doorkeeper: { conclusion: conforming, reason: a }", "one of: conforming-on-what-decides"),
        ("conclusions", "doorkeeper: { conclusion: aborted, reason: a }", "one of: conforming-on-what-decides"),
        ("conclusions", "porter: { conclusion: undecided, reason: a }", "a profile that exists"),
        ("failures", "a: { conclusion: undecided, reason: a }", "only known keys"),
    ],
)
def test_a_loose_line_is_refused(tmp_path: Path, catalogue: Catalogue, part: str, line: str, words: str) -> None:
    path = write(tmp_path / "e.yaml", f"expect: X\n{part}:\n  {line}\n")
    with pytest.raises(DocumentError) as caught:
        load_expectations(path, catalogue)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


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
