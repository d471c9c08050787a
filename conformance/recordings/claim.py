"""Whose a run folder is: held by a lock as long as a process lives that works in it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from conformance.recordings.files import StoreError, wrong

_ALIVE = "alive"


class Claim:
    """The claim of this process on a run folder; `place` is where its processes have their locks."""

    def __init__(self, folder: Path, place: str) -> None:
        self._folder = folder
        self._path = folder / place / _ALIVE
        self._held = -1

    def first(self) -> None:
        """For the process that begins or ends a run here. Raises StoreError when another works in the folder."""
        self._lock(fcntl.LOCK_EX, fcntl.LOCK_SH)

    def beside(self) -> None:
        """For one that works in it together with the first. Raises StoreError."""
        self._lock(fcntl.LOCK_SH)

    def drop(self) -> None:
        """This process works in it no longer."""
        if self._held >= 0:
            os.close(self._held)
            self._held = -1

    def _lock(self, *locks: int) -> None:
        try:
            self._held = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            for lock in locks:
                fcntl.flock(self._held, lock | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(
                f"in {self._folder} loopt nog een run. Wacht tot die klaar is, of stop hem.",
                f"a run is still going on in {self._folder}. Wait until it ends, or stop it.",
            ) from error
        except OSError as error:
            raise wrong(self._folder, error) from error
