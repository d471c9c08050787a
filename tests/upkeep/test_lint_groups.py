"""A patient of a group who lacks what the group promises is told with the place that counts him in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.paths import agreements_root
from conformance.agreements.problems import DocumentError
from conformance.upkeep.lint_groups import problems


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """The shipped agreements with one change in the data set."""
    for name in ("profiles", "scenarios"):
        shutil.copytree(agreements_root() / name, folder / name)
    path = folder / "scenarios" / "data" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def told(folder: Path) -> list[str]:
    return [problem.text.en for problem in problems(load_catalogue(folder))]


def test_the_shipped_groups_lack_nothing() -> None:
    assert list(problems(load_catalogue())) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "patients.yaml",
            "bgz: [anna, bram,",
            "bgz: [anna, cees,",
            "groups/bgz/1: expected 'cees' with 1 x problem; found 0 x Condition",
        ),
        (
            "patients.yaml",
            ', told: "statement-category|community|Community", supplied: "2026-01-06", pieces: 1',
            "",
            "groups/bgz/1: expected 'bram' with something that administration-agreement leaves out; found 1 x",
        ),
        (
            "patients.yaml",
            'date: "2009-02-03T13:00:00+01:00"',
            'date: "2024-06-19T11:42:00+02:00"',
            "groups/bgz/1: expected 'bram' with 2 x body-height; found 1 x Observation",
        ),
        (
            "patients.yaml",
            'onset: "2018-07-04"',
            'begin: "2018-07-04"',
            "patients/evert/bgz/problems/1: expected data that a record can be made of; found 'onset' is not there",
        ),
        (
            "patients.yaml",
            "atc|C07AB02|Metoprolol",
            "Metoprolol",
            "patients/evert/bgz/medication/1: expected data that a record can be made of; found ",
        ),
        (
            "patients.yaml",
            "images: [anna, bram, dina]",
            "images: [anna, bram, evert]",
            "groups/images/2: expected 'evert' with 1 study 'clip'; found 0",
        ),
        (
            "patients.yaml",
            'family: "van \'t Proefveld"\n    prefix: "van \'t"\n    gender: M',
            "family: Proefveld\n    gender: M",
            "groups/near/0: expected 'floor' with one who nearly coincides; found 0",
        ),
        (
            "patients.yaml",
            "near: [floor, floris, gulsen,",
            "near: [floor, floris, evert,",
            "groups/near/2: expected 'evert' with one who nearly coincides; found 0",
        ),
        (
            "patients.yaml",
            'bsn: "999976783"',
            'bsn: "999970021"',
            "groups/near/3: expected numbers that are alike; found 'gulsen'",
        ),
        (
            "patients.yaml",
            '        - { diet: "Borstvoeding op verzoek", note: "Ten minste acht maal per dag.", date: "2026-05-30T06:00:00+02:00" }',  # noqa: E501
            "        []",
            "patients/imke: expected 'imke' with 1 x nutrition-advice; found 0 x NutritionOrder",
        ),
        ("studies.yaml", 'date: "20230915"', 'date: "20260915"', "groups/images/1: expected an earlier CT"),
    ],
)
def test_what_is_lacking_is_told(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    found = told(changed(tmp_path, file, old, new))
    assert any(words in sentence for sentence in found), found
    assert all("scenarios/data/patients.yaml:" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("frames: 8", "frames: 2", "an ultrasound clip of at least 3 frames"),
        ("kind: key-objects, number: 96", "kind: report, number: 96", "a series with key objects"),
        ("kind: radiograph", "kind: radiogram", "Did you mean 'radiograph'?"),
        ("body: ANKLE, ", "", "the key 'body'"),
    ],
)
def test_a_study_holds_what_its_kind_says(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(DocumentError, match=r"studies\.yaml:\d+:\d+: .*" + words.replace("?", r"\?")):
        load_catalogue(changed(tmp_path, "studies.yaml", old, new))
