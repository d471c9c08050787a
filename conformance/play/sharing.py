"""Which scenarios several processes of a run may play at the same time, and which they take first."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.model.agreements import Scenario

_AT_THE_DOOR = ("door.", "plain.", "tls.")
_HANDSHAKES = (*_AT_THE_DOOR, "oauth.")
"""What begins with a connection of its own; that takes as long as three calls over one that is open."""


def longest_first(scenarios: Iterable[Scenario]) -> list[str]:
    """What any process can play: who makes the node act may have to ask the person who began the run."""
    free = (one for one in scenarios if not waits(one))
    return [one.id for one in sorted(free, key=_length, reverse=True)]


def waits(scenario: Scenario) -> bool:
    """Whether it makes the node act, or asks somebody to, and waits for it."""
    return any(step.operation.startswith("driver.") for step in scenario.steps)


def alone(scenario: Scenario) -> bool:
    """Whether it has the node for itself. A node that turns away who knocked would turn away a good request beside it,
    whose scenario could not know why; and what is waited for comes late when the node has other things to do."""
    return knocks(scenario) or waits(scenario)


def knocks(scenario: Scenario) -> bool:
    """Whether it comes with something that a node must refuse: a certificate, a token, an assertion, a handshake."""
    return any(
        step.operation.startswith(_AT_THE_DOOR) or "token" in step.given or step.given.get("purpose") == "wrong"
        for step in scenario.steps
    )


def _length(scenario: Scenario) -> int:
    return sum(3 if step.operation.startswith(_HANDSHAKES) else 1 for step in scenario.steps)
