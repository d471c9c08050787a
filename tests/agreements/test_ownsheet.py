"""A vendor's own answer sheet: learnt from an export, signed, of the node file's patients, without real numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.problems import DocumentError
from conformance.harness.snapshots import node_bytes, node_in_form
from conformance.model.node import Node
from conformance.synthesis.bgz.record import bgz_data
from conformance.upkeep.exports import learn
from conformance.upkeep.sheets import sheet_bytes
from tests.agreements.test_resolve import whole

SIGNED = {"name": "W. Proefstra", "on": "2026-11-30", "statement": "Dit staat in het bronsysteem."}


def exported(folder: Path, *roles: str, **changes: str) -> Path:
    """An export of what these patients have, with texts in it replaced."""
    data = bgz_data()
    held = [*data.care, *(one for role in roles for one in data.records[role])]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in held]}
    text = json.dumps(bundle, default=str)
    for old, new in changes.items():
        text = text.replace(old.removeprefix("_"), new)
    path = folder / "export.json"
    path.write_text(text, encoding="utf-8")
    return path


def learnt(folder: Path, *roles: str) -> dict[str, Any]:
    catalogue = load_catalogue()
    sheet: dict[str, Any] = learn([exported(folder, *roles)], whole(catalogue, folder), catalogue)
    return sheet


def loaded(folder: Path, sheet: dict[str, Any], **said: Any) -> Node:
    """The node whose file names this sheet."""
    (folder / "sheet.json").write_bytes(sheet_bytes(sheet))
    content = json.loads((folder / "whole.yaml").read_text(encoding="utf-8"))
    path = folder / "own.yaml"
    path.write_text(json.dumps({**content, "data": "own", "sheet": "sheet.json", **said}), encoding="utf-8")
    return load_node(path, load_catalogue())


def told(folder: Path, sheet: dict[str, Any], **said: Any) -> str:
    with pytest.raises(DocumentError) as refused:
        loaded(folder, sheet, **said)
    return "\n".join(f"{one.field}: {one.expected.en}; {one.found.en}; {one.step.en}" for one in refused.value.problems)


def test_what_is_learnt_from_the_export_is_what_the_suite_knows(tmp_path: Path) -> None:
    sheet = learnt(tmp_path, "anna", "bram")
    suites = load_catalogue().loaded
    assert sheet["patients"] == {role: suites[role] for role in ("anna", "bram")}


def test_a_signed_sheet_is_what_the_node_is_held_to(tmp_path: Path) -> None:
    sheet = {**learnt(tmp_path, "anna"), "signed": SIGNED}
    node = loaded(tmp_path, sheet)
    assert node.loaded == sheet["patients"]
    assert node.vouched == "W. Proefstra, 2026-11-30"


def test_the_run_folder_keeps_the_sheet_in_the_node_file(tmp_path: Path) -> None:
    sheet = {**learnt(tmp_path, "anna"), "signed": SIGNED}
    node = loaded(tmp_path, sheet)
    kept = node_bytes(tmp_path / "own.yaml")
    node_in_form(kept)
    (tmp_path / "node.json").write_bytes(kept)
    again = load_node(tmp_path / "node.json", load_catalogue(), files=False)
    assert (again.loaded, again.vouched) == (node.loaded, node.vouched)


def test_who_vouches_must_be_filled_in(tmp_path: Path) -> None:
    assert "signed/name: a name, a day and a statement; ''" in told(tmp_path, learnt(tmp_path, "anna"))
    unsigned = {name: value for name, value in learnt(tmp_path, "anna").items() if name != "signed"}
    assert "signed: a name, a day and a statement; nothing; Whoever vouches" in told(tmp_path, unsigned)
    undated = {**learnt(tmp_path, "anna"), "signed": {**SIGNED, "on": "gisteren"}}
    assert "signed/on: a name, a day and a statement; 'gisteren'" in told(tmp_path, undated)


def test_a_sheet_of_another_patient_is_refused(tmp_path: Path) -> None:
    sheet = {**learnt(tmp_path, "anna"), "signed": SIGNED}
    assert "numbers/anna: a patient of the node file" in told(tmp_path, sheet, patients={"anna": {"bsn": "999911120"}})
    renamed = {**sheet, "patients": {"niemand": sheet["patients"]["anna"]}}
    assert "patients/niemand: a patient of the node file" in told(tmp_path, renamed)


def test_a_sheet_with_a_number_that_may_be_a_persons_is_refused(tmp_path: Path) -> None:
    sheet = {**learnt(tmp_path, "anna"), "signed": SIGNED}
    sheet["patients"]["anna"]["payer"]["answers"][0]["subscriberId"] = ["123456782"]
    message = told(tmp_path, sheet)
    assert "patients/anna: no number that may be a person's" in message
    assert "123456782" not in message


def test_a_sheet_beside_the_suites_data_is_a_contradiction(tmp_path: Path) -> None:
    sheet = {**learnt(tmp_path, "anna"), "signed": SIGNED}
    assert "sheet: 'data: own' beside an answer sheet of your own" in told(tmp_path, sheet, data="suite")


WRONG = {
    "a real number": ({"_999971062": "123456782"}, "outside the fictitious range"),
    "somebody else's": ({"_999971062": "999911120"}, "the number of another"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_export_of_others_teaches_nothing(what: str, tmp_path: Path) -> None:
    changes, message = WRONG[what]
    catalogue = load_catalogue()
    with pytest.raises(DocumentError) as refused:
        learn([exported(tmp_path, "anna", **changes)], whole(catalogue, tmp_path), catalogue)
    found = [one.found.en for one in refused.value.problems]
    assert found
    assert all(message in one for one in found)


def test_a_file_that_is_no_fhir_and_an_export_of_nobody_are_told(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    node = whole(catalogue, tmp_path)
    (tmp_path / "odd.json").write_text("{", encoding="utf-8")
    for file, expected in ((tmp_path / "odd.json", "FHIR in JSON or XML"), (exported(tmp_path), "with a BSN of")):
        with pytest.raises(DocumentError) as refused:
            learn([file], node, catalogue)
        assert expected in refused.value.problems[0].expected.en
