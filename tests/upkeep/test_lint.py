from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.upkeep.lint import lint
from conformance.upkeep.lint_kinds import Kinds
from conformance.upkeep.lint_seal import seal
from tests.agreements.making import agreements, write

LIST = {"type": "object", "properties": {"sizes": {"type": "array"}}, "required": ["sizes"]}
ANY: Mapping[str, Any] = {"type": "object"}


@dataclass(frozen=True)
class Kind:
    exchanges: Mapping[str, bool] = field(default_factory=lambda: {"answer": False})
    schema: Mapping[str, Any] = field(default_factory=lambda: ANY)
    yields: tuple[str, ...] = ("id",)


@dataclass(frozen=True)
class Broken:
    fails: tuple[str, ...] = ()
    undecidable: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()


JUDGEMENTS = {"closed": Kind(schema=LIST), "named": Kind()}
OPERATIONS = {"fhir.search": Kind(schema={"type": "object", "required": ["path"]})}
FAULTS = {"F-01": Broken(("DOOR-01",)), "F-02": Broken(("DOOR-03",), ("DOOR-01",))}


def sentences(folder: Path, kinds: Kinds | None = None) -> list[str]:
    return [problem.text.en for problem in lint(load_catalogue(folder), kinds)]


def test_good_agreements_are_silent(tmp_path: Path) -> None:
    kinds = Kinds(judgements=JUDGEMENTS, operations=OPERATIONS, faults=FAULTS)
    (only,) = sentences(agreements(tmp_path), kinds)
    assert only.startswith("scenarios/data/patients.yaml:3:3: patients/unknown: expected data that something uses;")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("doors", "asks: { nl: Gaat de deur open?, en: Does the door open? }", "needs: []", "found none of the three"),
        ("doors", "verify: [attestation]", "verify: [test]", "Add 'judged' or change 'verify'"),
        ("doors", "verify: [attestation]", "verify: [test]", "Add 'attestation' or 'examination'"),
        ("doors", "verify: [test]", "verify: [attestation]", "verify: test or static"),
        ("doors", "actor: [keeper]", "actor: [asker]", "a profile in which the requirement binds"),
        ("doors", "format: json", "format: xml", "a step for the judgement's 'exchange'"),
        ("knock", "[DOOR-01, DOOR-03]", "[DOOR-01]", "a scenario that shows the requirement"),
        ("knock", "[DOOR-01, DOOR-03]", "[DOOR-02]", "requirements with a judgement"),
        ("sizes", "small: [1, 2]", "small: [1, 2]\n  large: [3]", "data/large: expected data that something uses"),
        ("knock", "shows:", "  - extra: fhir.read\n    with: { path: a }\nshows:", "knock.yaml:8:5: steps/extra"),
        ("patients", "unknown:", 'bram: { bsn: "999970161" }\n  unknown:', "patients/bram"),
        ("doorkeeper", "actor: [keeper]", "actor: [asker]", "a chapter that binds 'asker'"),
        (
            "doorkeeper",
            "actor: [keeper]",
            "actor: [asker]",
            "doorkeeper.yaml:1:1: core: expected a requirement that binds",
        ),
    ],
)
def test_a_gap_in_the_agreements_is_told(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    found = sentences(agreements(tmp_path, **{file: (old, new)}))
    assert any(words in sentence for sentence in found), found


def test_a_step_that_a_later_step_uses_is_no_dead_end(tmp_path: Path) -> None:
    first = "  - first: fhir.read\n    with: { path: a }\n"
    steps = f'{first}  - last: fhir.search\n    with: {{ path: "{{first.id}}", format: json }}'
    folder = agreements(tmp_path, knock=("shows:", f"{steps}\nshows:"))
    assert not [sentence for sentence in sentences(folder) if "steps/" in sentence]


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (Kinds(judgements={"close": Kind(), "named": Kind()}), "judged/by: expected a kind of judgement that exists"),
        (
            Kinds(judgements=JUDGEMENTS | {"named": Kind(exchanges={"a": False, "b": False})}),
            "expected a, b; found exchange",
        ),
        (
            Kinds(judgements=JUDGEMENTS | {"closed": Kind(schema={"required": ["much"]})}),
            "'much' is a required property",
        ),
        (Kinds(judgements=JUDGEMENTS | {"named": Kind(schema={"properties": {"size": {"type": "string"}}})}), ""),
        (Kinds(operations={"fhir.read": Kind()}), "an operation that exists; found 'fhir.search'"),
        (Kinds(operations={"fhir.search": Kind(schema={"required": ["about"]})}), "'about' is a required property"),
        (Kinds(faults={"F-01": Broken(("DOOR-01",), ("DOOR-03",))}), "DOOR-03: expected a fault that makes"),
        (Kinds(faults={"F-01": Broken(("DOOR-99",))}), "faults/F-01: expected a requirement that exists"),
        (Kinds(faults={"F-01": Broken(("DOOR-*",))}), "found 'DOOR-*'"),
        (Kinds(faults=FAULTS | {"F-03": Broken((), ("DOOR-*",), ("DOOR-01",))}), ""),
        (Kinds(faults={"F-01": Broken((), ("VIEW-*",))}), "found 'VIEW-*'"),
    ],
)
def test_a_difference_with_the_code_is_told(tmp_path: Path, kinds: Kinds, words: str) -> None:
    folder = agreements(tmp_path)
    before = sentences(folder)
    new = [sentence for sentence in sentences(folder, kinds) if sentence not in before]
    assert any(words in sentence for sentence in new) if words else not new, new


