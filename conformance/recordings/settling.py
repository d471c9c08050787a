"""Files that the disk is made to hold, before anything is written that rests on them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from conformance.recordings.files import wrong

_AT_ONCE = 8
"""So many files a disk takes in the time of one."""
_AHEAD = 20
"""So many files are settled before it is looked whether there is something better to do."""


class Settling:
    """The files and folders of one folder that the disk holds, as far as this process has seen to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ahead: set[str] = set()

    def all(self, names: Iterable[str]) -> None:
        """Have the disk hold them; raises StoreError."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._settle, self._left(names)))

    def some(self, names: Iterable[str]) -> bool:
        """Have it hold a few of these, which never change; false where it holds them all. Raises StoreError."""
        few = [*islice(self._left(names), _AHEAD)]
        for name in few:
            self._settle(name)
        self._ahead.update(few)
        return bool(few)

    def _left(self, names: Iterable[str]) -> Iterable[str]:
        return (name for name in names if name not in self._ahead)

    def _settle(self, name: str) -> None:
        path = self._folder / name
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise wrong(path, error) from error
