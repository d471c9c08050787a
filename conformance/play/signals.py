"""Being asked to end. SIGTERM and SIGHUP are as Ctrl-C: whoever holds something lets go of it, whoever knows tells it.

Python raises KeyboardInterrupt wherever the main thread happens to be; where nobody can pass it on (in a destructor, in
a callback of C) it is lost. So it is also remembered that it was asked.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
SAME_S = 1
"""What comes within this time is the same asking: shells, supervisors and our own processes pass it on."""


@dataclass(slots=True)
class _Asked:
    """How often this process was asked to end, since when, and what it is to make of it while it finishes something."""

    times: int = 0
    since: float = 0.0
    finishing: bool = False
    spared: bool = False

    def passes(self) -> bool:
        """Whether this time it only counts: as the same asking, or as the first while something is finished."""
        now = time.monotonic()
        if self.times > 1 and now - self.since < SAME_S:
            return True
        self.since = now
        passes, self.spared = self.finishing and not self.spared, self.finishing
        return passes


_asked = _Asked()


def asked() -> bool:
    """Whether this process was asked to end."""
    return _asked.times > 0


def heed() -> None:
    """Raise KeyboardInterrupt when this process was asked to end: to be called where something long begins."""
    if _asked.times:
        raise KeyboardInterrupt


def listen(*, only_once: bool = False) -> Callable[[], None]:
    """Let each ending signal raise KeyboardInterrupt from now on (`only_once`: the first); gives what undoes this.

    One that the surroundings told us to ignore (`nohup`, a shell's background job) stays ignored. Outside the main
    thread nothing changes: Python has signals handled there only.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None

    def heard(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what every handler is given
        _asked.times += 1
        if not _asked.passes() and (_asked.times == 1 or not only_once):
            raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in ENDING}
    heeded = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}
    for number in heeded:
        signal.signal(number, heard)

    def undo() -> None:
        for number, handler in heeded.items():
            signal.signal(number, handler)
        _asked.times = 0

    return undo


def hush() -> None:
    """Keep Python from printing a KeyboardInterrupt that could not be passed on: it is remembered, and heard later."""
    told = sys.unraisablehook

    def tell(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            told(lost)

    sys.unraisablehook = tell


@contextmanager
def finishing() -> Iterator[None]:
    """Let an ending signal pass within this block, so that what is being written gets whole; who asks once more, a
    second later or more, is heeded."""
    within = _asked.finishing
    _asked.finishing, _asked.spared = True, within and _asked.spared
    try:
        yield
    finally:
        _asked.finishing = within


def ended() -> None:
    """Ignore ending signals from here to the end of the process: nothing is left that could be stopped."""
    if threading.current_thread() is threading.main_thread():
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
