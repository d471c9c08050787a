"""Snapshot generation on small profiles, one rule of ElementDefinition each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.validation.fhir.definitions.problem import DefinitionError
from tests.validation.fhir.definitions.profiles import BASE, OWN, element, opened, profile, snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.validation.fhir.definitions import Definitions

BY_SYSTEM = {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}


def test_what_is_said_replaces_and_the_rest_stays(tmp_path: Path) -> None:
    made = snapshot(
        opened(tmp_path, profile("p", "Patient", element("Patient.birthDate", min=1, mustSupport=True))), "p"
    )

    assert made["Patient.birthDate"]["min"] == 1
    assert made["Patient.birthDate"]["max"] == "1"
    assert made["Patient.birthDate"]["type"] == [{"code": "date"}]
    assert made["Patient.gender"]["binding"]["strength"] == "required"


def test_constraints_are_added_to_those_of_the_base(tmp_path: Path) -> None:
    own = {"key": "own-1", "severity": "error", "expression": "name.exists()"}
    made = snapshot(opened(tmp_path, profile("p", "Patient", element("Patient", constraint=[own]))), "p")

    keys = [each["key"] for each in made["Patient"]["constraint"]]
    assert "dom-2" in keys
    assert keys[-1] == "own-1"


def test_a_slice_starts_from_the_unsliced_element_with_minimum_zero(tmp_path: Path) -> None:
    made = snapshot(
        opened(
            tmp_path,
            profile(
                "p",
                "Patient",
                element("Patient.identifier", slicing=BY_SYSTEM, min=1),
                element("Patient.identifier", "bsn", max="1"),
                element("Patient.identifier.system", fixedUri="http://fhir.nl/fhir/NamingSystem/bsn"),
            ),
        ),
        "p",
    )

    assert made["Patient.identifier"]["min"] == 1
    assert made["Patient.identifier:bsn"] | {"min": 0, "max": "1", "sliceName": "bsn"} == made["Patient.identifier:bsn"]
    assert made["Patient.identifier:bsn.system"]["fixedUri"] == "http://fhir.nl/fhir/NamingSystem/bsn"
    assert "fixedUri" not in made.get("Patient.identifier.system", {})


def test_slices_of_a_slice_stand_behind_it(tmp_path: Path) -> None:
    made = snapshot(
        opened(
            tmp_path,
            profile(
                "p",
                "Patient",
                element("Patient.identifier", slicing=BY_SYSTEM),
                element("Patient.identifier", "nl", slicing=BY_SYSTEM),
                element("Patient.identifier", "nl/bsn", max="1"),
                element("Patient.identifier", "de"),
            ),
        ),
        "p",
    )

    order = [name for name in made if name.startswith("Patient.identifier:")]
    assert order == ["Patient.identifier:nl", "Patient.identifier:nl/bsn", "Patient.identifier:de"]


@pytest.mark.parametrize(
    "notation",
    [
        [element("Observation.valueQuantity", short="x")],
        [element("Observation.valueQuantity", "valueQuantity", short="x")],
        [element("Observation.value[x]", "valueQuantity", type=[{"code": "Quantity"}], short="x")],
        [element("Observation.value[x]", "valueQuantity", short="x")],
    ],
    ids=["shorthand", "shorthand with a slice name", "slice with its type", "slice"],
)
def test_every_notation_of_a_choice_gives_one_slice(tmp_path: Path, notation: list[dict[str, object]]) -> None:
    made = snapshot(opened(tmp_path, profile("p", "Observation", *notation)), "p")

    of_choice = [name for name in made if name.startswith("Observation.value[x]")]
    assert of_choice == ["Observation.value[x]", "Observation.value[x]:valueQuantity"]
    assert [each["code"] for each in made["Observation.value[x]:valueQuantity"]["type"]] == ["Quantity"]
    assert made["Observation.value[x]"]["slicing"]["discriminator"] == [{"type": "type", "path": "$this"}]


def test_the_shorthand_of_one_type_leaves_only_that_type(tmp_path: Path) -> None:
    made = snapshot(opened(tmp_path, profile("p", "Observation", element("Observation.valueQuantity", min=1))), "p")

    assert made["Observation.value[x]"]["type"] == [{"code": "Quantity"}]
    assert made["Observation.value[x]"]["slicing"]["rules"] == "closed"


def test_two_shorthands_leave_the_choice_open(tmp_path: Path) -> None:
    made = snapshot(
        opened(
            tmp_path,
            profile(
                "p", "Observation", element("Observation.valueQuantity"), element("Observation.valueString", max="1")
            ),
        ),
        "p",
    )

    assert len(made["Observation.value[x]"]["type"]) > 2
    assert "Observation.value[x]:valueString" in made


def test_the_differential_may_walk_into_a_datatype(tmp_path: Path) -> None:
    made = snapshot(opened(tmp_path, profile("p", "Patient", element("Patient.name.period.start", min=1))), "p")

    assert made["Patient.name.period.start"]["min"] == 1
    assert made["Patient.name.period.start"]["base"]["path"] == "Period.start"
    assert "Patient.name.family" in made


def test_the_differential_may_walk_into_a_type_profile(tmp_path: Path) -> None:
    name = profile("name", "HumanName", element("HumanName.family", min=1))
    own = profile(
        "p",
        "Patient",
        element("Patient.name", type=[{"code": "HumanName", "profile": [OWN + "name"]}]),
        element("Patient.name.given", min=1),
    )
    made = snapshot(opened(tmp_path, name, own), "p")

    assert made["Patient.name.family"]["min"] == 1
    assert made["Patient.name.given"]["min"] == 1


def test_a_content_reference_opens_into_what_it_refers_to(tmp_path: Path) -> None:
    own = profile("p", "Questionnaire", element("Questionnaire.item.item.item.text", min=1))
    made = snapshot(opened(tmp_path, own), "p")

    assert made["Questionnaire.item.item.item.text"]["min"] == 1
    assert "contentReference" not in made["Questionnaire.item.item"]
    assert made["Questionnaire.item.item.item.item"]["contentReference"] == "#Questionnaire.item"


def test_extension_slices_need_no_slicing_element(tmp_path: Path) -> None:
    own = profile(
        "p", "Patient", element("Patient.extension", "x", type=[{"code": "Extension", "profile": [OWN + "x"]}])
    )
    definitions = opened(tmp_path, own)

    made = snapshot(definitions, "p")
    assert made["Patient.extension"]["slicing"]["discriminator"] == [{"type": "value", "path": "url"}]
    assert definitions.problems == []


def test_ids_place_elements_whose_slice_is_not_repeated(tmp_path: Path) -> None:
    first = profile(
        "first",
        "Patient",
        element("Patient.identifier", identifier="Patient.identifier", slicing=BY_SYSTEM),
        element("Patient.identifier", "bsn", "Patient.identifier:bsn"),
    )
    second = profile(
        "second",
        "Patient",
        element("Patient.identifier.value", identifier="Patient.identifier:bsn.value", min=1),
        base=OWN + "first",
    )
    made = snapshot(opened(tmp_path, first, second), "second")

    assert made["Patient.identifier:bsn.value"]["min"] == 1
    assert made.get("Patient.identifier.value", {"min": 0})["min"] == 0


def test_a_derived_profile_adds_slices_behind_those_of_its_base(tmp_path: Path) -> None:
    first = profile(
        "a", "Patient", element("Patient.identifier", slicing=BY_SYSTEM), element("Patient.identifier", "one")
    )
    second = profile("b", "Patient", element("Patient.identifier", "two"), base=OWN + "a")
    made = snapshot(opened(tmp_path, first, second), "b")

    assert [name for name in made if name.startswith("Patient.identifier:")] == [
        "Patient.identifier:one",
        "Patient.identifier:two",
    ]


def problems(definitions: Definitions, name: str) -> list[str]:
    """The messages after asking for a profile."""
    definitions.structure(OWN + name)
    return [str(each) for each in definitions.problems if each.is_error]


def test_an_unknown_element_is_told_with_file_and_path(tmp_path: Path) -> None:
    found = problems(opened(tmp_path, profile("p", "Patient", element("Patient.shoeSize", min=1))), "p")

    assert len(found) == 1
    assert "0-StructureDefinition.json: Patient.shoeSize: there is no such element" in found[0]


def test_more_than_the_base_allows_is_told(tmp_path: Path) -> None:
    found = problems(opened(tmp_path, profile("p", "Patient", element("Patient.birthDate", max="*"))), "p")

    assert "allows * where its base allows 1" in found[0]


def test_a_minimum_above_the_maximum_is_told(tmp_path: Path) -> None:
    found = problems(opened(tmp_path, profile("p", "Patient", element("Patient.name", min=2, max="1"))), "p")

    assert "asks for at least 2 and allows at most 1" in found[0]


def test_a_missing_base_is_told_and_the_type_stands_in(tmp_path: Path) -> None:
    definitions = opened(tmp_path, profile("p", "Patient", element("Patient.name", min=1), base=OWN + "nowhere"))

    assert snapshot(definitions, "p")["Patient.name"]["min"] == 1
    assert OWN + "nowhere" in problems(definitions, "p")[0]


def test_profiles_based_on_each_other_end(tmp_path: Path) -> None:
    definitions = opened(tmp_path, profile("a", "Patient", base=OWN + "b"), profile("b", "Patient", base=OWN + "a"))

    assert "Patient.name" in snapshot(definitions, "a")
    assert problems(definitions, "a")


def test_a_profile_that_walks_into_itself_ends(tmp_path: Path) -> None:
    own = profile(
        "p",
        "Extension",
        element("Extension.extension", "again", type=[{"code": "Extension", "profile": [OWN + "p"]}]),
        element("Extension.extension.extension", max="0"),
    )

    assert "Extension.extension:again.extension" in snapshot(opened(tmp_path, own), "p")


def test_an_empty_differential_is_the_base(tmp_path: Path, r4: Definitions) -> None:
    patient = r4.structure(BASE + "Patient")
    assert patient is not None

    made = snapshot(opened(tmp_path, profile("p", "Patient")), "p")
    assert list(made) == [each["id"] for each in patient["snapshot"]["element"]]


GOOD = profile("good", "Patient")
"""A source without any good definition is refused as a whole."""


@pytest.mark.parametrize(
    "said",
    [{"min": "1"}, {"max": 1}, {"type": "Patient"}, {"constraint": [3]}, {"slicing": []}, {"binding": "x"}],
    ids=lambda said: next(iter(said)),
)
def test_a_misshapen_differential_ends_in_a_problem_or_is_used(tmp_path: Path, said: dict[str, object]) -> None:
    definitions = opened(tmp_path, GOOD, profile("p", "Patient", element("Patient.name", **said)))

    assert definitions.structure(OWN + "p") is not None or problems(definitions, "p")


@pytest.mark.parametrize("view", [[], {"element": {}}, {"element": ["x"]}, {"element": [{"path": 3}]}, "x"])
def test_a_misshapen_view_ends_in_a_problem_or_is_used(tmp_path: Path, view: object) -> None:
    definitions = opened(tmp_path, GOOD, profile("p", "Patient") | {"differential": view})

    assert definitions.structure(OWN + "p") is not None or problems(definitions, "p")


def test_a_snapshot_can_be_tried_for_a_definition_at_hand(r4: Definitions) -> None:
    made, good = r4.try_snapshot(profile("p", "Patient", element("Patient.name", min=1)))
    _, bad = r4.try_snapshot(profile("q", "Patient", element("Patient.shoeSize", min=1)))

    assert made is not None
    assert len(made["snapshot"]["element"]) > 40
    assert good == []
    assert "there is no such element" in str(bad[0])
    assert bad[0] not in r4.problems


def test_a_source_without_a_good_definition_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"holds no FHIR definition; .*json"):
        opened(tmp_path, profile("p", "Patient") | {"differential": "x"})
