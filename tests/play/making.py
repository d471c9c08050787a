"""Plans for tests of playing: a few steps against a server of our own."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.model.agreements import Json, Place, Scenario, Step
from conformance.model.node import Node
from conformance.model.plan import Plan, Selection
from conformance.model.words import Text

PLACE = Place("scenarios/test.yaml", 3, 5)
Given = Mapping[str, Json]


def scenario(name: str, *steps: tuple[str, str, Given]) -> Scenario:
    """A scenario of (step, operation, with)."""
    made = tuple(Step(name=step, operation=operation, given=given, place=PLACE) for step, operation, given in steps)
    return Scenario(
        id=name, title=Text("t", "t"), needs=(), endpoints=(), patients=(), steps=made, shows=(), place=PLACE
    )


def plan(node: Node, *scenarios: Scenario) -> Plan:
    """A plan of just these scenarios."""
    known = {each.id: each for each in scenarios}
    return Plan(
        node=node,
        profiles=(),
        scenarios=known,
        excluded=(),
        selection=Selection(),
        seed="0",
        thorough=False,
        digest="sha256:0",
    )
