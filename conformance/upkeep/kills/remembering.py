"""What is kept over all faults: what the source answers from the untouched data set, what was read and what was said.

The records never change and the edition is one for all nodes, so the same question has the same answer (`Edition`).
Only what stands behind guard and faults is kept: every call still goes through both. Each gets an answer of its own,
made anew from what was kept, so that a fault may change it.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from conformance.checks.remembering import Memory
from conformance.checks.weighing import Weighed, weighed
from conformance.model.agreements import Judged, Requirement, Scenario
from conformance.model.exchange import Recording
from conformance.play.preflight import known_roles
from conformance.recordings.redaction import Redactor
from conformance.simulators.fhir.reply import FhirActor, Reply, Resource, written
from conformance.simulators.fhir.source import bgz_records
from conformance.simulators.fhir.store import Store
from conformance.simulators.http import Call
from conformance.upkeep.kills.faithful import Faithful


class Source:
    """The answers of one edition, and how they are written."""

    def __init__(self) -> None:
        self._replies: dict[tuple[object, ...], bytes] = {}
        self._written: dict[tuple[bytes, bool], bytes] = {}

    def records(self, store: Store) -> FhirActor:
        """Like `bgz_records` of this store; refusals are made anew."""
        answers = bgz_records(store)

        def act(call: Call) -> Reply:
            question = (call.method, call.path, call.query, call.header("content-type"), call.body, call.base)
            if question not in self._replies:
                self._replies[question] = pickle.dumps(answers(call))
            reply: Reply = pickle.loads(self._replies[question])  # noqa: S301 - our own, of a line before
            return reply

        return act

    def write(self, resource: Resource, xml: bool) -> bytes:
        """Like `written`."""
        content = pickle.dumps(resource), xml
        if content not in self._written:
            self._written[content] = written(resource, xml)
        return self._written[content]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept over all faults beside one faithful node."""

    memory: Memory
    """What was said of the faithful exchanges."""
    redactor: Redactor
    """Remembers what it read before; the pseudonyms are those of the faithful node."""
    recordings: Mapping[str, Recording]
    """Of the faithful node."""
    source: Source = field(default_factory=Source)
    _weighed: dict[tuple[str, str], Weighed] = field(default_factory=dict)

    @classmethod
    def of(cls, faithful: Faithful) -> Self:
        """For faults beside this node."""
        exchanges = (one for recording in faithful.recordings.values() for one in recording.exchanges)
        redactor = Redactor(known_roles(faithful.plan.node), faithful.key)
        return cls(Memory(of=exchanges), redactor, faithful.recordings)

    def weighed(self, requirement: Requirement, judged: Judged, scenario: Scenario) -> Weighed:
        """What was said of the faithful node, case by case; each requirement of the plan is asked for by its id."""
        at = scenario.id, requirement.id
        if at not in self._weighed:
            self._weighed[at] = weighed(judged, scenario, self.recordings[scenario.id], self.memory)
        return self._weighed[at]
