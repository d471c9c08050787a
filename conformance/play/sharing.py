"""Which scenarios several processes of a run may play at the same time, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.model.agreements import Scenario
from conformance.play.lockout import CONTROL
from conformance.play.place import Manner

_AT_THE_DOOR = ("door.", "plain.", "tls.")


def ahead(turns: Sequence[Scenario], *, acting: bool) -> list[str]:
    """What a second process may play, last things first: so the seed draws its order too. `acting`: whether it may make
    the node act; it cannot ask the person who began the run to do that."""
    return [one.id for one in reversed(turns) if acting or not waits(one)]


def waits(scenario: Scenario) -> bool:
    """Whether it makes the node act, or asks somebody to, and waits for it."""
    return any(step.operation.startswith("driver.") for step in scenario.steps)


def manner(scenario: Scenario) -> Manner:
    """How a scenario treats the node.

    A node that turns away who knocked would turn away a good request beside it, whose scenario could not know why,
    unless it looks after that itself; and what is waited for comes late when the node has other things to do.
    """
    if waits(scenario):
        return Manner.ALONE
    if not knocks(scenario):
        return Manner.QUIET
    controlled = any(step.given.get("purpose") == CONTROL for step in scenario.steps)
    return Manner.KNOCKING if controlled else Manner.ALONE


def knocks(scenario: Scenario) -> bool:
    """Whether it comes with something that a node must refuse: a certificate, a token, an assertion, a handshake."""
    return any(
        step.operation.startswith(_AT_THE_DOOR) or "token" in step.given or step.given.get("purpose") == "wrong"
        for step in scenario.steps
    )
