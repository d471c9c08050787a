"""`conformance validate` and `conformance profile`, as a user meets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from conformance.cli.profile import app as profile_app
from conformance.cli.validate import app
from conformance.codecs.fhir import to_json
from tests.validation.fhir.support import errors, found, patient, profile

if TYPE_CHECKING:
    from pathlib import Path

VALID, INVALID, USAGE = 0, 1, 4


def run(*arguments: str, stdin: bytes | None = None) -> Any:
    return CliRunner().invoke(app, list(arguments), input=stdin)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.json"
    path.write_bytes(to_json(patient(gender="vrouw")))
    return path


def test_a_good_resource(tmp_path: Path) -> None:
    path = tmp_path / "good.json"
    path.write_bytes(to_json(patient()))
    result = run(str(path))
    assert (result.exit_code, result.stdout.strip()) == (VALID, f"{path}: valid, 0 errors, 0 warnings, 0 notes")


def test_text_names_file_line_path_and_code(bad: Path) -> None:
    result = run(str(bad))
    assert result.exit_code == INVALID
    assert f"{bad}:23: error Patient.gender: vrouw is not in the value set" in result.stdout
    assert "[code-not-in-value-set]" in result.stdout


def test_dutch(bad: Path) -> None:
    assert "zit niet in de waardenlijst" in run(str(bad), "--lang", "nl").stdout


def test_json(bad: Path) -> None:
    [judged] = json.loads(run(str(bad), "--format", "json").stdout)
    [finding] = judged["findings"]
    assert (finding["code"], finding["path"], finding["line"]) == ("code-not-in-value-set", "Patient.gender", 23)
    assert set(finding["text"]) == {"nl", "en"}


def test_sarif(bad: Path) -> None:
    [result] = json.loads(run(str(bad), "--format", "sarif").stdout)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("code-not-in-value-set", "error")


def test_operation_outcomes_are_valid_themselves(bad: Path) -> None:
    outcome = json.loads(run(str(bad), "--format", "operationoutcome").stdout)
    assert outcome["issue"][0]["expression"] == ["Patient.gender"]
    assert errors(found(outcome)) == set()


def test_a_folder_and_ndjson(tmp_path: Path) -> None:
    lines = [to_json(patient(id=str(number)), indent=None) for number in range(3)]
    (tmp_path / "many.ndjson").write_bytes(b"\n".join([*lines, to_json(patient(gender="x"), indent=None)]))
    result = run(str(tmp_path))
    assert result.exit_code == INVALID
    assert result.stdout.count(": valid") == 3
    assert "many.ndjson#4:4: error" in result.stdout


def test_standard_input() -> None:
    assert run("-", stdin=to_json(patient())).exit_code == VALID


def test_a_profile_of_a_loose_file(tmp_path: Path) -> None:
    definition = profile("patient", "Patient", {"id": "Patient.photo", "path": "Patient.photo", "min": 1})
    (tmp_path / "definition.json").write_bytes(to_json(definition))
    (tmp_path / "patient.json").write_bytes(to_json(patient()))
    arguments = ["--package", str(tmp_path / "definition.json"), "--profile", definition["url"]]
    result = run(str(tmp_path / "patient.json"), *arguments)
    assert result.exit_code == INVALID
    assert "Patient.photo: At least 1 expected, 0 found" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere.json"],
        ["-", "--fhir", "2.0"],
        ["-", "--fhir", "5.0"],
        ["-", "--package", "nobody.nl#1.0"],
        ["-", "--java-validator", "no.jar"],
    ],
)
def test_what_cannot_be_used_is_told_without_a_traceback(arguments: list[str]) -> None:
    result = run(*arguments, stdin=to_json(patient()))
    assert result.exit_code == USAGE
    assert "Traceback" not in result.output


def test_show_and_diff(tmp_path: Path) -> None:
    one = profile("one", "Patient", {"id": "Patient.photo", "path": "Patient.photo", "min": 1})
    two = profile("two", "Patient", {"id": "Patient.photo", "path": "Patient.photo", "max": "1"})
    for name, definition in (("one", one), ("two", two)):
        (tmp_path / f"{name}.json").write_bytes(to_json(definition))
    shown = CliRunner().invoke(profile_app, ["show", one["url"], "--package", str(tmp_path)])
    assert "photo  1..*  Attachment" in shown.stdout
    compared = CliRunner().invoke(profile_app, ["diff", one["url"], two["url"], "--package", str(tmp_path)])
    assert "~ Patient.photo: 1..*  Attachment  ->  0..1  Attachment" in compared.stdout
    lost = CliRunner().invoke(profile_app, ["show", "http://nobody.nl/x"])
    assert lost.exit_code == USAGE


def test_ndjson_on_standard_input() -> None:
    lines = b"\n".join(to_json(each, indent=None) for each in (patient(), patient(gender="x")))
    result = run("-", stdin=lines)
    assert result.exit_code == INVALID
    assert "-#2:2: error Patient.gender" in result.stdout


def test_a_folder_without_resources_is_told(tmp_path: Path) -> None:
    result = run(str(tmp_path))
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert "nothing validated" in result.stderr


@pytest.mark.parametrize("content", ["", "hello", '{"resourceType": "Patient"}', "[]"])
def test_a_package_without_definitions_is_told(content: str, tmp_path: Path) -> None:
    path, good = tmp_path / "definitions.json", tmp_path / "good.json"
    path.write_text(content)
    good.write_bytes(to_json(patient()))
    result = run(str(good), "--package", str(path))
    assert result.exit_code == USAGE
    assert "definitions.json: holds no FHIR definition" in result.stderr


def test_an_unknown_version_for_a_profile() -> None:
    result = CliRunner().invoke(profile_app, ["show", "http://hl7.org/fhir/StructureDefinition/Patient", "--fhir", "9"])
    assert result.exit_code == USAGE
    assert "choose one of 3.0, 4.0, 4.3, 5.0" in result.stderr
