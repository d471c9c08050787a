"""How quick and small the suite must be, on two cores: every figure in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """One figure. `least`: more is better."""

    what: str
    limit: float
    unit: str
    least: bool = False

    def kept(self, measured: float, leniency: float = 1.0) -> bool:
        """Whether a measurement stays within; leniency widens the budget for a machine with other things to do."""
        return measured * leniency >= self.limit if self.least else measured <= self.limit * leniency


HELP = Budget("conformance --help", 0.4, "s")
LOADING = Budget("loading the agreements", 0.5, "s CPU")
RUN = Budget("conformance run, reference node", 15.0, "s")
FIRST_RUN = Budget("the same, first run of a user: keys and caches to make", 30.0, "s")
MEMORY = Budget("conformance run, most memory at once, children included", 500.0, "MiB")
JUDGING = Budget("judging alone", 2000.0, "members/s", least=True)
PLAY = Budget("playing, as a share of 1.5 times bare requests plus 0.25 ms per KB", 100.0, "%")
REJUDGING = Budget("conformance judge", 4.0, "s")
REPORTS = Budget("writing every form of the report", 2.0, "s")
HOSTILE = Budget("redacting 4 MB of hostile XML siblings", 8.0, "s")
REDACTING = Budget("redacting a BgZ record", 0.4, "MB/s", least=True)
FAULTS = Budget("conformance faults, every fault over every span", 600.0, "s")
FAULT = Budget("one fault played, redacted and judged in this process", 0.6, "s CPU")
