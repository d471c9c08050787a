"""A temporary folder for private keys: of this user alone, gone when closed, swept by the next one when we were killed.

Its maker holds a lock on a file in it for as long as it lives; the system lets go of the lock however a process ends.
So a folder whose lock can be taken is nobody's any more, and one without a lock was never ours to remove.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PREFIX = "twiin-reference-"
LOCK = ".lock"
_NOBODY = -1


class KeyFolder:
    """A new private folder (mode 0700) in the place for temporary files. Raises OSError when it cannot be made."""

    def __init__(self) -> None:
        sweep()
        # Named and promised to be removed before it is there: whatever interrupts the making leaves nothing.
        self.path = Path(tempfile.gettempdir()) / f"{PREFIX}{secrets.token_hex(16)}"
        self._lock = -1
        self._owner = os.getpid()
        atexit.register(self.close)
        try:
            self.path.mkdir(mode=0o700)
            self._lock = _locked(self.path)
        except FileExistsError:
            self._owner = _NOBODY
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the folder and all keys in it; harmless when done before, and in a fork, which owns nothing."""
        if os.getpid() != self._owner:
            return
        _remove(self.path)
        atexit.unregister(self.close)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def sweep() -> None:
    """Remove the folders of this user whose maker has gone; what cannot be looked at or removed stays."""
    for folder in _own_folders(Path(tempfile.gettempdir())):
        try:
            lock = _abandoned(folder)
        except OSError:
            continue
        try:
            _remove(folder)
        finally:
            os.close(lock)


def _remove(folder: Path) -> None:
    """The lock goes last: what stops this halfway leaves a folder that can be swept. No link is followed."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            elif entry.name != LOCK:
                Path(entry.path).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _own_folders(place: Path) -> Iterator[Path]:
    try:
        with os.scandir(place) as entries:
            found = [entry for entry in entries if entry.name.startswith(PREFIX)]
    except OSError:
        return
    for entry in found:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid():
            yield Path(entry.path)


def _abandoned(folder: Path) -> int:
    """The lock of a folder whose maker has gone. Raises OSError when the maker lives or the folder is none of ours."""
    if not stat.S_ISREG((folder / LOCK).lstat().st_mode):
        raise FileNotFoundError(f"{folder / LOCK} is no file")
    # Should a link or a pipe take its place meanwhile, it is neither followed nor waited for.
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(lock)
        raise
    return lock


def _locked(folder: Path) -> int:
    """Put a lock into the folder, already held when it appears under its name."""
    fresh = folder / f"{LOCK}.new"
    lock = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fresh.rename(folder / LOCK)
    except BaseException:
        os.close(lock)
        raise
    return lock
