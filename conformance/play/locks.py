"""What worker processes of one run share: locks in files of the run folder, gone with the process that held them."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from conformance.model.node import Politeness
from conformance.protocols.observing import Clock

_TIME = struct.Struct("<d")
_PAUSE_S = 0.002


@contextmanager
def locked(path: Path, *, wait: bool = True, shared: bool = False) -> Iterator[bool]:
    """Hold a lock over all processes, alone or shared; waits for it, or else says whether it is held."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _flocked(descriptor, 0 if wait else fcntl.LOCK_NB, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _flocked(descriptor: int, how: int, lock: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, lock | how)
    except BlockingIOError:
        return False
    return True


class Crew:
    """The processes of one run. Each holds a lock on a file that has its number for a name: who holds one lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / f"process-{os.getpid()}"
        self._lock = os.open(self._own, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def call_off(self) -> None:
        """Ask all others to end, as Ctrl-C would: none shall wait for a node any longer."""
        for path in self._folder.glob("process-*"):
            if path != self._own and _held(path):
                with suppress(ProcessLookupError):
                    os.kill(int(path.name.rpartition("-")[2]), signal.SIGINT)

    def close(self) -> None:
        """Leave."""
        os.close(self._lock)


def _held(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR)
    try:
        return not _flocked(descriptor, fcntl.LOCK_NB)
    finally:
        os.close(descriptor)


class SharedGate:
    """Politeness over all workers together: so many calls at once, so many per second, one second of burst."""

    def __init__(self, folder: Path, politeness: Politeness, clock: Clock) -> None:
        self._clock = clock
        self._step_s = 1 / politeness.rate_per_s
        self._rate = os.open(folder / "rate", os.O_RDWR | os.O_CREAT, 0o600)
        self._slots = [
            os.open(folder / f"slot-{number}", os.O_RDWR | os.O_CREAT, 0o600)
            for number in range(politeness.concurrency)
        ]

    def turn(self) -> AbstractContextManager[None]:
        """Wait until the rate and a free slot allow one call."""
        return _Turn(self)

    def take(self) -> int:
        """Wait for a turn; gives the slot that is then held."""
        if (wait := self._wait_s()) > 0:
            self._clock.sleep(wait)
        return self._slot()

    def close(self) -> None:
        """Let go of the files."""
        for descriptor in (self._rate, *self._slots):
            os.close(descriptor)

    def _wait_s(self) -> float:
        """Generic cell rate algorithm; the file holds the theoretical arrival time of the next call.

        The monotonic clock is one for all processes of a machine.
        """
        fcntl.flock(self._rate, fcntl.LOCK_EX)
        try:
            now = self._clock.monotonic()
            stored = os.pread(self._rate, _TIME.size, 0)
            due = _TIME.unpack(stored)[0] if len(stored) == _TIME.size else now
            due = max(due, now)
            os.pwrite(self._rate, _TIME.pack(due + self._step_s), 0)
        finally:
            fcntl.flock(self._rate, fcntl.LOCK_UN)
        return max(0.0, due - now - 1.0)

    def _slot(self) -> int:
        while True:
            for slot in self._slots:
                if _flocked(slot, fcntl.LOCK_NB):
                    return slot
            self._clock.sleep(_PAUSE_S)


class _Turn(AbstractContextManager[None]):
    """A held slot. No generator: what an interruption leaves of one lets go of it when the files are closed already."""

    def __init__(self, gate: SharedGate) -> None:
        self._gate = gate
        self._held = -1

    def __enter__(self) -> None:
        self._held = self._gate.take()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fcntl.flock(self._held, fcntl.LOCK_UN)
