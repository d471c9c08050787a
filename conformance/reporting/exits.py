"""Exit codes: what a pipeline learns without reading the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
    NOT_DECISIVE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What whoever runs the suite accepts beforehand. A run folder cannot: it is the tested party's."""

    partial: bool = False
    """Let a narrowed run end by what it did test."""
    not_decisive: bool = False
    """Let a run that conforms on what decides end as one that conforms."""


WORST_FIRST = (
    Exit.SUITE_ERROR,
    Exit.ABORTED,
    Exit.NOT_CONFORMING,
    Exit.UNDECIDED,
    Exit.NOT_DECISIVE,
    Exit.CONFORMING,
)

_NOTHING = Accepted()
_PLAIN = {
    Conclusion.CONFORMING: Exit.CONFORMING,
    Conclusion.ON_WHAT_DECIDES: Exit.NOT_DECISIVE,
    Conclusion.NOT_CONFORMING: Exit.NOT_CONFORMING,
    Conclusion.NOT_SHOWN: Exit.UNDECIDED,
    Conclusion.UNDECIDED: Exit.UNDECIDED,
    Conclusion.PARTIAL: Exit.UNDECIDED,
    Conclusion.ABORTED: Exit.ABORTED,
}


def exit_code(
    decisions: Iterable[Decision], findings: Iterable[Finding], run: Run, accepted: Accepted = _NOTHING
) -> Exit:
    """The worst of all decisions; a fault of the suite beats them all, since then nothing else can be trusted.

    A run without any decision decided nothing (5), and neither did a narrowed one that tested nothing decisive.
    """
    codes = {_PLAIN[conclusion] for conclusion in _conclusions(tuple(decisions), accepted)}
    if run.broken or any(finding.verdict is Verdict.ERROR for finding in findings):
        codes.add(Exit.SUITE_ERROR)
    if run.state is RunState.ABORTED:
        codes.add(Exit.ABORTED)
    worst = next(code for code in WORST_FIRST if code in codes)
    return Exit.CONFORMING if worst is Exit.NOT_DECISIVE and accepted.not_decisive else worst


def _conclusions(decisions: tuple[Decision, ...], accepted: Accepted) -> Iterator[Conclusion]:
    """What counts: of a narrowed run that was accepted as such, what its tested part came to."""
    whole = [one for one in decisions if not (one.conclusion is Conclusion.PARTIAL and accepted.partial)]
    tested = [one for one in decisions if one not in whole]
    yield from (one.conclusion for one in whole)
    yield from (one.tested for one in tested if one.tested is not None)
    if not whole and not any(_decided(one) for one in tested):
        yield Conclusion.UNDECIDED


def _decided(decision: Decision) -> bool:
    seen = (result for result in decision.results if result.findings and not result.waived)
    return decision.tested is not None and any(result.decisive for result in seen)
