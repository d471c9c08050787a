"""What a person does next about a finding: change the product only where the product is what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.model.agreements import Requirement
from conformance.model.exchange import Exchange
from conformance.model.finding import Finding
from conformance.model.words import Text, Triage, Verdict
from conformance.protocols.troubles import ADVICE
from conformance.reporting.labels import FIRST

UNDECIDED = Text(
    "Neem weg wat het oordeel in de weg stond (zie wat is gezien) en beproef opnieuw.",
    "Take away what stood in the way of a verdict (see what was seen) and run again.",
)


def next_step(finding: Finding, requirement: Requirement, exchanges: Mapping[str, Exchange]) -> Text:
    """The requirement's remedy for the node's own failures; else what the trouble in the evidence asks for.

    Nobody is told to change a product of which nothing was proven.

    `exchanges` are those of the run by id.
    """
    if finding.triage in (None, Triage.NODE):
        return requirement.remedy if finding.verdict in (Verdict.FAIL, Verdict.PASS) else UNDECIDED
    troubles = (exchanges[name].trouble for name in finding.evidence if name in exchanges)
    codes = (trouble.code for trouble in troubles if trouble is not None)
    return next((ADVICE[code] for code in codes if code in ADVICE), FIRST[finding.triage])
