"""What a look at a body brings: the redacted body, and what was counted on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.agreements.bsn import passes_eleven_test
from conformance.model.agreements import Json

OVER_BUDGET = "more than the suite reads of a body"
"""The problem of a body that is too long or holds too many values; its size and digest are kept."""


@dataclass(slots=True)
class Tally:
    """Counted while a body is read, before anything is replaced."""

    bsn_seen: int = 0
    bsn_valid: int = 0
    bsn_in_links: bool = False
    jwt: Mapping[str, Json] | None = None

    def count(self, value: str) -> None:
        """Count one identifier in the BSN namespace."""
        self.bsn_seen += 1
        self.bsn_valid += passes_eleven_test(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A body after redaction. `problem` says why it could not be read as what it claims to be; then nothing is kept."""

    body: bytes
    problem: str = ""
    withheld: bool = False
    tally: Tally = field(default_factory=Tally)
    facts: Mapping[str, Json] = field(default_factory=dict)


def withhold(problem: str = "", tally: Tally | None = None, facts: Mapping[str, Json] | None = None) -> Looked:
    """Keep nothing of a body."""
    return Looked(body=b"", problem=problem, withheld=True, tally=tally or Tally(), facts=facts or {})
