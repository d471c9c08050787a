"""Each place where a judgement requires something has been seen to fail, each where it stops has been seen to stop."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import conformance.checks
from conformance.checks import judgement
from tests.checks.making import judged
from tests.checks.test_every_judgement import CASES

CHECKS = Path(conformance.checks.__file__).parent
ENDING = {"require", "decidable", "not_wholly"}
"""Calls that fail or stop a judgement when what they are given does not hold."""
RAISED = {"NotMet", "Undecidable", "undecided"}
"""What is raised where a judgement fails or stops by itself."""

PASSING = ENDING | RAISED | {"resting_on"}
"""Functions that end a judgement for whoever called them."""

Place = tuple[str, int]
"""A module of checks and a line in it."""


def _ends() -> Iterator[Place]:
    """What ends a judgement, by the line it stands on."""
    for path in sorted(CHECKS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            call, named = (node.exc, RAISED) if isinstance(node, ast.Raise) else (node, ENDING)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in named:
                yield str(path.relative_to(CHECKS)), call.lineno


@pytest.fixture(scope="module")
def ended() -> set[Place]:
    """Where judgements of the cases made by hand stood when they failed or stopped: what was called, and who called."""
    seen: set[Place] = set()

    def noted(init: Any) -> Any:
        def noting(self: Exception, *given: Any, **named: Any) -> None:
            frame: FrameType | None = sys._getframe(1)
            while frame is not None and (path := Path(frame.f_code.co_filename)).is_relative_to(CHECKS):
                seen.add((str(path.relative_to(CHECKS)), frame.f_lineno))
                frame = frame.f_back if frame.f_code.co_name in PASSING else None
            init(self, *given, **named)

        return noting

    with pytest.MonkeyPatch.context() as patch:
        for kind in (judgement.NotMet, judgement.Undecidable):
            patch.setattr(kind, "__init__", noted(kind.__init__))
        for case in CASES:
            judged(case)
    return seen


def test_each_place_that_ends_a_judgement_has_ended_one(ended: set[Place]) -> None:
    places = set(_ends())
    assert len(places) > 170, "places that end a judgement are not found any more"
    never = sorted(places - ended)
    assert not never, f"{len(never)} of {len(places)} places never ended a judgement: {never}"
