from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.agreements import catalogue as catalogues
from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.paths import agreements_root, cache_folder
from conformance.agreements.problems import DocumentError
from conformance.agreements.schema import SCHEMAS
from conformance.model.agreements import Selector
from tests.agreements.making import agreements, write


def test_references_are_filled_in_and_steps_unrolled(tmp_path: Path) -> None:
    found = load_catalogue(agreements(tmp_path))
    judged = found.requirements["DOOR-01"].judged
    assert judged is not None
    assert judged.on == {"exchange": Selector(operation="fhir.search", given={"format": "json"})}
    assert judged.parameters == {"sizes": [1, 2]}
    steps = found.scenarios["knock"].steps
    assert [step.name for step in steps] == ["try-front", "try-back"]
    assert steps[0].given == {"path": "Door?at=front&who={patients.anna.bsn}", "format": "json"}
    assert found.shown_by("DOOR-03") == ("knock",)
    assert found.patients["unknown"].known is False


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "words"),
    [
        ("doors", "actor: [keeper]", "actor: [keper]", "doors.yaml:9:13", "Did you mean 'keeper'?"),
        ("doors", "needs: [speaks-xml]", "needs: [xml]", "doors.yaml:37:13", "'xml'"),
        ("doors", '{ "1": normative }', '{ "3": normative }', "doors.yaml:26:17", "a release of 'pact'"),
        ("doors", "strength: SHOULD", "strength: OUGHT", "doors.yaml:22:15", "one of: MUST, SHOULD, MAY"),
        ("doors", "remedy: { nl: Sluit de deur", "remedie: { nl: Sluit de deur", "doors.yaml:7:5", "mean 'remedy'"),
        ("doors", "remedy: { nl: Sluit de deur", "remedie: { nl: Sluit de deur", "doors.yaml:4:3", "key 'remedy'"),
        ("doors", "DOOR-02:", "door-02:", "doors.yaml:18:3", "a code such as NET-01"),
        ("doors", "https://example.org/pact", "ftp://example.org", "doors.yaml:13:", "an https address"),
        ("doors", "tables/sizes#/small", "tables/sizes#/smal", "doors.yaml:17:", "Did you mean 'small'?"),
        ("doors", "on: fhir.search\n", "on: [fhir.search]\n", "doors.yaml:42:11", "a block of keys"),
        ("doorkeeper", "chapters: [doors]", "chapters: [windows]", "doorkeeper.yaml:5:12", "'windows'"),
        (
            "doorkeeper",
            "core: [DOOR-01]",
            "core: [DOOR-01, DOOR-11]",
            "doorkeeper.yaml:7:17",
            "a requirement that exists",
        ),
        ("doorkeeper", "core: [DOOR-01]", "core: []", "doorkeeper.yaml:7:7", "at least 1"),
        ("doorkeeper", "core: [DOOR-01]", "", "doorkeeper.yaml:1:1", "the key 'core'"),
        ("doorkeeper", "core: [DOOR-01]", "core: [DOOR-01]\nendpoints: [soap]", "doorkeeper.yaml:8:13", "fhir"),
        ("doorkeeper", "actor: [keeper]", "actor: [nobody]", "doorkeeper.yaml:4:9", "'nobody'"),
        ("doorkeeper", "claims: [speaks-json]", "claims: [json]", "doorkeeper.yaml:6:10", "'json'"),
        ("agreement", 'default: "2"', 'default: "3"', "agreement.yaml:5:10", "a release of this agreement"),
        ("agreement", "agreement: pact", "agreement: pakt", "agreement.yaml:1:12", "the name of the folder"),
        ("agreement", "twiin: true", "twiin: yes", "agreement.yaml:3:8", "expected true or false; found 'yes'"),
        ("agreement", '["1", "2"]', "[1, 2]", "agreement.yaml:4:12", "a release between quotes"),
        ("knock", "[DOOR-01, DOOR-03]", "[DOOR-01, DOOR-93]", "knock.yaml:8:18", "Did you mean 'DOOR-03'?"),
        ("knock", "patients: [anna]", "patients: [ann]", "knock.yaml:3:", "Did you mean 'anna'?"),
        ("knock", "{patients.anna.bsn}", "{patients.an.bsn}", "knock.yaml:7:11", "a patient of the data set"),
        ("knock", "{patients.anna.bsn}", "{earlier.total}", "knock.yaml:7:11", "expected an earlier step"),
        ("knock", "{each.value.path}", "{each.value.pad}", "knock.yaml:7:11", "each.value.pad"),
        ("knock", "tables/sizes#/doors", "tables/sizes#/small", "knock.yaml:6:11", "a list of 2"),
        ("knock", "- try: fhir.search", "- try: search", "knock.yaml:5:10", "an operation such as fhir.search"),
        ("patients", "999970082", "123456789", "patients.yaml:2:16", "fails the eleven test"),
        ("patients", "999970082", "123456782", "patients.yaml:2:16", "may therefore be a person's"),
        (
            "patients",
            "patients:",
            "groups: { bgz: [anna, an, ann] }\npatients:",
            "patients.yaml:1:23",
            "a patient whom",
        ),
        ("patients", "patients:", "groups: { bgz: [anna, b, unknown] }\npatients:", ":1:26", "a patient whom"),
        ("patients", "patients:", "groups: { bgz: [anna, b] }\npatients:", ":1:16", "at least 3 in the list"),
        ("patients", "patients:", "groups: { bgzz: [a, b, c] }\npatients:", ":1:11", "Did you mean 'bgz'?"),
        ("sizes", "source:", "sauce:", "sizes.yaml:2:1", "Did you mean 'source'?"),
        ("vocabulary", "{ nl: Vrager, en: Asker }", "{ nl: Vrager }", "vocabulary.yaml:3:3", "the key 'en'"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, place: str, words: str
) -> None:
    folder = agreements(tmp_path, **{file: (old, new)})
    with pytest.raises(DocumentError) as caught:
        load_catalogue(folder)
    fitting = [problem.text.en for problem in caught.value.problems if words in problem.text.en]
    assert fitting, str(caught.value)
    assert any(place in text for text in fitting), fitting


def test_an_id_given_twice_names_both_places(tmp_path: Path) -> None:
    folder = agreements(tmp_path)
    original = (folder / "profiles/pact/requirements/doors.yaml").read_text(encoding="utf-8")
    write(folder / "profiles/pact/requirements/more.yaml", original)
    with pytest.raises(DocumentError, match=r"more\.yaml:4:3.*'DOOR-01' also at .*doors\.yaml:4:3"):
        load_catalogue(folder)


def test_a_file_in_a_strange_place_is_not_passed_over(tmp_path: Path) -> None:
    folder = agreements(tmp_path)
    write(folder / "profiles/pact/requirement.yml", "a: 1\n")
    with pytest.raises(DocumentError, match=r"requirement\.yml.*a place that the suite reads"):
        load_catalogue(folder)


def test_one_scenario_may_show_a_whole_chapter(tmp_path: Path) -> None:
    folder = agreements(tmp_path, knock=("[DOOR-01, DOOR-03]", "[{ chapter: pact/doors }]"))
    assert load_catalogue(folder).scenarios["knock"].shows == ("DOOR-01", "DOOR-03")


def test_layout_does_not_change_the_digest_but_content_does(tmp_path: Path) -> None:
    plain = load_catalogue(agreements(tmp_path / "a"))
    commented = load_catalogue(agreements(tmp_path / "b", doors=("chapter: doors", "# a remark\nchapter:   doors")))
    changed = load_catalogue(agreements(tmp_path / "c", doors=("strength: SHOULD", "strength: MUST")))
    assert plain.digest == commented.digest != changed.digest
    assert plain.data_digest == changed.data_digest


def test_only_sealed_agreements_count_as_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load_catalogue(agreements(tmp_path))
    assert not found.released
    monkeypatch.setattr(catalogues, "RELEASED", write(tmp_path / "r.json", json.dumps({"agreements": found.digest})))
    assert found.released


def test_agreements_are_found_in_a_wheel_and_in_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "conformance"
    checkout, wheel = tmp_path, package / "_agreements"
    for folder in ("profiles", "scenarios"):
        (checkout / folder).mkdir(parents=True)
    assert agreements_root(package=package) == checkout
    for folder in ("profiles", "scenarios"):
        (wheel / folder).mkdir(parents=True)
    assert agreements_root(package=package) == wheel
    assert agreements_root(checkout, package=package) == checkout
    with pytest.raises(DocumentError, match="--agreements"):
        agreements_root(tmp_path / "nowhere", package=package)
    with pytest.raises(DocumentError, match="reinstall"):
        agreements_root(package=tmp_path / "x" / "conformance")


def test_a_good_document_is_validated_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_catalogue(agreements(tmp_path / "a"))
    assert any((cache_folder() / "valid").iterdir())
    monkeypatch.setattr("conformance.agreements.schema.validator", None)
    load_catalogue(agreements(tmp_path / "b"))


def test_an_unwritable_cache_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(write(tmp_path / "file", "")))
    assert load_catalogue(agreements(tmp_path / "a")).requirements


def test_each_schema_is_valid_and_says_what_it_is() -> None:
    from jsonschema import Draft202012Validator

    for file in SCHEMAS.glob("*.json"):
        schema = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == file.name
        assert schema["title"]
