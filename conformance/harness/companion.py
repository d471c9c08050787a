"""A second process of a run: it plays ahead what the first has not come to, on the other half of the machine."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

from conformance.harness.beside import Beside, attend
from conformance.harness.options import Options
from conformance.play import signals


class Companion:
    """It waits for an invitation, plays, and says at the end what a worker says."""

    def __init__(self, options: Options) -> None:
        self._process = Beside(_accompany, options)
        self._invited = False

    def invite(self, invitation: str) -> None:
        """Let it begin. Where it has gone, this process plays everything itself."""
        self._invited = self._process.say(invitation)

    def parting(self) -> str | None:
        """What it says at its end, which is waited for; None when it was not invited or ended without a word."""
        return self._process.hear() if self._invited else None

    def close(self) -> None:
        """Let it go."""
        self._process.close()


def _accompany(line: Connection, options: Options) -> None:
    from conformance.harness.controller import Session

    signals.listen()
    attend()
    with suppress(KeyboardInterrupt, EOFError, OSError):
        if (invitation := line.recv()) is None:
            return
        session = Session.open(options, {"conformance": invitation})
        threading.Thread(target=_end_with, args=(line,), daemon=True).start()
        with suppress(KeyboardInterrupt):
            session.play_ahead()
        signals.ended()
        line.send(session.parting())
        session.close()


def _end_with(line: Connection) -> None:
    """End this process when the other wants it, or has gone, whatever it waits for."""
    with suppress(EOFError, OSError):
        line.recv()
    os.kill(os.getpid(), signal.SIGINT)
