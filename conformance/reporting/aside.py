"""Something made in a process of its own while this one goes on, where there is a second processor for it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Made = TypeVar("Made")
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def aside(make: Callable[[], Made]) -> Iterator[Callable[[], Made]]:
    """Begin to make it; gives what waits for it. Whatever ends the other process, it is then made here; and with the
    block the other process ends, whether anybody waited or not."""
    if not _has_room():
        yield make
        return
    context: Any = multiprocessing.get_context("fork")  # what it is made from is there already
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_made, args=(make, theirs, ours), daemon=True)
    with held_back():
        process.start()
    theirs.close()

    def wait() -> Made:
        try:
            made: Made = ours.recv()
        except (EOFError, OSError):
            return make()
        return made

    try:
        yield wait
    finally:
        ours.close()
        process.kill()  # it has nothing to let go of
        process.join()


def can_fork() -> bool:
    """A fork has loaded everything already. But it copies no thread, and not what one held; and macOS's own libraries
    do not bear it."""
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def held_back() -> Iterator[None]:
    """Nothing asks this process to end meanwhile, nor one that is begun meanwhile before it knows what to do then."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _has_room() -> bool:
    return hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1 and can_fork()


def _made(make: Callable[[], Made], line: Connection, other_end: Connection) -> None:
    other_end.close()  # or it would not be told that nobody reads any more
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)  # who waits can make it himself
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    try:
        line.send(make())
    except Exception:  # noqa: BLE001 - who waits makes it again, and sees; or waits no more, and has ended
        os._exit(1)
