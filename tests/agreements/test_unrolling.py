"""Spans become steps when planning: by name and member, in rounds, with what the seed draws filled in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.drawing import Draw
from conformance.agreements.problems import DocumentError
from conformance.agreements.unrolling import Drawn, unrolled, whole
from conformance.model.agreements import Scenario, Step
from tests.agreements.making import agreements, write

SPAN = """\
span: every-door
title: { nl: Elke deur, en: Every door }
dimensions:
  door: { ref: "tables/sizes#/doors" }
  how: { knock: { path: "{door.path}" }, enter: { path: "{found-{door}.id}&how=enter" } }
  form: [json, xml]
never:
  - { door: back, how: enter, because: { nl: Op slot, en: Locked } }
draw: all
"""
SCENARIO = """\
scenario: knock
title: { nl: Kloppen, en: Knock }
draws:
  who: { patient: images }
  other: { patient: images }
  lost: { text: 12 }
  frame: { number: [2, 6] }
  uid: { uid: true }
  date: { one: [not-a-date, 2026-13-01] }
steps:
  - found: fhir.search
    across: few-doors
    with: { path: "{door.path}&who={patients.who.bsn}" }
  - wrong: fhir.search
    across: every-door
    with: { path: "{how.path}", format: "{form}", about: "{door}" }
  - right: fhir.search
    across: { span: every-door, draw: pairs }
    with: { path: "{how.path}", format: json }
  - nothing: fhir.search
    with: { format: json, path: "{lost} {frame} {uid} {date} {who} {other} {patients.other.bsn}" }
shows: [DOOR-01, DOOR-03]
"""
PATIENTS = """\
patients:
  anna: { bsn: "999970082" }
  bram: { bsn: "999970124" }
  dina: { bsn: "999977775" }
  unknown: { bsn: "999970173", known: false }
