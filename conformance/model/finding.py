"""What was found: one judgement's finding, and why a requirement has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.model.exchange import Rung
from conformance.model.words import Text, Triage, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One requirement judged in one scenario, over all its members of the plan.

    `members` holds the verdict on each by its name; without a name when the judgement looks at all at once.

    `reason` says what was seen and, for anything but a pass, what was expected; it is built from redacted data only.
    `evidence` are exchange ids (`scenario/step`), `facts` names the facts the verdict rests on.
    """

    requirement: str
    scenario: str
    verdict: Verdict
    reason: Text
    triage: Triage | None = None
    rung: Rung | None = None
    evidence: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    members: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Stable id, also of the pytest item: `scenario::requirement`."""
        return f"{self.scenario}::{self.requirement}"
