"""Something made in a process of its own while this one goes on, where there is a second processor for it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

Make = Callable[[], bytes]


def aside(make: Make) -> Make:
    """Begin to make it; gives what waits for it. Whatever ends the other process, it is then made here."""
    if not _can_fork():
        return make
    context: Any = multiprocessing.get_context("fork")  # what it is made from is there already
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_made, args=(make, theirs), daemon=True)
    process.start()
    theirs.close()

    def wait() -> bytes:
        try:
            return bytes(ours.recv_bytes())
        except (EOFError, OSError):
            return make()
        finally:
            ours.close()
            process.join()

    return wait


def _can_fork() -> bool:
    """A fork copies no thread, and not what one held; macOS's own libraries do not bear it."""
    several = hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1
    return several and sys.platform == "linux" and threading.active_count() == 1


def _made(make: Make, line: Connection) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # it has nothing to let go of, and who waits can make it himself
    try:
        line.send_bytes(make())
    except Exception:  # noqa: BLE001 - who waits makes it again, and sees; or waits no more, and has ended
        os._exit(1)
