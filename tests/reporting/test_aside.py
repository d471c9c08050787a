"""What is made aside is what would have been made here, whatever becomes of the other process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from conformance.reporting import aside as module
from conformance.reporting.aside import Made, aside

HERE = os.getpid()


@pytest.fixture(autouse=True)
def _forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the runner of the tests has a thread of its own: what is made here takes no lock."""
    monkeypatch.setattr(module, "_has_room", lambda: True)


def taken(make: Callable[[], Made]) -> Made:
    with aside(make) as made:
        return made()


def test_it_is_made_elsewhere() -> None:
    assert taken(os.getpid) != os.getpid()


def test_it_is_made_here_where_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_has_room", lambda: False)
    assert taken(os.getpid) == os.getpid()


def test_much_comes_whole() -> None:
    assert taken(lambda: b"x" * 20_000_000) == b"x" * 20_000_000


def killed() -> bytes:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return b"made here"


def broken() -> bytes:
    if os.getpid() != HERE:
        raise ValueError("there")
    return b"made here"


def unsendable() -> object:
    return (lambda: b"") if os.getpid() != HERE else b"made here"


@pytest.mark.parametrize("make", [killed, broken, unsendable])
def test_what_does_not_come_is_made_here(make: Callable[[], object]) -> None:
    assert taken(make) == b"made here"


def test_what_breaks_here_too_is_told() -> None:
    def breaks() -> bytes:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        taken(breaks)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asking_it_to_end_spoils_nothing(number: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    def asked() -> bytes:
        if os.getpid() != HERE:
            os.kill(os.getpid(), number)
        return b"whole"

    assert taken(asked) == b"whole"
    assert capfd.readouterr().err == ""


def test_it_ends_with_the_block_when_nobody_takes_it() -> None:
    others = set(multiprocessing.active_children())
    with pytest.raises(KeyError), aside(signal.pause):  # by itself it never ends
        raise KeyError
    assert set(multiprocessing.active_children()) <= others


MUCH = """
import os, signal, time
from conformance.reporting import aside as module
module._has_room = lambda: True
with module.aside(lambda: b"x" * 20_000_000):
    time.sleep(0.5)  # it is made meanwhile, and more than a pipe holds
    {end}
"""


@pytest.mark.parametrize(
    ("end", "code"),
    [("raise SystemExit(5)", 5), ("os._exit(6)", 6), ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL)],
)
def test_it_does_not_outlive_who_wanted_it(end: str, code: int) -> None:
    """Its output is the other's: it comes to an end only when both have ended."""
    ended = subprocess.run([sys.executable, "-c", MUCH.format(end=end)], capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (code, b"")
