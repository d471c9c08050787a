"""A faulty node, played beside the faithful one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from conformance.checks.remembering import Memory
from conformance.model.exchange import Recording
from conformance.model.finding import Finding
from conformance.simulators.driver import Driver
from conformance.simulators.faults import Fault, Hook
from conformance.simulators.insides import Insides
from conformance.simulators.reference import ReferenceNode, pieces_of
from conformance.upkeep.kills.comparing import Comparison
from conformance.upkeep.kills.faithful import Faithful, play
from conformance.upkeep.kills.indoors import Door, FaithfulDoor, IndoorSession, SocketDoor, UnmetError
from conformance.upkeep.kills.remembering import Source

BY_ITSELF = frozenset({Hook.ASKING, Hook.TRUST})
"""Where a fault takes hold of what the node asks by itself."""
AT_THE_DOOR = BY_ITSELF | {Hook.TLS, Hook.HELLO}
"""Where a fault takes hold of what is no handler: what the node asks, and the door."""


def findings_with(faults: Sequence[Fault], faithful: Faithful, memory: Memory, source: Source) -> tuple[Finding, ...]:
    """What is found at a node with these faults, in the order of the plan. What they lead to that the faithful node was
    never asked is asked of a node that listens, and so is everything anew."""
    comparison, pieces = Comparison(faithful, memory), pieces_of(faults)
    listens = bool(AT_THE_DOOR & {piece.hook for piece in pieces})
    try:
        recordings = _played(faults, faithful, comparison, source, listens=listens)
    except UnmetError:
        recordings = _played(faults, faithful, comparison, source, listens=True)
    return comparison.judge(recordings)


def _played(
    faults: Sequence[Fault], faithful: Faithful, comparison: Comparison, source: Source, *, listens: bool
) -> dict[str, Recording]:
    plan, pieces = faithful.plan, pieces_of(faults)
    token_url = plan.node.endpoints["oauth"].url
    inside = Insides(faithful.pki, pieces, lambda: token_url, faithful.edition, source.records, source.write)
    handler = inside.handler(Driver({"view-images": lambda _: None}).handler)
    with ExitStack() as held:
        remembered = FaithfulDoor(faithful, handler)
        door: Door = remembered
        asks = not remembered.takes_orders()
        if listens or asks:
            node = held.enter_context(ReferenceNode(plan.node.release, faults, pki=faithful.pki))
            door = SocketDoor(faithful, node.url, asks=asks or bool(BY_ITSELF & {piece.hook for piece in pieces}))
            held.callback(door.close)
        session = IndoorSession(plan.node, handler, door)
        return play(plan, session, comparison.redact, door.opened)
