"""What is made aside is what would have been made here, whatever becomes of the other process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from conformance.reporting import aside as module
from conformance.reporting.aside import aside

HERE = os.getpid()


@pytest.fixture(autouse=True)
def _forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the runner of the tests has a thread of its own: what is made here takes no lock."""
    monkeypatch.setattr(module, "_can_fork", lambda: True)


def test_it_is_made_elsewhere() -> None:
    assert aside(lambda: b"%d" % os.getpid())() != b"%d" % os.getpid()


def test_much_comes_whole() -> None:
    assert aside(lambda: b"x" * 20_000_000)() == b"x" * 20_000_000


def killed() -> bytes:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return b"made here"


def broken() -> bytes:
    if os.getpid() != HERE:
        raise ValueError("there")
    return b"made here"


@pytest.mark.parametrize("make", [killed, broken])
def test_what_does_not_come_is_made_here(make: module.Make) -> None:
    assert aside(make)() == b"made here"


def test_what_breaks_here_too_is_told() -> None:
    def breaks() -> bytes:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        aside(breaks)()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asking_it_to_end_spoils_nothing(number: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    def asked() -> bytes:
        if os.getpid() != HERE:
            os.kill(os.getpid(), number)
        return b"whole"

    assert aside(asked)() == b"whole"
    assert capfd.readouterr().err == ""


INTERRUPTED = """
import time
from conformance.reporting import aside as module
module._can_fork = lambda: True
kept = module.aside(lambda: b"x" * 20_000_000)
time.sleep(0.5)  # it is made meanwhile, and more than a pipe holds
raise SystemExit(5)  # nobody takes it
"""


def test_nobody_waits_for_what_is_not_taken() -> None:
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (5, b"")
