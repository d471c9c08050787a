"""Whether spans are played and requirements judged over them: every value has a step, every member its good request."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.agreements import imaging
from conformance.agreements.catalogue import Catalogue
from conformance.agreements.drawing import Draw
from conformance.agreements.problems import Problem, near, quoted, same
from conformance.agreements.unrolling import Drawn, unrolled
from conformance.checks.membership import is_of, matching, members, value_of
from conformance.model.agreements import Requirement, Scenario
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
            yield from _carried(drawn[0], requirement)
            for one in drawn:
                yield from _beside(one, requirement)


def _carried(scenario: Scenario, requirement: Requirement) -> Iterator[Problem]:
    """Every dimension a requirement is judged over stands in the steps it looks at."""
    judged = requirement.judged
    if judged is None or not judged.over:
        return
    first = next(iter(judged.on.values()))
    for step in matching(scenario.steps, first):
        carried = value_of(step.given, judged.over)
        for missing in (name for name in judged.over if name not in carried):
            known = {**dict(step.given.get("member", {})), **dict(step.given)}
            expected = Text(
                f"stappen met '{missing}', voor {requirement.id}", f"steps with '{missing}', for {requirement.id}"
            )
            yield Problem(step.place, f"shows/{requirement.id}", expected, quoted(step.name), near(missing, known))


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
