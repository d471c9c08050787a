"""How a finding ends a pytest item: a fail is an assertion, everything undecided is an error of another kind."""

from __future__ import annotations

import pytest

from conformance.model.finding import Finding
from conformance.model.words import Verdict


class UndecidedError(Exception):
    """The requirement could not be decided, or the suite itself went wrong."""


def raise_for(finding: Finding) -> None:
    """Return for a pass; raise AssertionError for a fail, UndecidedError for inconclusive and error; skip otherwise."""
    if finding.verdict is Verdict.PASS:
        return
    triage = f" [{finding.triage}]" if finding.triage else ""
    text = f"{finding.requirement} {finding.verdict}{triage}: {finding.reason.en}"
    if finding.verdict is Verdict.FAIL:
        raise AssertionError(text)
    if finding.verdict is Verdict.NOT_TESTED:
        pytest.skip(text)
    raise UndecidedError(text)
