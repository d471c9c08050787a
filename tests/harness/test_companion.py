"""The second process of a run: it takes work off the first, changes nothing, and neither outlives the other."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from multiprocessing import active_children
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from conformance.harness import beside
from conformance.harness.beside import Beside, attend
from tests.harness.command import Commands
from tests.harness.test_endings import A_PART, ended, keys, started, until


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def playing(tmp_path: Path, temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """A run of a part against the embedded node, in which something was recorded."""
    with started("run", *A_PART, "--out", "run", cwd=tmp_path, temporary=temporary) as process:
        until(lambda: len(list((tmp_path / "run" / "recordings").glob("*.json"))) >= 2, process)
        yield process


def companions(process: subprocess.Popen[str], folder: Path) -> list[int]:
    """The processes that play in a run folder, without the one that was started."""
    numbers = (int(path.name.rpartition("-")[2]) for path in (folder / ".play").glob("process-*"))
    return [number for number in numbers if number != process.pid]


def gone(number: int) -> bool:
    """Whether a process has ended; who nobody waits for any more stays behind as a zombie."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def eventually(met: Callable[[], object]) -> bool:
    """Whether it comes to this in a minute."""
    end = time.monotonic() + 60
    while not met() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(met())


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor: a run has no second process")
class TestOfARun:
    """With a second processor."""

    def test_who_loses_it_plays_on_alone(
        self, tmp_path: Path, playing: subprocess.Popen[str], commands: Commands
    ) -> None:
        (companion,) = companions(playing, tmp_path / "run")
        os.kill(companion, signal.SIGKILL)
        done = ended(playing, tmp_path / "run")
        alone = commands("run", *A_PART, "--out", "alone", "-n", "1", cwd=tmp_path)
        assert done.code == alone.code
        assert done.findings == alone.findings

    def test_nothing_is_played_but_what_was_asked_for(self, tmp_path: Path, commands: Commands) -> None:
        ended = commands("run", *A_PART, "--out", "run", cwd=tmp_path)
        played = {path.stem for path in (ended.folder / "recordings").iterdir()} - {"preflight"}
        assert played == {name.partition("::")[0] for name in ended.tested}

    def test_it_does_not_outlive_a_run_that_is_killed(
        self, tmp_path: Path, temporary: Path, playing: subprocess.Popen[str], commands: Commands
    ) -> None:
        (companion,) = companions(playing, tmp_path / "run")
        playing.kill()
        playing.wait()
        assert eventually(lambda: gone(companion))
        assert eventually(lambda: not keys(temporary)), "the embedded node is still there"
        with (tmp_path / "run" / ".play" / "alive").open() as alive:
            fcntl.flock(alive, fcntl.LOCK_EX)  # nobody is there any more
        assert commands("report", "run", cwd=tmp_path).code == 2

    def test_one_that_is_asked_to_end_ends_the_run(self, tmp_path: Path, playing: subprocess.Popen[str]) -> None:
        (companion,) = companions(playing, tmp_path / "run")
        os.kill(companion, signal.SIGTERM)
        assert ended(playing, tmp_path / "run").code == 2


def _repeat(line: Connection, word: str) -> None:
    attend()
    line.send(word)
    line.recv()


def _vanish(line: Connection) -> None:
    os._exit(9)


@pytest.mark.parametrize("forked", [True, False], ids=["fork", "spawn"])
def test_it_says_what_it_has_to_say(monkeypatch: pytest.MonkeyPatch, forked: bool) -> None:
    monkeypatch.setattr(beside, "can_fork", lambda: forked)
    process = Beside(_repeat, "word")
    assert process.hear() == "word"
    process.close()
    assert process.hear() is None
    assert not process.say("again")


def test_one_that_is_dismissed_ends_while_this_process_goes_on() -> None:
    others = {*active_children()}
    process = Beside(_repeat, "word")
    assert len({*active_children()} - others) == 1
    process.dismiss()
    process.dismiss()
    while {*active_children()} - others:
        time.sleep(0.005)
    assert process.hear() is None
    process.close()


@pytest.mark.parametrize("forked", [True, False], ids=["fork", "spawn"])
def test_one_that_vanishes_says_nothing(monkeypatch: pytest.MonkeyPatch, forked: bool) -> None:
    monkeypatch.setattr(beside, "can_fork", lambda: forked)
    process = Beside(_vanish)
    assert process.hear() is None
    process.close()
