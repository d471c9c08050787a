"""Whether scenarios and requirements meet: every selector finds a step, every step is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.agreements.catalogue import Catalogue
from conformance.agreements.problems import Problem, quoted, same
from conformance.agreements.scenes import templates_of
from conformance.checks import membership
from conformance.model.agreements import Requirement, Scenario, Selector, Step
from conformance.model.words import Text

WAITING = "counterpart.calls"
STARTING = "driver.start"
"""A driver's start is looked at through the calls it brings about."""


def problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Requirements nothing shows, selectors that find nothing, steps nobody looks at."""
    for requirement in catalogue.requirements.values():
        if requirement.automatic and not catalogue.shown_by(requirement.id):
            expected = Text("een scenario dat de eis toont", "a scenario that shows the requirement")
            step = Text("Noem de eis in 'shows' van een scenario.", "Name it in 'shows' of a scenario.")
            field = f"requirements/{requirement.id}"
            yield Problem(requirement.place, field, expected, Text("geen", "none"), step)
    for scenario in catalogue.whole_scenarios:
        shown = [catalogue.requirements[name] for name in scenario.shows]
        for requirement in shown:
            yield from _selectors_find(scenario, requirement)
        yield from _unseen(scenario, shown)


def _selectors_find(scenario: Scenario, requirement: Requirement) -> Iterator[Problem]:
    if requirement.judged is None:
        expected = Text("eisen met een oordeel", "requirements with a judgement")
        step = Text("Haal de eis weg uit 'shows'.", "Remove it from 'shows'.")
        yield Problem(scenario.place, "shows", expected, same(requirement.id), step)
        return
    for name, selector in requirement.judged.on.items():
        if not matching(scenario, selector):
            field = f"shows/{requirement.id}"
            expected = Text(f"een stap die '{name}' van het oordeel vindt", f"a step for the judgement's '{name}'")
            step = Text(
                "Voeg zo'n stap toe, of haal de eis weg uit 'shows'.", "Add such a step, or remove it from 'shows'."
            )
            yield Problem(scenario.place, field, expected, _described(selector), step)


def matching(scenario: Scenario, selector: Selector) -> tuple[Step, ...]:
    """The steps whose exchanges a selector takes; calls received from the node come out of the waiting steps."""
    if selector.given.get("received"):
        return tuple(step for step in scenario.steps if step.operation == WAITING)
    return tuple(membership.matching(scenario.steps, selector))


def _described(selector: Selector) -> Text:
    return quoted(f"{selector.operation} {dict(selector.given)}" if selector.given else selector.operation, 120)


def _unseen(scenario: Scenario, shown: list[Requirement]) -> Iterator[Problem]:
    """Steps that no judgement looks at and from which no later step takes a value."""
    selectors = [selector for each in shown if each.judged for selector in each.judged.on.values()]
    seen = {step.name for selector in selectors for step in matching(scenario, selector)}
    used = {source for step in scenario.steps for source, _ in templates_of(dict(step.given))}
    waits = any(step.operation == WAITING for step in scenario.steps)
    for step in scenario.steps:
        if step.name in seen or step.name in used or (step.operation == STARTING and waits):
            continue
        expected = Text("een stap die een eis of latere stap gebruikt", "a step that a requirement or later step uses")
        next_step = Text(
            "Haal de stap weg of noem de eis in 'shows'.", "Remove the step or name the requirement in 'shows'."
        )
        yield Problem(step.place, f"steps/{step.name}", expected, same(step.operation), next_step)
