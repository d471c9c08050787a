"""The one test function: each item is one requirement, judged in one scenario."""

from __future__ import annotations

from conformance.harness.verdicts import raise_for
from conformance.model.finding import Finding


def test_agreement(finding: Finding) -> None:
    """What was agreed is what was seen; see the finding's reason when it is not."""
    raise_for(finding)
