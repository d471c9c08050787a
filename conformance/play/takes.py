"""One scenario's recording while it is made: what comes is redacted at once, and nothing of a stranger is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from conformance.model.exchange import Exchange, Recording
from conformance.model.words import RunState
from conformance.play.scenes import resting_on, without_content
from conformance.protocols.troubles import trouble
from conformance.recordings.identities import StrangerAlarm


@dataclass(slots=True, kw_only=True)
class Take:
    """The exchanges of a scenario so far. `ladder` is the run's preflight, where there was one."""

    scenario: str
    redact: Callable[[Exchange], Exchange]
    ladder: Recording | None = None
    run: str = ""
    exchanges: list[Exchange] = field(default_factory=list)

    def fill(self, playing: Iterable[Exchange]) -> None:
        """Take what is played to its end; StrangerAlarm ends it, once it is kept that this happened."""
        for exchange in playing:
            self.exchanges.append(self._redacted(exchange))

    def recording(self, state: RunState) -> Recording:
        """What was taken so far, as the recording."""
        exchanges = tuple(one if one.run == self.run else replace(one, run=self.run) for one in self.exchanges)
        rests = resting_on(exchanges, self.ladder) if self.ladder is not None else None
        return Recording(scenario=self.scenario, exchanges=exchanges, state=state, resting_on=rests, run=self.run)

    def _redacted(self, exchange: Exchange) -> Exchange:
        try:
            return self.redact(exchange)
        except StrangerAlarm as alarm:
            facts = {"strangers": alarm.count, "where": alarm.where}
            self.exchanges.append(without_content(exchange, trouble("stranger"), facts))
            raise