groups: { images: [anna, bram, dina] }
"""


def made(folder: Path, span: str = SPAN, scenario: str = SCENARIO) -> Catalogue:
    agreements(folder)
    write(folder / "profiles/spans/every-door.yaml", span)
    few = SPAN.replace("every-door", "few-doors").split("  how:", 1)[0] + "draw: all\n"
    write(folder / "profiles/spans/few-doors.yaml", few)
    write(folder / "scenarios/doors/knock.yaml", scenario)
    write(folder / "scenarios/data/patients.yaml", PATIENTS)
    return load_catalogue(folder)


def drawn(catalogue: Catalogue, seed: str) -> Scenario:
    return unrolled(catalogue.scenarios["knock"], Drawn(Draw(seed), catalogue.groups))


def step(scenario: Scenario, name: str) -> Step:
    return next(one for one in scenario.steps if one.name == name)


def test_every_member_is_a_step_with_its_values_filled_in(tmp_path: Path) -> None:
    catalogue = made(tmp_path)
    everything = whole(catalogue.scenarios["knock"], catalogue.groups)
    kinds = Counter(one.name.partition("-")[0] for one in everything.steps)
    assert kinds == {"found": 2, "wrong": 6, "right": 6, "nothing": 1}
    entered = step(everything, "wrong-front-enter-xml")
    assert entered.given == {
        "path": "{found-front.id}&how=enter",
        "format": "xml",
        "about": "front",
        "member": {"door": "front", "how": "enter", "form": "xml"},
    }
    assert step(everything, "wrong-back-knock-json").given["path"] == "Door?at=back"
    assert "wrong-back-enter-json" not in {one.name for one in everything.steps}
    assert [one.because.en for one in everything.excused] == ["Locked"]


def test_a_round_is_played_member_by_member(tmp_path: Path) -> None:
    names = [one.name for one in whole(made(tmp_path).scenarios["knock"], {"images": ("anna", "bram", "dina")}).steps]
    wrong = [name for name in names if name.startswith("wrong")]
    assert all(names.index(name.replace("wrong", "right")) == names.index(name) + 1 for name in wrong)


def test_the_seed_decides_what_is_asked_and_of_whom(tmp_path: Path) -> None:
    catalogue = made(tmp_path)
    said = [str(step(drawn(catalogue, str(seed)), "nothing").given["path"]).split(" ") for seed in range(20)]
    assert said[0] == str(step(drawn(catalogue, "0"), "nothing").given["path"]).split(" ")
    lost, frames, uids, dates, who, other, number = (set(column) for column in zip(*said, strict=True))
    assert len(lost) == len(uids) == 20
    assert frames <= {"2", "3", "4", "5", "6"}
    assert len(frames) > 2
    assert dates == {"not-a-date", "2026-13-01"}
    assert who == other == {"anna", "bram", "dina"}
    assert number == {f"{{patients.{role}.bsn}}" for role in who}
    assert all(one[4] != one[5] and one[6] == f"{{patients.{one[5]}.bsn}}" for one in said)
    assert all(uid.startswith("2.25.") and len(uid) < 65 for uid in uids)


def test_the_order_of_members_is_drawn(tmp_path: Path) -> None:
    catalogue = made(tmp_path)
    orders = {tuple(one.name for one in drawn(catalogue, str(seed)).steps) for seed in range(8)}
    assert len(orders) > 4


CLAIMED = SPAN.replace(
    "never:\n", "never:\n  - { form: xml, unless: speaks-xml, because: { nl: Geen XML, en: No XML } }\n"
)


@pytest.mark.parametrize(("refused", "forms"), [({"speaks-xml"}, {"json"}), (set(), {"json", "xml"})])
def test_what_a_node_says_it_does_not_do_is_excused(tmp_path: Path, refused: set[str], forms: set[str]) -> None:
    catalogue = made(tmp_path, CLAIMED)
    plan = unrolled(catalogue.scenarios["knock"], Drawn(Draw("1"), catalogue.groups, refused=frozenset(refused)))
    assert {one.given["member"]["form"] for one in plan.steps if one.name.startswith("wrong")} == forms
    assert ("No XML" in [one.because.en for one in plan.excused]) is bool(refused)


@pytest.mark.parametrize(
    ("span", "scenario", "words"),
    [
        (SPAN.replace("door: back, how", "house: back, how"), SCENARIO, "never/0/house: expected a dimension"),
        (SPAN.replace("door: back, how", "door: side, how"), SCENARIO, "never/0/door: expected a value of this"),
        (
            SPAN.replace("form: [json, xml]", "form: []"),
            SCENARIO,
            "dimensions/form: expected a list or block of values",
        ),
        (SPAN.replace("form: [json, xml]", "form: [a b]"), SCENARIO, "names of letters, digits and hyphens"),
        (
            SPAN.replace("form: [json, xml]", "form: [json]").replace("- { door: back, how: enter,", "- { form: json,"),
            SCENARIO,
            "a span of which something is left",
        ),
        (
            SPAN.replace("form: [json, xml]", "form: [x, knock-x]").replace("{ knock:", "{ a: {path: x}, a-knock:"),
            SCENARIO,
            "members with different names",
        ),
        (SPAN.replace("tables/sizes#/doors", "tables/sizes#/gates"), SCENARIO, "a reference to data that exist"),
        (SPAN.replace("draw: all", "draw: some"), SCENARIO, "each, pairs or all"),
        (CLAIMED.replace("unless: speaks-xml", "unless: speaks-xmll"), SCENARIO, "never/0/unless: expected a claim"),
        (CLAIMED.replace("form: xml, unless", "unless"), SCENARIO, "never/0: expected a value of this dimension"),
        (SPAN, SCENARIO.replace("across: few-doors", "across: new-doors"), "a span of profiles/spans"),
        (
            SPAN,
            SCENARIO.replace("{door.path}&", "{door.pith}&"),
            "expected a value that is there; found '{{door.pith}}'",
        ),
        (SPAN, SCENARIO.replace('"{door}"', '"{gate.x}"'), "expected an earlier step"),
        (SPAN, SCENARIO.replace("patient: images", "patient: nobody"), "a group of patients of the data set"),
        (SPAN, SCENARIO.replace("  who: {", "  anna: {"), "a name that no patient of the data set has"),
        (
            SPAN,
            SCENARIO.replace("few-doors\n    with: { path: ", "few-doors\n    each: { path: "),
            "one operation in a step",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, span: str, scenario: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        made(tmp_path, span, scenario)
    told = [problem.text.en for problem in caught.value.problems]
    assert any(words in sentence for sentence in told), told
    assert all(sentence.startswith(("profiles/spans/", "scenarios/doors/knock.yaml:")) for sentence in told)
