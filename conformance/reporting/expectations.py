"""The known-failure list: strict both ways, and never a part of the conclusion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from conformance.model.finding import Finding
from conformance.model.run import ABSENT, Decision, Expectation, Known, Run, Surprise, of_member
from conformance.model.words import Conclusion, Verdict, worst
from conformance.reporting.results import asked_for

_UNNAMED = {
    Known.FINDING: Verdict.PASS,
    Known.MEMBER: Verdict.PASS,
    Known.GAP: ABSENT,
    Known.CONCLUSION: Conclusion.CONFORMING,
}
"""What is expected of whatever the list does not name."""
_GONE = {
    Known.FINDING: Verdict.NOT_TESTED,
    Known.MEMBER: Verdict.NOT_TESTED,
    Known.GAP: ABSENT,
    Known.CONCLUSION: ABSENT,
}
"""What is found of something that the list names and that is not there: a known failure may not vanish unseen."""

Line = tuple[Known, str]


def compare(
    expectations: Iterable[Expectation], findings: Iterable[Finding], decisions: Iterable[Decision], run: Run
) -> tuple[Surprise, ...]:
    """Every difference, sorted. Whatever is not as it should be must be named, and what is named must be found so.

    What the user's own selection left out is no difference: that it did is said by the conclusion, which is partial.
    """
    expected = {(line.about, line.name): line.expected for line in expectations}
    found = dict(_found(findings, decisions, run))
    return tuple(
        Surprise(about=about, name=name, expected=wanted, found=seen)
        for about, name in sorted({*expected, *found})
        if (wanted := expected.get((about, name), _UNNAMED[about])) != (seen := found.get((about, name), _GONE[about]))
    )


def _found(findings: Iterable[Finding], decisions: Iterable[Decision], run: Run) -> Iterator[tuple[Line, str]]:
    verdicts: defaultdict[Line, list[Verdict]] = defaultdict(list)
    for finding in findings:
        if asked_for(finding, run):
            verdicts[Known.FINDING, finding.id].append(finding.verdict)
            for member, verdict in _members(finding):
                verdicts[Known.MEMBER, of_member(finding.id, member)].append(verdict)
    for decision in decisions:
        yield (Known.CONCLUSION, decision.profile), decision.conclusion.value
        for gap in decision.gaps:
            if not gap.left_out:
                verdicts[Known.GAP, gap.requirement].append(gap.verdict)
    for line, several in verdicts.items():
        yield line, worst(several).value


def _members(finding: Finding) -> Iterable[tuple[str, Verdict]]:
    """Over what a finding is: what is judged over a single thing has no members beside itself."""
    return finding.members.items() if len(finding.members) > 1 else ()
