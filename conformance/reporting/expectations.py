"""The known-failure list: strict both ways, and never a part of the conclusion."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from conformance.agreements.schema import check
from conformance.agreements.strict import read as read_yaml
from conformance.model.finding import Finding
from conformance.model.run import Expectation, Surprise
from conformance.model.words import WORST_FIRST, Verdict


def read(path: Path) -> tuple[Expectation, ...]:
    """The expectations of a file, sorted by finding. Raises DocumentError with file, line and column."""
    document = read_yaml(path)
    check(document, "expectations")
    listed = document.value["findings"]
    return tuple(
        Expectation(finding=name, verdict=Verdict(listed[name]["verdict"]), reason=listed[name]["reason"])
        for name in sorted(listed)
    )


def compare(expectations: Iterable[Expectation], findings: Iterable[Finding]) -> tuple[Surprise, ...]:
    """Every difference, sorted by finding.

    A finding that is no pass must be listed with its verdict; one that is listed must be found so. A listed finding
    that was not found at all counts as `not-tested`: a known failure may not vanish unseen.
    """
    expected = {line.finding: line.verdict for line in expectations}
    found: dict[str, Verdict] = {}
    for finding in findings:
        found[finding.id] = _worse(finding.verdict, found.get(finding.id, Verdict.PASS))
    names = sorted({*expected, *(name for name, verdict in found.items() if verdict is not Verdict.PASS)})
    return tuple(
        surprise
        for surprise in (
            Surprise(
                finding=name,
                expected=expected.get(name, Verdict.PASS),
                found=found.get(name, Verdict.NOT_TESTED),
            )
            for name in names
        )
        if surprise.expected is not surprise.found
    )


def _worse(one: Verdict, other: Verdict) -> Verdict:
    order = {verdict: rank for rank, verdict in enumerate(WORST_FIRST)}
    return min(one, other, key=lambda verdict: order.get(verdict, len(order)))
