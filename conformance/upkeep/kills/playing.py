"""A faulty node, played beside the faithful one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property

from conformance.model.exchange import Recording
from conformance.model.finding import Finding
from conformance.simulators.driver import Driver
from conformance.simulators.faults import Fault, Hook
from conformance.simulators.http import Handler
from conformance.simulators.insides import Insides
from conformance.simulators.reference import ReferenceNode, pieces_of
from conformance.upkeep.kills.comparing import Comparison
from conformance.upkeep.kills.faithful import Faithful, play
from conformance.upkeep.kills.indoors import Door, FaithfulDoor, IndoorSession, SocketDoor, UnmetError
from conformance.upkeep.kills.reach import out_of_reach
from conformance.upkeep.kills.remembering import Kept, Source

BY_ITSELF = frozenset({Hook.ASKING, Hook.TRUST})
"""Where a fault takes hold of what the node asks by itself."""
AT_THE_DOOR = BY_ITSELF | {Hook.TLS, Hook.HELLO}
"""Where a fault takes hold of what is no handler: what the node asks, and the door."""


@dataclass(frozen=True, kw_only=True)
class Played:
    """What was said at a node with faults."""

    comparison: Comparison
    recordings: Mapping[str, Recording]
    listened: bool
    """Whether it was started and knocked at."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is found there, in the order of the plan."""
        return self.comparison.judge(self.recordings)


def played_with(faults: Sequence[Fault], faithful: Faithful, kept: Kept) -> Played:
    """Play a node with these faults. What they lead to that the faithful node was never asked is asked of a node that
    listens, and so is everything anew."""
    try:
        return _played(faults, faithful, kept, listening=listens(faults))
    except UnmetError:
        return _played(faults, faithful, kept, listening=True)


def listens(faults: Sequence[Fault]) -> bool:
    """Whether a node with these faults has to listen, since handlers alone do not show them."""
    return bool(AT_THE_DOOR & {piece.hook for piece in pieces_of(faults)})


def findings_with(faults: Sequence[Fault], faithful: Faithful, kept: Kept) -> tuple[Finding, ...]:
    """What is found at a node with these faults, in the order of the plan."""
    return played_with(faults, faithful, kept).findings


def handler_with(faults: Sequence[Fault], faithful: Faithful, source: Source) -> Handler:
    """What answers at a node with these faults, behind its door."""
    token_url = faithful.plan.node.endpoints["oauth"].url
    inside = Insides(faithful.pki, pieces_of(faults), lambda: token_url, faithful.edition, source.records, source.write)
    return inside.handler(Driver({"view-images": lambda _: None}).handler)


def _played(faults: Sequence[Fault], faithful: Faithful, kept: Kept, *, listening: bool) -> Played:
    plan, pieces, comparison = faithful.plan, pieces_of(faults), Comparison(faithful, kept)
    handler = handler_with(faults, faithful, kept.source)
    with ExitStack() as held:
        remembered = FaithfulDoor(faithful, handler)
        door: Door = remembered
        asks = not remembered.takes_orders()
        if listening or asks:
            node = held.enter_context(ReferenceNode(plan.node.release, faults, pki=faithful.pki))
            door = SocketDoor(faithful, node.url, asks=asks or bool(BY_ITSELF & {piece.hook for piece in pieces}))
            held.callback(door.close)
        session = IndoorSession(plan.node, handler, door)
        recordings = play(plan, session, comparison.redact, door.opened, out_of_reach(pieces, faithful))
    return Played(comparison=comparison, recordings=recordings, listened=door is not remembered)
