"""What scenarios ask about a patient's studies comes from the data set, of whichever patient was drawn."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.agreements import imaging
from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.drawing import Draw
from conformance.agreements.references import Dangling
from conformance.agreements.unrolling import Drawn, unrolled
from conformance.model.agreements import Json, Place, Scenario, Step
from conformance.model.words import Text

STUDIES = {
    "new": {"patient": "anna", "kind": "radiograph", "uid": "2.25.2", "date": "20260101", "time": "080000"},
    "old": {"patient": "anna", "kind": "clip", "uid": "2.25.1", "date": "20240101", "time": "080000"},
    "his": {"patient": "bram", "kind": "clip", "uid": "2.25.3", "date": "20250101", "time": "080000"},
}


def scenario(draws: dict[str, Json], given: dict[str, Json]) -> Scenario:
    place = Place("made")
    step = Step(name="step", operation="dicomweb.search-studies", given=given, place=place)
    return Scenario(
        id="made",
        title=Text("", ""),
        needs=(),
        endpoints=(),
        patients=(),
        steps=(step,),
        shows=(),
        place=place,
        draws=draws,
    )


def asked(draws: dict[str, Json], given: dict[str, Json], seed: str = "0") -> Json:
    drawn = Drawn(Draw(seed), {"images": ("anna", "bram")}, studies=imaging.by_patient(STUDIES))
    return unrolled(scenario(draws, given), drawn).steps[0].given


def test_a_study_is_named_by_kind_and_by_its_place_in_time() -> None:
    given = {
        "a": "{studies.anna.radiograph.uid}",
        "b": "{studies.anna.by-date.0.uid}",
        "c": "-{studies.anna.clip.date}",
    }
    assert asked({}, given) == {"a": "2.25.2", "b": "2.25.1", "c": "-20240101"}


def test_it_is_of_the_patient_who_was_drawn() -> None:
    draws = {"subject": {"patient": "images"}, "at": {"number": [0, 0]}}
    found = {
        (one["who"], one["uid"])
        for one in (
            asked(draws, {"who": "{subject}", "uid": "{studies.subject.by-date.{at}.uid}"}, str(seed))
            for seed in range(20)
        )
    }
    assert found == {("anna", "2.25.1"), ("bram", "2.25.3")}


def test_a_draw_may_name_an_earlier_one_and_a_key_what_was_drawn() -> None:
    draws = {"name": {"one": ["Modality"]}, "value": {"one": ["{name}!"]}}
    assert asked(draws, {"query": {"{name}": "{value}"}}) == {"query": {"Modality": "Modality!"}}


def test_a_study_that_is_not_there_is_told() -> None:
    with pytest.raises(Dangling):
        asked({}, {"a": "{studies.bram.radiograph.uid}"})


def test_every_patient_of_the_group_has_one_study_of_each_kind() -> None:
    catalogue = load_catalogue()
    kinds = {role: set(catalogue.imaging[role]) for role in catalogue.groups["images"]}
    assert len(kinds) > 2
    assert len({frozenset(one) for one in kinds.values()}) == 1


@given(seed=st.integers(0, 10**6), text=st.text("ABC0123456789", min_size=3, max_size=12))
@pytest.mark.parametrize(("at", "form"), [("begin", "*?"), ("end", "?*"), ("middle", "?*?")])
def test_a_pattern_fits_what_it_was_drawn_from(at: str, form: str, seed: int, text: str) -> None:
    pattern = Draw(str(seed)).pattern("what", text, at)
    assert fnmatchcase(text, pattern)
    assert pattern.count("*") == 1
    assert len(pattern) - 1 >= len(text) // 2
    assert (pattern[0] == "*", pattern[-1] == "*") == (form[0] == "*", form[-1] == "*")


@pytest.mark.parametrize("seed", [str(number) for number in range(8)])
def test_whom_the_node_file_does_not_name_is_drawn_only_when_nobody_else_is_left(seed: str) -> None:
    draws = {"subject": {"patient": "images"}, "other": {"patient": "images"}}
    drawn = Drawn(Draw(seed), {"images": ("anna", "bram", "dina")}, unnamed=frozenset({"anna", "dina"}))
    found = unrolled(scenario(draws, {"whom": ["{subject}", "{other}"]}), drawn).steps[0].given["whom"]
    assert found[0] == "bram"
    assert found[1] in ("anna", "dina")
