"""What was found: one judgement's finding, and why a requirement has none."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.model.exchange import Rung
from conformance.model.words import Text, Triage, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One requirement judged in one scenario.

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

    @property
    def id(self) -> str:
        """Stable id, also of the pytest item: `scenario::requirement`."""
        return f"{self.scenario}::{self.requirement}"
