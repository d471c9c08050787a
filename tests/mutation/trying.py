"""Tries a change: in place where it is inside a function, else in a process that loads the changed module."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tests.mutation.executing import Executed
from tests.mutation.places import Mutant

AHEAD = ("aiohttp", "cryptography.x509", "jinja2", "jsonschema", "lxml.etree", "pydicom", "pytest", "rich", "typer")
"""Others' modules, loaded once before anything is forked; none of ours is."""


class Outcome(StrEnum):
    """What became of a change."""

    NOTICED = "noticed"
    SURVIVED = "survived"
    UNTRIED = "executed by no test"


@dataclass(frozen=True, slots=True)
class Tried:
    """A change, what became of it and how, and how many tests execute its line."""

    mutant: Mutant
    outcome: Outcome
    how: str
    tests: int
    seconds: float


def tried(mutant: Mutant, executed: Executed, run: Callable[[Mutant, list[str]], int]) -> Tried | None:
    """What the tests that execute it say of a change, `run` in a fork: 0 when all pass. None when it says OUTSIDE."""
    tests = executed.tests_of(mutant)
    if not tests:
        return Tried(mutant, Outcome.UNTRIED, "", 0, 0.0)
    begun = time.monotonic()
    code = _forked(lambda: run(mutant, tests))
    if code == OUTSIDE:
        return None
    outcome = Outcome.SURVIVED if code == 0 else Outcome.NOTICED
    return Tried(mutant, outcome, HOW.get(code, f"ended with {code}"), len(tests), time.monotonic() - begun)


OUTSIDE = 77
"""The change is outside any function, so that it can't be made in place."""
HOW = {0: "", 1: "a test fails", -signal.SIGALRM: "it goes on for ever", 2: "it does not load"}


def _forked(act: Callable[[], int]) -> int:
    """How something ended in a silent process of its own."""
    child = os.fork()
    if not child:
        code = 2
        try:
            silence()
            code = act()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def silence() -> None:
    """Nothing that is printed from here on is seen."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)


def load_ahead(names: Iterable[str] = AHEAD) -> None:
    """Loads what every change needs and none can touch."""
    for name in names:
        __import__(name)
    ours = [name for name in sys.modules if name.split(".")[0] == "conformance"]
    if ours:
        raise RuntimeError(f"loaded before it could be changed: {', '.join(ours)}")
