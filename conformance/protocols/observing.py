"""What an operation saw, before a scenario and step give it a name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from conformance.model.agreements import Json
from conformance.model.exchange import Direction, Flight, Outcome, Request, Response, TlsSession, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One exchange as it came off the wire: raw, unredacted, not yet named.

    `operation` and `given` are filled only when they differ from the step's own, as with calls received from the node.
    """

    outcome: Outcome
    started: str
    duration_ms: int = 0
    direction: Direction = Direction.SENT
    trouble: Trouble | None = None
    request: Request | None = None
    response: Response | None = None
    tls: TlsSession | None = None
    flight: Flight | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    operation: str = ""
    given: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """What an operation gives back: what was said, and named values that later steps may use."""

    observed: tuple[Observed, ...]
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """The times a run reads; tests put their own in."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def stamp(self) -> str:
        """Now, as ISO 8601 in UTC with milliseconds."""
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


SYSTEM_CLOCK = Clock()


class Gate(Protocol):
    """Lets one call through when politeness allows it."""

    def turn(self) -> AbstractContextManager[None]:
        """Wait for a turn; the turn ends with the block."""
        ...


class OpenGate:
    """A gate that is always open."""

    def turn(self) -> AbstractContextManager[None]:
        """A turn without waiting."""
        return nullcontext()


def unplayed(clock: Clock, trouble: Trouble) -> Observed:
    """An exchange that never began, and why."""
    return Observed(outcome=Outcome.NOT_PLAYED, started=clock.stamp(), trouble=trouble)
