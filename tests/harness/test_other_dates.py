"""A recording is judged by its own clock: on whatever day a machine says it is, the findings are the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.harness.command import environment, spawned
from tests.harness.fixtures import SCRIPT, Full

ANOTHER_DAY = """
import datetime, time
real = datetime.datetime
class Set(real):
    @classmethod
    def now(cls, tz=None):
        return real.now(tz).replace(year={year}, day=1)
    @classmethod
    def utcnow(cls):
        return real.utcnow().replace(year={year}, day=1)
class Day(datetime.date):
    @classmethod
    def today(cls):
        return datetime.date({year}, 1, 1)
datetime.datetime, datetime.date = Set, Day
seconds = real({year}, 1, 1).timestamp()
time.time = lambda: seconds
"""


@pytest.mark.parametrize("year", [2001, 2062])
def test_on_another_day(by_command: Full, tmp_path: Path, year: int) -> None:
    ended, _ = by_command
    shutil.copytree(ended.folder, tmp_path / "run")
    (tmp_path / "sitecustomize.py").write_text(ANOTHER_DAY.format(year=year))
    program = ("env", f"PYTHONPATH={tmp_path}:{environment()['PYTHONPATH']}", SCRIPT)
    again = spawned("judge", "run", cwd=tmp_path, program=program)
    assert again.code == ended.code, again.out + again.err
    assert "the same, byte for byte" in again.out
