"""Spans that nobody plays, and requirements over what their scenarios do not show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.upkeep.lint_spans import problems
from tests.agreements.making import agreements, write
from tests.agreements.test_unrolling import SCENARIO, SPAN, made

STEPS = """\
  - shut: fhir.search
    across: every-door
    with: { path: "{door}", format: json }
  - open: fhir.search
    across: every-door
    with: { path: "{door}", format: xml, about: control }
"""


def judged(folder: Path, over: str = "[door, form]", beside: str = "every-door") -> Catalogue:
    steps = STEPS[::-1].replace("every-door"[::-1], beside[::-1], 1)[::-1]
    scenario = f"scenario: knock\ntitle: {{ nl: Kloppen, en: Knock }}\nsteps:\n{steps}shows: [DOOR-01, DOOR-03]\n"
    agreements(folder)
    file = folder / "profiles/pact/requirements/doors.yaml"
    text, old = file.read_text(encoding="utf-8"), "on: { operation: fhir.search, given: { format: json } }"
    new = f"over: {over}\n      on: {{ shut: {{ operation: fhir.search, given: {{ format: json }} }}, "
    file.write_text(
        text.replace(old, new + "open: { operation: fhir.search, given: { about: control } } }"), encoding="utf-8"
    )
    write(folder / "profiles/spans/every-door.yaml", SPAN.split("never:")[0] + "draw: pairs\n")
    write(folder / "scenarios/doors/knock.yaml", scenario)
    return load_catalogue(folder)


def told(catalogue: Catalogue) -> list[str]:
    return [problem.text.en for problem in problems(catalogue)]


def test_a_span_that_no_scenario_plays_is_told(tmp_path: Path) -> None:
    catalogue = made(tmp_path, SPAN, SCENARIO.replace("every-door", "few-doors").replace("{how.path}", "{door}"))
    assert any("a scenario that plays the span" in sentence for sentence in told(catalogue))


def test_a_dimension_that_no_step_carries_is_told(tmp_path: Path) -> None:
    assert any("expected steps with 'house', for DOOR-01" in one for one in told(judged(tmp_path, "[door, house]")))


def test_a_step_that_lacks_a_dimension_of_its_like_is_told(tmp_path: Path) -> None:
    """Otherwise a member would be judged by another name, beside what is not its like."""
    catalogue = judged(tmp_path, "[door, about]", "{ span: every-door, draw: all }")
    knock = catalogue.scenarios["knock"]
    labelled = replace(knock.steps[0], name="other", given={**knock.steps[0].given, "about": "x"})
    odd = replace(catalogue, scenarios={"knock": replace(knock, steps=(*knock.steps, labelled))})
    assert any("expected steps with 'about', for DOOR-01" in one for one in told(odd))


@pytest.mark.parametrize(("beside", "fits"), [("{ span: every-door, draw: all }", True), ("every-door", False)])
def test_a_member_without_its_good_request_is_told(tmp_path: Path, beside: str, *, fits: bool) -> None:
    sentences = told(judged(tmp_path, "[door, how, form]", beside))
    assert ("a step for 'open' beside every member" in " ".join(sentences)) is not fits
