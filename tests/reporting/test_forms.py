"""report.json, JUnit, Allure: valid, complete, mapped as agreed, whole or not there, and quick."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from allure_commons import model2
from jsonschema import Draft202012Validator
from lxml import etree

import conformance.reporting.write as writing
from conformance.model.words import Verdict
from conformance.reporting.canonical import NotADocument, document_bytes, findings_bytes
from conformance.reporting.decide import decide
from conformance.reporting.exports.allure import allure_files
from conformance.reporting.exports.junit import junit_bytes
from conformance.reporting.material import Material
from conformance.reporting.report import report_bytes
from conformance.reporting.write import write_material
from tests.reporting import making
from tests.reporting.example import material

SCHEMA = Path(writing.__file__).parent / "schemas" / "report.schema.json"
ALL = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.NOT_TESTED)


def one_of_each() -> Material:
    """One requirement per verdict, and one that does not apply."""
    names = {verdict: f"NET-{number:02}" for number, verdict in enumerate(ALL)}
    plan = making.plan(making.profile_plan(*(making.planned(making.requirement(name), "s") for name in names.values())))
    findings = tuple(making.finding(name, "s", verdict) for verdict, name in names.items())
    run = making.run()
    return Material(
        plan=plan,
        run=run,
        findings=findings,
        recordings=making.recordings([making.exchange()]),
        decisions=decide(plan, findings, run, ()),
        root="sha256:" + "5" * 64,
    )


def test_the_report_fits_its_schema_and_ends() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for made in (material(), one_of_each()):
        document = json.loads(report_bytes(made))
        Draft202012Validator(schema).validate(document)
        assert document["end"] is True
        assert [document["run"][name] for name in ("seed", "thorough", "anonymous")] == ["3fa9c1", False, False]
        assert document["standing"]["en"] == "self-tested, unsigned, not a certificate"
        for profile, decision in zip(made.plan.profiles, document["decisions"], strict=True):
            bound = [planned.requirement.id for planned in profile.planned]
            assert [result["requirement"] for result in decision["results"]] == bound


def test_the_report_holds_no_secret_path() -> None:
    assert b"/secret/path" not in report_bytes(material())


def test_findings_do_not_depend_on_order_and_survive_odd_text() -> None:
    findings = material().findings
    data = findings_bytes(findings)
    assert data == findings_bytes(findings[::-1])
    documents = json.loads(data)
    assert [document["id"] for document in documents] == sorted(finding.id for finding in findings)
    assert {document["reason"]["nl"] for document in documents} == {finding.reason.nl for finding in findings}


def test_floats_are_refused() -> None:
    with pytest.raises(NotADocument, match=r"\$\.a\[1\]: a float"):
        document_bytes({"a": [1, 1.5]})


def test_a_document_is_written_as_json_is() -> None:
    held = {"b": [], "a": [{}, {"é\n": "\ud800"}, (1, True, None)], "c": "</"}
    written = json.dumps(held, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    assert document_bytes(held) == written.encode("utf-8", errors="backslashreplace")


def cases(data: bytes) -> dict[str, Any]:
    """JUnit cases by name."""
    root = etree.fromstring(data)
    return {case.get("name"): case for case in root.iter("testcase")}


def word(case: Any, name: str) -> str:
    """A property of a case."""
    return str(case.find(f"properties/property[@name='{name}']").get("value"))


def test_junit_maps_each_verdict() -> None:
    found = cases(junit_bytes(one_of_each()))
    tags = {word(case, "verdict"): [child.tag for child in case][1:] for case in found.values()}
    assert tags == {
        "pass": [],
        "fail": ["failure"],
        "inconclusive": ["failure"],
        "error": ["error"],
        "not-tested": ["skipped"],
        "not-applicable": ["skipped"],
    }
    assert found["s::NET-02"].find("failure").get("type") == "Inconclusive"
    assert found["s::NET-00"].get("classname") == "twiin.network.NET-00"
    suites = etree.fromstring(junit_bytes(one_of_each()))
    assert [suites.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["6", "2", "1", "2"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_junit_is_valid_with_hostile_bytes_and_names_stay_unique(lang: str) -> None:
    every = "".join(chr(code) for code in (*range(0x2100), 0xD800, 0xFFFE, 0xFFFF, 0x1F600)) + "]]><x>"
    data = junit_bytes(material(hostile=every), lang)
    names = [case.get("name") for case in etree.fromstring(data).iter("testcase")]
    assert len(names) == len(set(names))


def test_allure_has_only_what_allure_knows_and_maps_each_verdict() -> None:
    files = allure_files(one_of_each())
    results = [json.loads(data) for name, data in files.items() if name.endswith("-result.json")]
    known = set(vars(model2.TestResult()))
    statuses = {}
    for result in results:
        assert set(result) <= known
        labels = {label["name"]: label["value"] for label in result["labels"]}
        statuses[labels["verdict"]] = result["status"]
        for attachment in result["attachments"]:
            assert attachment["source"] in files
    assert statuses == {
        "pass": "passed",
        "fail": "failed",
        "inconclusive": "broken",
        "error": "broken",
        "not-tested": "skipped",
        "not-applicable": "skipped",
    }


def test_allure_attaches_a_scenario_once_and_names_are_stable() -> None:
    made = material()
    files = allure_files(made)
    attachments = [name for name in files if name.endswith("-attachment.txt")]
    assert len(attachments) == len(made.recordings)
    assert files.keys() == allure_files(made).keys()
    assert b"=== scenario-0/step-0" in b"".join(files[name] for name in attachments)


def test_only_the_node_is_told_to_change_when_it_is_at_fault() -> None:
    text = junit_bytes(material()).decode("utf-8")
    remedies = text.count("To do: Change the server&#x27;s settings.") + text.count(
        "To do: Change the server's settings."
    )
    others = text.count("To do: Correct the node file first") + text.count("To do: Repair the connection first")
    assert remedies > 0
    assert others > 0


def test_everything_is_written_and_nothing_else(tmp_path: Path) -> None:
    made = material()
    for _ in range(2):
        written = write_material(tmp_path, made)
    assert {path.name for path in tmp_path.iterdir()} == {
        "root.txt",
        "report.json",
        "report.html",
        "junit.xml",
        "allure",
    }
    assert (tmp_path / "root.txt").read_text() == f"{made.root}\n"
    assert (written.allure / "categories.json").is_file()


def test_a_form_that_fails_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(material: Material, lang: str) -> dict[str, bytes]:
        return {"a.json": b"x", "no/folder.json": b"x"}

    monkeypatch.setattr(writing, "allure_files", full)
    with pytest.raises(OSError, match="No such file"):
        write_material(tmp_path, material(4, 4))
    assert not (tmp_path / "report.json").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_all_forms_in_under_a_second(tmp_path: Path) -> None:
    made = material(100, 150)
    started = time.process_time()
    write_material(tmp_path, made)
    assert time.process_time() - started < 1.0


def test_both_languages() -> None:
    assert "Gezien: status 200." in junit_bytes(one_of_each(), "nl").decode()
    assert "Seen: status 200." in junit_bytes(one_of_each()).decode()
