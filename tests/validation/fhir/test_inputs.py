"""Large files are judged piece by piece, with the verdict they would have had whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.codecs.fhir import to_json, to_xml
from conformance.validation.fhir.findings import has_errors
from conformance.validation.fhir.inputs import judge_file
from tests.validation.fhir.support import patient, validator

if TYPE_CHECKING:
    from pathlib import Path


def bundle(*patients: dict[str, Any]) -> dict[str, Any]:
    entries = [{"fullUrl": f"http://a.nl/Patient/{each['id']}", "resource": each} for each in patients]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@pytest.mark.parametrize("suffix", ["json", "xml"])
def test_a_large_bundle_is_judged_entry_by_entry(suffix: str, tmp_path: Path) -> None:
    judge = validator()
    whole = bundle(*(patient(id=str(number)) for number in range(20)), patient(id="bad", gender="x"))
    path = tmp_path / f"bundle.{suffix}"
    path.write_bytes(to_json(whole) if suffix == "json" else to_xml(whole, judge.engine.model))
    judged = list(judge_file(judge, path, (), large=100))
    assert [has_errors(each.findings) for each in judged].count(True) == 1
    assert len(judged) >= 21
    [finding] = next(each.findings for each in judged if each.findings)
    assert finding.path == "Bundle.entry[0].resource.gender"
    assert finding.line > 20 if suffix == "json" else finding.line


def test_a_large_bundle_that_breaks_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_bytes(to_json(bundle(patient()))[:-40])
    assert has_errors(list(judge_file(validator(), path, (), large=100))[-1].findings)
