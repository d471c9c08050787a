"""Which tests execute which lines, as coverage measured it, and how long each test takes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from tests.mutation.places import ROOT, Mutant, importers

FOLDERS = ("checks", "recordings", "reporting", "agreements", "codecs")
"""Tests of single rooms: whole runs and browsers would notice more, and each takes minutes."""
BUDGET_S = 30.0
"""So much time is there for the tests of one change. Slower ones might notice what survives: never the reverse."""
PATIENCE_S = 20.0
"""For what a busy machine does meanwhile."""
LEFT_OUT = "not shared and not peer and not browser"


@dataclass(frozen=True, slots=True)
class Executed:
    """By path and line the tests that execute it; line 0 has all that execute anything of the module's functions."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, frozenset[str]]]

    def when_run(self, mutant: Mutant) -> bool:
        """Whether a test executes the line itself, and not only whoever loads the module."""
        return bool(self.lines.get(mutant.path, {}).get(mutant.line))

    def tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that may notice a change, the quickest first and no more than there is time for; what is only
        executed when a module is loaded may be noticed by whoever uses the module, or one that imports it."""
        found = self.lines.get(mutant.path, {}).get(mutant.line)
        if not found:
            users = (mutant.path, *importers(mutant.module))
            found = frozenset().union(*(self.lines.get(path, {}).get(0, frozenset()) for path in users))
        ordered = sorted(found, key=lambda test: (self.seconds[test], test))
        sums = accumulate(self.seconds[test] for test in ordered)
        return [test for test, seconds in zip(ordered, sums, strict=True) if seconds <= BUDGET_S] or ordered[:1]

    def most_s(self, test: str) -> float:
        """A test that takes longer under a change goes on for ever, which is noticed. Few examples were measured."""
        return 20 * self.seconds[test] + PATIENCE_S


def measured(into: Path, workers: int, folders: Iterable[str] = FOLDERS) -> Executed:
    """Runs the tests of these folders under coverage, and keeps what each executed in a file of `into`."""
    into.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(lambda folder: _of_folder(folder, into), folders))
    seconds: dict[str, float] = {}
    lines: dict[str, dict[int, frozenset[str]]] = {}
    for part in parts:
        seconds.update(part["seconds"])
        for path, by_line in part["lines"].items():
            known = lines.setdefault(path, {})
            for number, tests in by_line.items():
                known[int(number)] = known.get(int(number), frozenset()) | {part["tests"][one] for one in tests}
    return Executed(seconds, lines)


def _of_folder(folder: str, into: Path) -> dict[str, Any]:
    kept = into / f"{folder}.json"
    if not kept.exists():
        plugin = ["-p", "tests.mutation.watching", "--executed", str(kept)]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", LEFT_OUT, *plugin]
        done = subprocess.run([*command, f"tests/{folder}"], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"tests/{folder} fails before anything is changed:\n{done.stdout[-2000:]}")
    return dict(json.loads(kept.read_text(encoding="utf-8")))
