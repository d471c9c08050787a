"""Large files are judged piece by piece, with the verdict they would have had whole."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from conformance.codecs.fhir import to_json, to_xml
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.findings import has_errors
from conformance.validation.fhir.inputs import judge_file
from tests.validation.fhir.support import patient, validator

if TYPE_CHECKING:
    from pathlib import Path


def bundle(*patients: dict[str, Any]) -> dict[str, Any]:
    entries = [{"fullUrl": f"http://a.nl/{each['resourceType']}/{each['id']}", "resource": each} for each in patients]
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
    [told], [finding] = (each.findings for each in judged if each.findings)
    assert (told.code, told.severity) == (Code.BUNDLE_BY_ENTRY, Severity.INFORMATION)
    assert finding.path == "Bundle.entry[20].resource.gender"
    assert finding.line > 20 if suffix == "json" else finding.line


def test_a_large_bundle_that_breaks_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_bytes(to_json(bundle(patient()))[:-40])
    assert has_errors(list(judge_file(validator(), path, (), large=100))[-1].findings)


def test_a_large_document_is_not_blamed_for_what_is_not_judged(tmp_path: Path) -> None:
    observation = {
        "resourceType": "Observation",
        "id": "b",
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"},
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">a [ b {</div>'},
    }
    whole = {**bundle(patient(id="a"), observation), "type": "document", "timestamp": "2024-01-01T00:00:00Z"}
    path = tmp_path / "bundle.json"
    path.write_bytes(to_json(whole))
    judged = list(judge_file(validator(), path, (), large=100))
    assert [each.code for one in judged for each in one.findings] == [Code.BUNDLE_BY_ENTRY]


def test_a_large_resource_that_is_no_bundle_is_judged_whole(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(to_json({**patient(), "resourceType": "List", "entry": []}))
    [judged] = judge_file(validator(), path, (), large=10)
    assert judged.findings
    assert Code.BUNDLE_BY_ENTRY not in {each.code for each in judged.findings}


@pytest.mark.parametrize("kind", ["ndjson", "json"])
def test_memory_does_not_grow_with_the_file(kind: str, tmp_path: Path) -> None:
    text = "[ lorem } " * 200
    one = [patient(id=str(number), address=[{"text": text}]) for number in range(2000)]
    path = tmp_path / f"large.{kind}"
    path.write_bytes(
        b"\n".join(to_json(each, indent=None) for each in one) if kind == "ndjson" else to_json(bundle(*one))
    )
    judge = validator()
    list(judge_file(judge, path, (), large=path.stat().st_size // 20))  # compiles what the measured pass uses
    tracemalloc.start()
    number = sum(not has_errors(each.findings) for each in judge_file(judge, path, (), large=1 << 18))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert number >= 2000
    assert peak < path.stat().st_size / 4
