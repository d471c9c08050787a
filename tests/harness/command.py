"""The command line as a user meets it: arguments in; exit code, output and run folder out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120


def environment(**changes: str) -> dict[str, str]:
    """The surroundings of a command: ours, with the checkout first on the path."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **changes}


@dataclass(frozen=True)
class Ended:
    """How a command ended. `folder` is where --out pointed."""

    code: int
    out: str
    err: str
    folder: Path

    @cached_property
    def report(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "report.json").read_bytes()))

    @cached_property
    def run(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "run.json").read_bytes()))

    @property
    def findings(self) -> bytes:
        return (self.folder / "findings.json").read_bytes()

    @cached_property
    def verdicts(self) -> dict[str, str]:
        """Finding id to verdict."""
        return {finding["id"]: finding["verdict"] for finding in json.loads(self.findings)}

    @property
    def tested(self) -> set[str]:
        """The ids of the findings that came to a verdict."""
        return {name for name, verdict in self.verdicts.items() if verdict != "not-tested"}

    @property
    def conclusions(self) -> dict[str, str]:
        """Profile id to conclusion."""
        return {decision["profile"]: decision["conclusion"] for decision in self.report["decisions"]}


def spawned(*arguments: str, cwd: Path, program: tuple[str, ...] = (sys.executable, "-m", "conformance")) -> Ended:
    """Run in a process of its own, started from nothing."""
    ran = subprocess.run(
        [*program, *as_always(arguments)],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return Ended(ran.returncode, ran.stdout, ran.stderr, folder_in(arguments, cwd))


def as_always(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """A run that is not given a seed asks the same as the last time: a test draws no lots."""
    return (*arguments, "--seed", "0") if arguments[0] == "run" and "--seed" not in arguments else arguments


def folder_in(arguments: tuple[str, ...], cwd: Path) -> Path:
    """Where --out points."""
    return cwd / (arguments[arguments.index("--out") + 1] if "--out" in arguments else "")


class Commands:
    """Runs commands in forks of one process that has imported everything; see `forking`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.harness.forking"],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._heard()

    def __call__(
        self, *arguments: str, cwd: Path, surroundings: Mapping[str, str] | None = None, largest_file: int = 0
    ) -> Ended:
        self._number += 1
        out, err = self._folder / f"{self._number}.out", self._folder / f"{self._number}.err"
        request = {
            "arguments": as_always(arguments),
            "cwd": str(cwd),
            "environment": dict(surroundings or {}),
            "largest_file": largest_file,
            "out": str(out),
            "err": str(err),
        }
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        code = int(self._heard())
        return Ended(code, out.read_text(), err.read_text(), folder_in(arguments, cwd))

    def _heard(self) -> Any:
        assert self._server.stdout is not None
        return json.loads(self._server.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._server:
            assert self._server.stdin is not None
            self._server.stdin.close()
            self._server.wait(LIMIT_S)