def test_a_step_may_only_use_what_an_operation_yields(tmp_path: Path) -> None:
    first = "  - first: fhir.search\n    with: { path: a }\n"
    for value, complaints in (("id", 0), ("ids[0]", 1)):
        steps = f'{first}  - last: fhir.search\n    with: {{ path: "{{first.{value}}}" }}'
        folder = agreements(tmp_path / value[:3], knock=("shows:", f"{steps}\nshows:"))
        found = sentences(folder, Kinds(operations={"fhir.search": Kind()}))
        assert sum("a value of fhir.search; found 'ids'" in sentence for sentence in found) == complaints


def test_only_the_first_exchange_may_be_one_of_many(tmp_path: Path) -> None:
    both = "on: { answer: fhir.search, control: fhir.search }"
    folder = agreements(tmp_path, doors=("on: fhir.search\n", f"{both}\n"))
    kinds = Kinds(judgements=JUDGEMENTS | {"named": Kind(exchanges={"answer": False, "control": False})})
    found = [sentence for sentence in sentences(folder, kinds) if "one step for 'control'" in sentence]
    assert found
    assert "try-front, try-back" in found[0]


def test_calls_of_the_node_come_out_of_a_waiting_step(tmp_path: Path) -> None:
    selector = "on: { operation: dicomweb.metadata, given: { received: true } }"
    folder = agreements(tmp_path, doors=("on: fhir.search\n", f"{selector}\n"))
    assert any("a step for the judgement's" in sentence for sentence in sentences(folder))
    steps = (
        "  - start: driver.start\n    with: { action: view, patient: unknown }\n"
        "  - wait: counterpart.calls\n    with: { kind: dicomweb }\nshows:"
    )
    waiting = agreements(tmp_path / "b", doors=("on: fhir.search\n", f"{selector}\n"), knock=("shows:", steps))
    assert sentences(waiting) == []


def test_sealing_writes_the_digest_in_one_move(tmp_path: Path) -> None:
    found = load_catalogue(agreements(tmp_path / "a"))
    target = write(tmp_path / "released.json", "old")
    seal(found, target)
    assert json.loads(target.read_text(encoding="utf-8"))["agreements"] == found.digest
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["released.json"]
