"""Exit codes: what a pipeline learns without reading the report."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from conformance.model.finding import Finding
from conformance.model.run import Decision, Run
from conformance.model.words import Conclusion, RunState, Verdict


class Exit(IntEnum):
    """How the process ends. Never changes meaning."""

    CONFORMING = 0
    NOT_CONFORMING = 1
    ABORTED = 2
    SUITE_ERROR = 3
    USAGE = 4
    UNDECIDED = 5


WORST_FIRST = (Exit.SUITE_ERROR, Exit.ABORTED, Exit.NOT_CONFORMING, Exit.UNDECIDED, Exit.CONFORMING)

_PLAIN = {
    Conclusion.CONFORMING: Exit.CONFORMING,
    Conclusion.NOT_CONFORMING: Exit.NOT_CONFORMING,
    Conclusion.UNDECIDED: Exit.UNDECIDED,
    Conclusion.PARTIAL: Exit.UNDECIDED,
    Conclusion.ABORTED: Exit.ABORTED,
}


def exit_code(decisions: Iterable[Decision], findings: Iterable[Finding], run: Run) -> Exit:
    """The worst of all decisions; a fault of the suite beats them all, since then nothing else can be trusted.

    A run without any decision decided nothing (5). With `--accept-partial` a narrowed run ends by what it did test, and
    one that tested nothing decisive decided nothing either.
    """
    told = {_code(decision, run) for decision in decisions}
    codes = {code for code in told if code is not None} or {Exit.UNDECIDED}
    if run.broken or any(finding.verdict is Verdict.ERROR for finding in findings):
        codes.add(Exit.SUITE_ERROR)
    if run.state is RunState.ABORTED:
        codes.add(Exit.ABORTED)
    return next(code for code in WORST_FIRST if code in codes)


def _code(decision: Decision, run: Run) -> Exit | None:
    if decision.conclusion is Conclusion.PARTIAL and run.accept_partial:
        return _tested(decision)
    return _PLAIN[decision.conclusion]


def _tested(decision: Decision) -> Exit | None:
    """What the tested part of a narrowed run came to; None when nothing decisive was tested. What was left out was
    accepted beforehand."""
    verdicts = {
        result.verdict for result in decision.results if result.decisive and result.findings and not result.waived
    }
    if not verdicts:
        return None
    if Verdict.FAIL in verdicts:
        return Exit.NOT_CONFORMING
    return Exit.CONFORMING if verdicts <= {Verdict.PASS} else Exit.UNDECIDED
