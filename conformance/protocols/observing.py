"""What an operation saw, before a scenario and step give it a name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
class Arrived:
    """What a counterpart saw of the node: its calls, how often it knocked (began a TLS handshake), how often it asked
    without TLS, and how many connections were still open at the end on which it had asked nothing."""

    calls: tuple[Observed, ...]
    knocks: int
    in_clear: int
    lingering: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """What an operation gives back: what was said, and named values that later steps may use."""

    observed: tuple[Observed, ...]
    values: Mapping[str, Json] = field(default_factory=dict)


def _steady() -> float:
    """Seconds that nobody can set; like the wall clock they go on while the machine sleeps, where the platform can."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(frozen=True, slots=True)
class Clock:
    """The times a run reads; tests put their own in. `steady` is the clock against which jumps of `now` are seen."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    steady: Callable[[], float] = _steady

    def stamp(self) -> str:
        """Now, as ISO 8601 in UTC with milliseconds."""
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


SYSTEM_CLOCK = Clock()
JUMP_S = 2
"""A wall clock that is so much off against the steady one was set; what only drifts or is slewed stays far below."""


class Watch:
    """Sees whether the wall clock jumps, from its making on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begin = self._ahead()
        self.worst_s = 0
        """The largest jump seen so far: setting the clock back does not undo what was told and done meanwhile."""

    def off_s(self) -> int:
        """How many seconds the wall clock is now ahead of where it would have been (negative: behind); 0 for none."""
        off = self._ahead() - self._begin
        seen = round(off) if abs(off) > JUMP_S else 0
        self.worst_s = max(self.worst_s, seen, key=abs)
        return seen

    def moments(self) -> tuple[datetime, ...]:
        """What the time may be, likeliest first: what the clock says, and after a jump also what it would have said."""
        now, off = self._clock.now(), self.off_s()
        return (now, now - timedelta(seconds=off)) if off else (now,)

    def jumped_since(self, off_s: int) -> bool:
        """Whether the clock jumped since it was so far off."""
        return abs(self.off_s() - off_s) > JUMP_S

    def _ahead(self) -> float:
        """The difference of the two clocks, read again when the process was held up between them."""
        while True:
            before, now = self._clock.steady(), self._clock.now()
            if self._clock.steady() - before < JUMP_S / 4:
                return now.timestamp() - before


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
