"""Every kind of judgement has been seen to pass, to fail and to be undecided, on recordings made by hand."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from conformance.checks.chapters import judgements
from conformance.model.words import Verdict
from tests.checks.making import Case, judged

CHAPTERS = sorted(path.parent.name for path in Path(__file__).parent.glob("*/cases.py"))
CASES: list[Case] = [case for chapter in CHAPTERS for case in import_module(f"tests.checks.{chapter}.cases").CASES]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_the_judgement_comes_to_the_verdict(case: Case) -> None:
    finding = judged(case)
    assert finding.verdict is case.verdict, finding.reason.en


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_both_languages_say_what_was_seen(case: Case) -> None:
    finding = judged(case)
    assert finding.reason.nl
    assert finding.reason.en
    assert "://node.example" not in finding.reason.en, "reasons hold no address, or findings would differ between runs"
    assert (finding.triage is None) == (finding.verdict is Verdict.PASS)


@pytest.mark.parametrize("kind", sorted(judgements()))
def test_the_judgement_has_been_seen_to_pass_to_fail_and_to_be_undecided(kind: str) -> None:
    seen = {case.verdict for case in CASES if case.kind == kind}
    assert seen >= {Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE}


def test_an_unplayed_scenario_is_undecided_for_every_kind() -> None:
    assert {case.kind for case in CASES} == set(judgements())
