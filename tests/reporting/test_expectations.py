"""The known-failure list is strict both ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.agreements.problems import DocumentError
from conformance.model.run import Expectation
from conformance.model.words import Verdict
from conformance.reporting.expectations import compare, read
from tests.reporting import making

LIST = """\
expect: an archive that knows no metadata
findings:
  "s::NET-01": { verdict: fail, reason: "no /metadata, upstream issue" }
"""


def test_a_list_that_fits_gives_no_surprise(tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(LIST, encoding="utf-8")
    findings = (making.finding(verdict=Verdict.FAIL), making.finding("NET-02"))
    assert compare(read(file), findings) == ()


def test_surprises_both_ways() -> None:
    expected = tuple(
        Expectation(finding=f"s::NET-{number:02}", verdict=Verdict.FAIL, reason="known") for number in (1, 2, 3, 9)
    )
    findings = (
        making.finding("NET-01", verdict=Verdict.FAIL),
        making.finding("NET-02"),
        making.finding("NET-03", verdict=Verdict.INCONCLUSIVE),
        making.finding("NET-04", verdict=Verdict.FAIL),
    )
    assert [(item.finding, item.expected.value, item.found.value) for item in compare(expected, findings)] == [
        ("s::NET-02", "fail", "pass"),
        ("s::NET-03", "fail", "inconclusive"),
        ("s::NET-04", "pass", "fail"),
        ("s::NET-09", "fail", "not-tested"),
    ]


def test_a_wrong_list_says_where(tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(LIST.replace("fail,", "sometimes,"), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"expected\.yaml:3:"):
        read(file)
