"""The suite's own answer sheet, and a node that holds other data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan
from conformance.model.words import Verdict
from conformance.upkeep import sheets
from tests.agreements.test_resolve import whole
from tests.checks.loaded.cases import CASES
from tests.checks.making import judged


def test_the_committed_sheet_is_what_the_data_set_gives() -> None:
    catalogue = load_catalogue()
    committed = (catalogue.root / sheets.SHEET).read_bytes()
    assert committed == sheets.sheet_bytes(sheets.sheet_of_suite(catalogue)), "make it with `conformance lint --seal`"


def test_another_data_set_than_its_sheet_is_a_problem() -> None:
    catalogue = load_catalogue()
    patients = {role: one for role, one in catalogue.patients.items() if role != "anna"}
    assert not list(sheets.problems(catalogue))
    (problem,) = sheets.problems(replace(catalogue, patients=patients))
    assert "lint --seal" in problem.step.en


def test_every_patient_has_an_answer_to_every_query() -> None:
    catalogue = load_catalogue()
    for role, held in catalogue.loaded.items():
        assert held.keys() == catalogue.tables[sheets.QUERIES]["queries"].keys(), role


def sheet_of(folder: Path, **said: str) -> object:
    """The sheet in the plan of a node file that says this of its data."""
    catalogue = load_catalogue()
    whole(catalogue, folder)
    path = folder / "whole.yaml"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **said}), encoding="utf-8")
    resolved = plan(catalogue, load_node(path, catalogue))
    planned = {one.requirement.id: one.requirement for each in resolved.profiles for one in each.planned}
    how = planned["SAFE-09"].judged
    assert how is not None
    return how.parameters["sheet"]


def test_a_node_file_that_says_nothing_of_data_has_the_suites(tmp_path: Path) -> None:
    assert sheet_of(tmp_path) is load_catalogue().loaded


def test_a_node_with_data_of_its_own_has_no_sheet(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, data="own") == {}


def test_a_finding_says_by_whose_sheet_it_was_judged() -> None:
    case = next(one for one in CASES if one.verdict is Verdict.PASS)
    own = judged(replace(case, parameters={**case.parameters, "vouched": "W. Proefstra, 2026-11-30"}))
    assert "by the vendor's own sheet (signed: W. Proefstra, 2026-11-30)" in own.reason.en
    assert "sheet" not in judged(case).reason.en
