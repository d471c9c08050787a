"""What every reader of a form shares: the screen, the addresses, the question, and a budget of work."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.recordings.redaction.addresses import Addresses
from conformance.recordings.redaction.fhir import FhirRules
from conformance.recordings.redaction.screen import Screen
from conformance.recordings.tally import Tally

MOST_BYTES = 32 * 1024 * 1024
"""A body longer than this is not read."""

MOST_VALUES = 500_000
"""A body with more members, elements and attributes than this is not read to its end. Work is counted, not time."""


class OverBudgetError(Exception):
    """Reading a body would cost more work than it may."""


@dataclass(slots=True)
class Reading:
    """One body being read. `place` says which body; `telling` that it tells of an error."""

    screen: Screen
    place: str
    question: frozenset[str] = frozenset()
    telling: bool = False
    tally: Tally = field(default_factory=Tally)
    values: int = 0
    addresses: Addresses = field(init=False)
    fhir: FhirRules = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = Addresses(self.screen, self.question)
        self.fhir = FhirRules(self.screen, self.addresses, self.question, telling=self.telling)

    def spend(self, values: int = 1) -> None:
        """Count work; OverBudgetError when it becomes too much."""
        self.values += values
        if self.values > MOST_VALUES:
            raise OverBudgetError(f"more than {MOST_VALUES} values")
