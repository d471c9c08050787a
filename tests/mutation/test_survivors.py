"""The list of changes that change nothing is true to the code: what it speaks of stands there, and it says why."""

from __future__ import annotations

import pytest

from tests.mutation.survivors import ROOT, known

LISTED = sorted(known())


@pytest.mark.parametrize(("path", "was", "now"), LISTED, ids=[f"{path}-{now}" for path, _, now in LISTED])
def test_what_is_excused_still_stands_in_the_code(path: str, was: str, now: str) -> None:
    lines = [line.strip() for line in (ROOT / path).read_text(encoding="utf-8").splitlines()]
    assert was in lines, "the line is gone or another: try it again, and take the reason out"
    assert was != now


@pytest.mark.parametrize("reason", known().values())
def test_every_excuse_gives_a_reason(reason: str) -> None:
    assert len(reason.split()) >= 5
