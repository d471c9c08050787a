"""What a fault did not change is the faithful node's: the exchange, and what was found in it.

Nothing is assumed. Every scenario is played to its end and every answer compared byte by byte with the faithful one.
Where all of them are the same the findings are, and where some are, an opinion on those alone is not formed twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from conformance.checks.judging import judge_one
from conformance.checks.remembering import Memory
from conformance.model.exchange import Exchange, Recording
from conformance.model.finding import Finding
from conformance.upkeep.kills.faithful import Faithful, alike
from conformance.upkeep.kills.remembering import Kept


class Comparison:
    """One faulty node beside the faithful one."""

    def __init__(self, faithful: Faithful, kept: Kept) -> None:
        self._faithful, self._redactor = faithful, kept.redactor
        # Some of this node's answers may be judged again by themselves.
        self._opine = partial(kept.memory, beyond=Memory())
        exchanges = (one for recording in faithful.recordings.values() for one in recording.exchanges)
        self._redacted = {one.id: one for one in exchanges}
        self.changed: list[Exchange] = []
        """What differs from the faithful node, as it was said."""

    def redact(self, exchange: Exchange) -> Exchange:
        """The exchange redacted; the faithful one itself when nothing differs, or nothing that is kept."""
        said = self._faithful.said.get(exchange.id)
        before = self._redacted[exchange.id] if said else None
        if said and before and alike(exchange, said):
            return before
        redacted = self._redactor.redact(exchange)
        if before and alike(redacted, before):
            return before
        self.changed.append(exchange)
        return redacted

    def judge(self, recordings: Mapping[str, Recording]) -> tuple[Finding, ...]:
        """What is found, in the order of the plan."""
        plan = self._faithful.plan
        same = {name for name, recording in recordings.items() if self._is_faithful(recording)}
        return tuple(
            before
            if scenario in same
            else judge_one(planned.requirement, plan.scenarios[scenario], recordings.get(scenario), self._opine)
            for before, (scenario, planned) in zip(self._faithful.findings, plan.pairs(), strict=True)
        )

    def _is_faithful(self, recording: Recording) -> bool:
        """Whether each exchange is the very one of the faithful node (see `redact`), and all are there."""
        before = self._faithful.recordings[recording.scenario]
        ended = recording.state is before.state and recording.resting_on == before.resting_on
        pairs = zip(recording.exchanges, before.exchanges, strict=False)
        return ended and len(recording.exchanges) == len(before.exchanges) and all(one is two for one, two in pairs)
