"""What faults cannot reach: a scenario that asks nothing of what stands behind them goes as at the faithful node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from conformance.model.exchange import Exchange, Recording
from conformance.simulators.faults import Hook, Piece
from conformance.upkeep.kills.faithful import Faithful

_TOKENS, _RECORDS, _IMAGES, _DOOR = "/oauth/token", "/fhir", "/dicomweb", ""
_EVERYWHERE = frozenset({_TOKENS, _RECORDS, _IMAGES, _DOOR})

_BEHIND: Mapping[Hook, frozenset[str]] = {
    Hook.FHIR: frozenset({_RECORDS}),
    Hook.RESOURCES: frozenset({_RECORDS}),
    Hook.RECORDS: frozenset({_RECORDS}),
    # A guard asks the token server, and what that server says opens the records.
    Hook.ACCESS: frozenset({_RECORDS, _TOKENS}),
    Hook.OAUTH: frozenset({_RECORDS, _TOKENS}),
    Hook.ASSERTION: frozenset({_RECORDS, _TOKENS}),
    Hook.IMAGES: frozenset({_IMAGES}),
    Hook.STUDIES: frozenset({_IMAGES}),
}
"""Where a node's handlers are mounted (see `Insides.handler`) that a hook stands before. A hook that is not here stands
before all of them, or at the door."""


def out_of_reach(pieces: Iterable[Piece], faithful: Faithful) -> dict[str, Recording]:
    """The recordings of the faithful node that these faults cannot have changed."""
    if not faithful.said:
        return {}
    reached = reach_of(pieces)
    return {name: kept for name, kept in faithful.recordings.items() if not reached & asked_in(kept, faithful.said)}


def reach_of(pieces: Iterable[Piece]) -> frozenset[str]:
    """Where what stands behind one of these is mounted; the door too, where that is everywhere."""
    return frozenset[str]().union(*(_BEHIND.get(piece.hook, _EVERYWHERE) for piece in pieces))


def asked_in(recording: Recording, said: Mapping[str, Exchange]) -> frozenset[str]:
    """What was asked in a scenario, by where it is mounted."""
    return frozenset(map(asked_at, (said[exchange.id] for exchange in recording.exchanges)))


def asked_at(exchange: Exchange) -> str:
    """Where what was asked is mounted."""
    return _mount(exchange.request.url) if exchange.request else _DOOR


@lru_cache(maxsize=8192)
def _mount(url: str) -> str:
    path = urlsplit(url).path
    return next((mount for mount in (_TOKENS, _RECORDS, _IMAGES) if path.startswith(mount)), _DOOR)
