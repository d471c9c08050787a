"""The committed matrix: what is killed, of how many, what survives, and what was lost since."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from conformance.agreements.catalogue import load_catalogue
from conformance.cli.faults import faults
from conformance.model.words import Conclusion, Text
from conformance.reporting.exits import Exit
from conformance.simulators.faults.variants import all_faults
from conformance.upkeep.kills import crew
from conformance.upkeep.kills.crew import Outcome
from conformance.upkeep.kills.ending import Ending
from conformance.upkeep.kills.killing import Beside, Row
from conformance.upkeep.kills.matrix import Matrix, document, matrix, read, worse

ONE = Row(fault="F-2", release="1.5", failed=("PULL-01",), killed=(("PULL-01", "type=Condition"),))
OTHER = Row(fault="F-1", release="1.5", failed=("PULL-02",), undecided=("PULL-12",))


def made(beside: Beside, *rows: Row) -> Matrix:
    return matrix(load_catalogue(), Outcome(seed="0", beside={"1.5": beside}, rows=rows, void=()))


def test_every_denominator_is_counted_from_its_source(beside: Beside) -> None:
    found = made(beside, ONE, OTHER)
    requirements = load_catalogue().requirements
    assert len(found.requirements) + len(found.beyond) == len(requirements)
    assert set(found.requirements) - set(found.unkilled) == {"PULL-01", "PULL-02"}
    assert set(found.units) - set(found.survivors) == {("PULL-01", "type=Condition")}
    assert not found.unfaithful
    assert all(not requirements[name].automatic for name in found.beyond)


def test_each_value_is_to_be_killed_and_pairs_only_where_pairs_are_drawn(beside: Beside) -> None:
    units = {
        name: [unit for requirement, unit in made(beside).units if requirement == name]
        for name in ("PULL-01", "PULL-02")
    }
    doors = load_catalogue().spans["fhir-doors"].dimensions
    each = {f"{name}={value}" for name, values in doors.items() for value in values}
    each.add("how=lastn")
    assert set(units["PULL-01"]) == each
    pairs = set(units["PULL-02"]) - each
    assert each <= set(units["PULL-02"])
    assert pairs
    assert all(unit.count(",") == 1 for unit in pairs)


def test_what_is_not_killed_survives_and_is_told(beside: Beside) -> None:
    troubles = made(beside, ONE, replace(OTHER, deviations=("PULL-02: fail, expected pass",))).troubles
    assert "F-1: PULL-02: fail, expected pass" in troubles
    assert "PULL-03: no fault was seen to fail it" in troubles
    assert "PULL-01: no fault was seen to fail type=Patient alone" in troubles
    assert not any(line.startswith("PULL-01: no fault was seen to fail it") for line in troubles)


def test_the_unproved_kills_nothing(beside: Beside) -> None:
    unproved = Row(fault="F-3", release="1.5", unproved="not done within 60 s")
    found = made(beside, unproved)
    assert found.unkilled == found.requirements
    assert found.survivors == found.units
    assert found.troubles[0] == "F-3: unproved, not done within 60 s"
    assert json.loads(document(found))["faults"][0]["unproved"] == "not done within 60 s"


def test_the_document_has_a_line_for_each_fault_and_says_what_is_out_of_scope(beside: Beside) -> None:
    found = made(beside, ONE, OTHER)
    content = json.loads(document(found))
    assert [row["fault"] for row in content["faults"]] == ["F-1", "F-2"]
    assert sum(line.startswith(b'  {"fault"') for line in document(found).splitlines()) == 2
    assert content["requirements"] == {"killed": 2, "of": len(found.requirements)}
    assert content["values and pairs"] == {"killed": 1, "of": len(found.units)}
    assert len(content["survivors"]) == len(found.units) - 1
    assert set(content["out of scope"]) == set(found.beyond)
    assert b"%" not in document(found)


@pytest.mark.parametrize(
    ("rows", "lost"),
    [
        ((ONE, OTHER), []),
        ((ONE,), ["F-1: the fault is gone", "PULL-02: was killed before"]),
        ((replace(ONE, killed=()), OTHER), ["PULL-01[type=Condition]: survives, and did not before"]),
        ((ONE, replace(OTHER, failed=())), ["F-1: no longer fails PULL-02", "PULL-02: was killed before"]),
        ((ONE, replace(OTHER, deviations=("x",))), ["F-1: x, and was as declared before"]),
        ((ONE, replace(OTHER, unproved="x")), ["F-1: unproved, x, and was as declared before"]),
    ],
)
def test_what_was_lost_is_told(beside: Beside, tmp_path: Path, rows: tuple[Row, ...], lost: list[str]) -> None:
    committed = tmp_path / "matrix.json"
    committed.write_bytes(document(made(beside, ONE, OTHER)))
    assert list(worse(made(beside, *rows), read(committed))) == lost


def test_a_run_that_ends_better_than_before_is_told(beside: Beside, tmp_path: Path) -> None:
    committed = tmp_path / "matrix.json"
    failing = Ending(Exit.NOT_CONFORMING, {"bgz-source": Conclusion.NOT_CONFORMING})
    ended, undecided = replace(ONE, ending=failing), replace(ONE, ending=Ending(Exit.UNDECIDED))
    committed.write_bytes(document(made(beside, ended)))
    line = json.loads(committed.read_bytes())["faults"][0]
    assert (line["ends with"], line["concludes"]) == (1, {"bgz-source": "not-conforming"})
    assert not worse(made(beside, ended), read(committed))
    assert worse(made(beside, undecided), read(committed)) == ("F-2: a run ends with 5, and ended with 1 before",)


def test_independent_faults_are_counted_and_the_parts_of_one_are_one(beside: Beside) -> None:
    parts = [replace(OTHER, fault=name) for name in ("F-1[a=x]", "F-1[a=y]", "F-3")]
    content = json.loads(document(made(beside, ONE, *parts)))
    assert {name: count for name, count in content["killed by"].items() if count} == {"PULL-01": 1, "PULL-02": 2}
    assert content["hang on one fault"] == ["PULL-01"]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"kind": "kill-matrix"}', '{"kind": "x", "survivors": [], "faults": []}']
)
def test_what_is_no_matrix_is_told_before_anything_is_played(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    committed = tmp_path / "matrix.json"
    committed.write_text(content, encoding="utf-8")
    with pytest.raises(typer.Exit) as ended:
        faults(check=committed)
    assert ended.value.exit_code == 4
    assert "expected a kill matrix of this suite" in capsys.readouterr().err


def test_a_node_that_is_not_faithful_is_told(beside: Beside) -> None:
    from conformance.model.words import Verdict

    first, *rest = beside.faithful.findings
    failing = replace(beside.faithful, findings=(replace(first, verdict=Verdict.FAIL), *rest))
    found = made(replace(beside, faithful=failing))
    assert found.unfaithful == (f"{first.requirement} (1.5): fail",)


# -- the command


def test_a_tenth_is_drawn_from_the_seed() -> None:
    every = tuple(all_faults().values())
    drawn = [crew.tenth(every, seed) for seed in ("a", "b", "a")]
    assert drawn[0] == drawn[2] != drawn[1]
    assert len(drawn[0]) == -(-len(every) // 10)
    assert [one.name for one in drawn[0]] == [one.name for one in every if one in drawn[0]]


def test_an_id_stands_for_its_variants_and_a_variant_for_itself() -> None:
    assert len(crew.chosen(["PULL-F-01"])) == 25
    assert [one.name for one in crew.chosen(["PULL-F-01[type=Flag]", "PULL-F-21"])] == [
        "PULL-F-01[type=Flag]",
        "PULL-F-21",
    ]
    assert len(crew.chosen([])) == len(all_faults())


def test_a_void_matrix_is_written_nowhere(
    beside: Beside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    void = Outcome(seed="0", beside={"1.5": beside}, rows=(), void=(Text("een zin", "a sentence"),))
    monkeypatch.setattr(crew, "kill_all", lambda *_: void)
    assert faults(output=tmp_path / "matrix.json") == 1
    assert capsys.readouterr().out == "a sentence\nThe matrix is void: a control is off.\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("rows", "only", "code", "told"),
    [
        ((OTHER,), ["PULL-F-21"], 0, "1 of 1 faults as declared (seed 7)\n"),
        ((replace(OTHER, deviations=("x",)),), ["PULL-F-21"], 1, "F-1: x\n0 of 1 faults as declared (seed 7)\n"),
    ],
)
def test_some_faults_end_as_they_were_declared(
    beside: Beside,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    rows: tuple[Row, ...],
    only: list[str],
    code: int,
    told: str,
) -> None:
    outcome = Outcome(seed="7", beside={"1.5": beside}, rows=rows, void=())
    monkeypatch.setattr(crew, "kill_all", lambda *_: outcome)
    assert faults(only=only, seed="7") == code
    assert capsys.readouterr().out == told


@pytest.mark.parametrize(("only", "seed"), [(["PULL-F-99"], "0"), (["PULL-F-01[type=No]"], "0"), ([], "a b")])
def test_wrong_usage_ends_with_four(only: list[str], seed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        faults(only=only, seed=seed)
    assert ended.value.exit_code == 4
    assert "expected" in capsys.readouterr().err
