"""What a fault did not change is the faithful node's: the exchange, and what was found in it.

Nothing is assumed. Every scenario is played to its end and every answer compared byte by byte with the faithful one.
Where all of them are the same the findings are, and where some are, an opinion on those alone is not formed twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from conformance.checks.judging import concluded, judge_one
from conformance.checks.remembering import Memory
from conformance.checks.weighing import Otherwise
from conformance.model.agreements import Requirement
from conformance.model.exchange import Exchange, Recording
from conformance.model.finding import Finding
from conformance.upkeep.kills.faithful import Faithful, alike
from conformance.upkeep.kills.remembering import Kept


class Comparison:
    """One faulty node beside the faithful one."""

    def __init__(self, faithful: Faithful, kept: Kept) -> None:
        self._faithful, self._kept = faithful, kept
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
        redacted = self._kept.redactor.redact(exchange)
        if before and alike(redacted, before):
            return before
        self.changed.append(exchange)
        return redacted

    def judge(self, recordings: Mapping[str, Recording]) -> tuple[Finding, ...]:
        """What is found, in the order of the plan."""
        before = self._faithful.recordings
        otherwise = {name: self._otherwise(now, before[name]) for name, now in recordings.items()}
        return tuple(
            self._found(was, planned.requirement, recordings.get(scenario), otherwise.get(scenario))
            for was, (scenario, planned) in zip(self._faithful.findings, self._faithful.plan.pairs(), strict=True)
        )

    def _otherwise(self, now: Recording, before: Recording) -> Otherwise | None:
        """How it went otherwise than at the faithful node; None where it must be judged anew as a whole."""
        return Otherwise.of(now, before) if self._faithful.said else None

    def _found(
        self, was: Finding, requirement: Requirement, recording: Recording | None, otherwise: Otherwise | None
    ) -> Finding:
        scenario = self._faithful.plan.scenarios[was.scenario]
        if otherwise is not None and otherwise.nothing:
            return was
        if recording is None or otherwise is None or recording.resting_on is not None or requirement.judged is None:
            return judge_one(requirement, scenario, recording, self._opine)
        before = self._kept.weighed(requirement, requirement.judged, scenario)
        now = otherwise.weighed(requirement.judged, before, self._opine)
        return was if now is before else concluded(requirement, scenario, recording, now.opinions)
