"""What every reader of a form shares: the screen, the addresses, the question, and a budget of work."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.recordings.redaction.addresses import Addresses
from conformance.recordings.redaction.fhir import FhirRules
from conformance.recordings.redaction.lists import TELLING
from conformance.recordings.redaction.question import Question
from conformance.recordings.redaction.screen import Screen
from conformance.recordings.redaction.written import holds_number
from conformance.recordings.tally import Tally

MOST_BYTES = 32 * 1024 * 1024
"""A body longer than this is not read."""

MOST_VALUES = 500_000
"""A body with more members, elements and attributes than this is not read to its end. Work is counted, not time."""


_SHORT, _MOST_QUIET = 200, 20_000
"""How long values are that are remembered, and how many; in memory only."""


@dataclass(slots=True)
class Quiet:
    """What stays as it is in every body of a run and shows no number: the same comes again and again."""

    values: set[tuple[str, str, str]] = field(default_factory=set)
    """Name, value, system."""
    names: set[str] = field(default_factory=set)
    files: set[bytes] = field(default_factory=set)
    """Digests of DICOM files that were read whole."""


class OverBudgetError(Exception):
    """Reading a body would cost more work than it may."""


@dataclass(slots=True)
class Reading:
    """One body being read. `place` says which body; `telling` that it tells of an error."""

    screen: Screen
    place: str
    question: Question = field(default_factory=Question)
    telling: bool = False
    quiet: Quiet = field(default_factory=Quiet)
    tally: Tally = field(default_factory=Tally)
    values: int = 0
    addresses: Addresses = field(init=False)
    fhir: FhirRules = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = Addresses(self.screen, self.question)
        self.fhir = FhirRules(self.screen, self.addresses, self.question, telling=self.telling)

    def aside(self, place: str = "") -> Reading:
        """For reading what is not kept, and so is counted nowhere."""
        return Reading(self.screen.aside(), place or self.place, self.question)

    def fhir_value(self, name: str, value: str, system: str, place: str) -> str:
        """What may stay of a FHIR element's value, remembered when that is all of it."""
        key = (name, value, system)
        if key in self.quiet.values:
            return value
        kept = self.fhir.value(name, value, system, place)
        if kept == value and self._may_be_quiet(name, value):
            if len(self.quiet.values) >= _MOST_QUIET:
                self.quiet.values.clear()
            self.quiet.values.add(key)
        return kept

    def _may_be_quiet(self, name: str, value: str) -> bool:
        """Whether a value stays in every body: not because of the question, and without a number to count."""
        asked = self.telling or name in TELLING or "?" in value
        return not asked and len(value) < _SHORT and not holds_number(value)

    def spend(self, values: int = 1) -> None:
        """Count work; OverBudgetError when it becomes too much."""
        self.values += values
        if self.values > MOST_VALUES:
            raise OverBudgetError(f"more than {MOST_VALUES} values")
