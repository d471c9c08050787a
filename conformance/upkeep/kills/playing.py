"""A faulty node, played beside the faithful one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from conformance.model.finding import Finding
from conformance.simulators.driver import Driver
from conformance.simulators.faults import Fault, Hook
from conformance.simulators.insides import Insides
from conformance.simulators.reference import ReferenceNode, pieces_of
from conformance.upkeep.kills.comparing import Comparison, Memory
from conformance.upkeep.kills.faithful import Faithful, play
from conformance.upkeep.kills.indoors import Door, FaithfulDoor, IndoorSession, SocketDoor
from conformance.upkeep.kills.remembering import Source

BY_ITSELF = frozenset({Hook.ASKING, Hook.TRUST})
"""Where a fault takes hold of what the node asks by itself."""
AT_THE_DOOR = BY_ITSELF | {Hook.TLS, Hook.HELLO}
"""Where a fault takes hold of what is no handler: what the node asks, and the door."""


def findings_with(faults: Sequence[Fault], faithful: Faithful, memory: Memory, source: Source) -> tuple[Finding, ...]:
    """What is found at a node with these faults, in the order of the plan."""
    plan, pieces = faithful.plan, pieces_of(faults)
    token_url = plan.node.endpoints["oauth"].url
    inside = Insides(faithful.pki, pieces, lambda: token_url, faithful.edition, source.records, source.write)
    handler = inside.handler(Driver({"view-images": lambda _: None}).handler)
    comparison = Comparison(faithful, memory)
    with ExitStack() as held:
        remembered = FaithfulDoor(faithful, handler)
        door: Door = remembered
        hooks, asks = {piece.hook for piece in pieces}, not remembered.takes_orders()
        if AT_THE_DOOR & hooks or asks:
            node = held.enter_context(ReferenceNode(plan.node.release, faults, pki=faithful.pki))
            door = SocketDoor(faithful, node.url, asks=asks or bool(BY_ITSELF & hooks))
            held.callback(door.close)
        session = IndoorSession(plan.node, handler, door)
        return comparison.judge(play(plan, session, comparison.redact, door.opened))
