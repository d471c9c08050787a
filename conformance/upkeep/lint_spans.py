"""Whether spans are played and requirements judged over them: every value has a step, every member its good request."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.agreements import imaging
from conformance.agreements.catalogue import Catalogue
from conformance.agreements.drawing import Draw
from conformance.agreements.problems import Problem, near, quoted, same
from conformance.agreements.unrolling import Drawn, unrolled
from conformance.checks.membership import is_of, matching, members, value_of
from conformance.model.agreements import MEMBER, Judged, Place, Requirement, Scenario, Step
from conformance.model.words import Text

SEEDS = tuple("01234567")
"""Plans that are looked at beside the one that plays everything."""


def problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Spans nobody plays; requirements over what their scenarios do not carry or have no good request beside."""
    played = {step.across.span.id for one in catalogue.scenarios.values() for step in one.steps if step.across}
    for span in catalogue.spans.values():
        if span.id not in played:
            expected = Text("een scenario dat het bereik speelt", "a scenario that plays the span")
            step = Text("Noem het in 'across' van een stap.", "Name it in 'across' of a step.")
            yield Problem(span.place, "span", expected, Text("geen", "none"), step)
    shown: dict[str, list[Scenario]] = {}
    for scenario in catalogue.scenarios.values():
        drawn = [
            unrolled(
                scenario,
                Drawn(Draw(seed), catalogue.groups, studies=imaging.completed(catalogue.studies, catalogue.groups)),
            )
            for seed in SEEDS
        ]
        for name in scenario.shows:
            requirement = catalogue.requirements[name]
            shown.setdefault(name, []).append(drawn[0])
            yield from _carried(drawn[0], requirement)
            for one in drawn:
                yield from _beside(one, requirement)
    for name, scenarios in shown.items():
        yield from _somewhere(catalogue.requirements[name], scenarios)


def _carried(scenario: Scenario, requirement: Requirement) -> Iterator[Problem]:
    """Every step that a requirement over members looks at is of one: it has a dimension, and with it all that others of
    its kind have in this scenario."""
    judged = requirement.judged
    if judged is None or not judged.over:
        return
    steps = [(step, set(value_of(step.given, judged.over))) for step in _first(judged, scenario)]
    for step, own in steps:
        meant = own.union(*(other for _, other in steps if other & own)) if own else set(judged.over)
        for missing in sorted(meant - own):
            yield _lacks(step.place, f"shows/{requirement.id}", requirement, missing, [step])


def _somewhere(requirement: Requirement, scenarios: list[Scenario]) -> Iterator[Problem]:
    """Every dimension a requirement is judged over stands in the steps of one of its scenarios."""
    judged = requirement.judged
    if judged is None:
        return
    steps = [step for scenario in scenarios for step in _first(judged, scenario)]
    for missing in judged.over:
        if steps and not any(value_of(step.given, (missing,)) for step in steps):
            field = f"requirements/{requirement.id}/judged/over"
            yield _lacks(requirement.place, field, requirement, missing, steps)


def _first(judged: Judged, scenario: Scenario) -> Iterator[Step]:
    return matching(scenario.steps, next(iter(judged.on.values())))


def _lacks(place: Place, field: str, requirement: Requirement, missing: str, steps: list[Step]) -> Problem:
    known = {name: 0 for step in steps for name in (*step.given.get(MEMBER, {}), *step.given)}
    expected = Text(f"stappen met '{missing}', voor {requirement.id}", f"steps with '{missing}', for {requirement.id}")
    return Problem(place, field, expected, quoted(steps[0].name), near(missing, known))


def _beside(scenario: Scenario, requirement: Requirement) -> Iterator[Problem]:
    """Every member has the exchanges that its judgement stands it beside, whatever was drawn."""
    judged = requirement.judged
    if judged is None or not judged.over:
        return
    for name, selector in list(judged.on.items())[1:]:
        steps = list(matching(scenario.steps, selector))
        for member in members(judged, scenario):
            if not any(is_of(step.given, member, selector) for step in steps):
                expected = Text(f"een stap voor '{name}' bij elk geval", f"a step for '{name}' beside every member")
                step = Text(
                    "Speel die stap met 'draw: all', of noem 'same'.",
                    "Play that step with 'draw: all', or name 'same'.",
                )
                found = same(" ".join(member.values()))
                yield Problem(scenario.place, f"shows/{requirement.id}", expected, found, step)
                return
