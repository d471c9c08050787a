"""What a run on a faulty node would have concluded, and the exit code it would have ended with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conformance.model.exchange import Recording
from conformance.model.finding import Finding
from conformance.model.run import Digests, Run
from conformance.model.words import Conclusion, RunState
from conformance.reporting.decide import decide
from conformance.reporting.exits import Exit, exit_code
from conformance.reporting.serving import unserved
from conformance.upkeep.kills.faithful import Faithful


@dataclass(frozen=True, slots=True)
class Ending:
    """The exit code, and what each profile comes to."""

    code: Exit
    conclusions: Mapping[str, Conclusion] = field(default_factory=dict)

    def otherwise(self, than: Ending) -> dict[str, str]:
        """The profiles that come to something else than they do there."""
        return {
            profile: str(conclusion)
            for profile, conclusion in self.conclusions.items()
            if conclusion is not than.conclusions.get(profile)
        }


def ending(faithful: Faithful, findings: Sequence[Finding], recordings: Mapping[str, Recording]) -> Ending:
    """How a run ends that found this at a node of the faithful one's plan, on the day that one was played."""
    started = next(one.started for each in faithful.recordings.values() for one in each.exchanges)
    run = Run(
        id="",
        started=started,
        finished=started,
        state=RunState.FINISHED,
        suite="",
        release=faithful.plan.node.release,
        digests=Digests(suite="", agreements="", data=""),
        released=True,
        seed=faithful.plan.seed,
    )
    served = unserved(faithful.plan, recordings)
    decisions = decide(faithful.plan, findings, run, faithful.attestations, unserved=served)
    return Ending(exit_code(decisions, findings, run), {one.profile: one.conclusion for one in decisions})
