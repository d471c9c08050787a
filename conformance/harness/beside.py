"""A process beside this one, which works for it and ends with it, however this one ends."""

from __future__ import annotations

import atexit
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from conformance.play.signals import ENDING
from conformance.reporting.aside import can_fork, held_back

Work = Callable[..., None]
"""What the other process does: its end of the line comes first, then what it was given.

It begins with the ending signals held back, and lets them come once it knows what to do with them (`attend`).
"""


class Beside:
    """A process at work, and the line to it. It hears None, or the line's end (EOFError), when it shall end."""

    def __init__(self, work: Work, *given: Any) -> None:
        context: Any = multiprocessing.get_context("fork" if can_fork() else "spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_begun, args=(work, theirs, self._line, *given), daemon=True)
        with held_back():
            self._process.start()
        theirs.close()
        atexit.register(self.close)

    def say(self, word: object) -> bool:
        """Say something; false when it has ended."""
        try:
            self._line.send(word)
        except OSError:
            return False
        return True

    def hear(self) -> Any:
        """What it says next, or None when it has ended without a word."""
        try:
            return self._line.recv()
        except (EOFError, OSError):
            return None

    def dismiss(self) -> None:
        """Let it end; harmless when done before."""
        if not self._line.closed:
            self.say(None)  # another process may have a copy of this end, so that closing it is not heard
            self._line.close()

    def close(self) -> None:
        """Let it end, and wait until it has; harmless when done before."""
        self.dismiss()
        self._process.join()
        atexit.unregister(self.close)


def attend() -> None:
    """Let the ending signals come that were held back since this process was made."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _begun(work: Work, line: Connection, other_end: Connection, *given: Any) -> None:
    other_end.close()  # or the end of the line would never be heard
    work(line, *given)
