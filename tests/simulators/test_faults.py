"""Fault data that is wrong is refused with its place; a change at a path changes that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.agreements.problems import DocumentError
from conformance.simulators.faults import switches
from conformance.simulators.faults.loading import load_faults
from conformance.simulators.faults.paths import Change
from conformance.upkeep.kills.controls import INERT, INERT_ASKING, INERT_AT_THE_DOOR, RUINOUS

A = "faults: {A: {title: {nl: x, en: x}, switch: "
WRONG_DATA = {
    A + "no.such, fails: [], undecidable: []}}": r"bad\.yaml:1:.*switch: expected one of",
    A + "http.status, with: {}}}": "with/status: expected a whole number; found nothing",
    A + "http.status, with: {status: x}}}": "expected a whole number; found 'x'",
    A + "http.status, with: {status: 500, stauts: 1}}}": "unknown parameter",
    A + "tls.plain-http, fails: X}}": "a list of requirement ids",
    A + "tls.plain-http, extra: X}}": "expected one of title, switch",
    "faults: {A: {title: {nl: x}, switch: tls.plain-http}}": "title in nl and en",
    "faults: {A: x}": "expected a mapping with",
    "nothing: x": "found no faults",
}


@pytest.mark.parametrize(("text", "reason"), WRONG_DATA.items())
def test_wrong_fault_data_is_refused_with_its_place(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=reason):
        load_faults(tmp_path)


def test_an_id_may_stand_in_one_file_only(tmp_path: Path) -> None:
    text = "faults: {A: {title: {nl: x, en: x}, switch: tls.plain-http}}"
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"b\.yaml:1:.*found A twice"):
        load_faults(tmp_path)


def test_no_switch_is_idle() -> None:
    controls = (INERT, INERT_ASKING, INERT_AT_THE_DOOR, RUINOUS)
    used = {fault.switch for fault in (*load_faults().values(), *controls)}
    assert not sorted(switches().keys() - used), "switches that no fault uses show nothing"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(path="a.b", action="remove"), {"a": [{}, {"c": 1}], "d": "x"}),
        (Change(path="a[0].b", action="replace", value=2), {"a": [{"b": 2}, {"c": 1}], "d": "x"}),
        (Change(path="a[1]", action="remove"), {"a": [{"b": 1}], "d": "x"}),
        (Change(path="a", action="add", value={}), {"a": [{"b": 1}, {"c": 1}, {}], "d": "x"}),
        (Change(path="d", action="empty"), {"a": [{"b": 1}, {"c": 1}], "d": ""}),
        (Change(path="d", action="rename", name="e"), {"a": [{"b": 1}, {"c": 1}], "e": "x"}),
        (Change(path="no.such", action="replace", value=1), {"a": [{"b": 1}, {"c": 1}], "d": "x"}),
    ],
)
def test_changes_at_paths(change: Change, expected: dict[str, Any]) -> None:
    before = {"a": [{"b": 1}, {"c": 1}], "d": "x"}
    kept = json.dumps(before)
    assert change.at(before) == expected
    assert json.dumps(before) == kept


def test_a_path_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="write names with dots"):
        Change(path="a..b", action="remove").at({})
