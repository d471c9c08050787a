"""Whose answer it is: of faults that share a node, the one that says the same when it is asked by itself.

What only handlers say can be asked again of a node that has one of the faults. Where each answer that changed is that
of one such node, and of all the others the faithful one, each node's own findings follow from these answers alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conformance.model.exchange import Exchange, Recording
from conformance.model.finding import Finding
from conformance.simulators.faults import Fault
from conformance.simulators.reference import pieces_of
from conformance.upkeep.kills.faithful import Faithful, unsigned
from conformance.upkeep.kills.indoors import FaithfulDoor, IndoorClient
from conformance.upkeep.kills.playing import Played, handler_with
from conformance.upkeep.kills.reach import asked_at, reach_of
from conformance.upkeep.kills.remembering import Source


def attributed(
    faults: Sequence[Fault], played: Played, faithful: Faithful, source: Source
) -> list[tuple[Finding, ...]] | None:
    """What is found under each of the faults; None when an answer is of several, or of none of them."""
    if played.listened or not _in_step(played.recordings, faithful.recordings):
        return None
    nodes = [_node(fault, faithful, source) for fault in faults]
    reached = reach_of(pieces_of(faults))
    whose: dict[str, int] = {}
    for exchange in played.comparison.changed:
        if asked_at(exchange) in reached:
            owners = _owners(exchange, nodes, faithful.said[exchange.id])
            if owners is None or len(owners) > 1:
                return None
            whose.update((exchange.id, owner) for owner in owners)
    return [
        played.comparison.judge(_own(number, whose, played.recordings, faithful.recordings))
        for number in range(len(faults))
    ]


def _in_step(now: Mapping[str, Recording], before: Mapping[str, Recording]) -> bool:
    """Whether everything was asked that the faithful node was asked, and nothing else."""
    return all(
        [one.id for one in recording.exchanges] == [one.id for one in before[name].exchanges]
        and (recording.state, recording.resting_on) == (before[name].state, before[name].resting_on)
        for name, recording in now.items()
    )


def _node(fault: Fault, faithful: Faithful, source: Source) -> IndoorClient:
    handler = handler_with([fault], faithful, source)
    return IndoorClient(faithful.plan.node, handler, FaithfulDoor(faithful, handler))


def _owners(exchange: Exchange, nodes: Sequence[IndoorClient], before: Exchange) -> list[int] | None:
    """Which nodes say what was said: none where a token was signed anew and nothing else differs. None when that can't
    be told, or a node says something else that is not faithful either."""
    if exchange.request is None or exchange.response is None or exchange.tls is None:
        return None
    faithful, said = unsigned(before.response), unsigned(exchange.response)
    answers = [unsigned(node.answer(exchange.request, exchange.tls.client, exchange.tls.version)) for node in nodes]
    owners = [number for number, answer in enumerate(answers) if answer == said != faithful]
    others = [answer for number, answer in enumerate(answers) if number not in owners]
    return owners if (owners or said == faithful) and all(answer == faithful for answer in others) else None


def _own(
    number: int, whose: Mapping[str, int], now: Mapping[str, Recording], before: Mapping[str, Recording]
) -> dict[str, Recording]:
    """The recordings of one fault: its own answers among faithful ones."""
    return {
        name: replace(
            recording,
            exchanges=tuple(
                own if whose.get(own.id) == number else was
                for own, was in zip(recording.exchanges, before[name].exchanges, strict=True)
            ),
        )
        for name, recording in now.items()
    }
