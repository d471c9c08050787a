"""Reading a run folder that somebody else may have made: regular files only, with limits before a byte is read."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from conformance.model.words import Text

PREFIX = "sha256:"
MOST_BYTES = 256 * 1024 * 1024
"""No file of a run is larger; a body is cut long before, by the node file's own limit."""

_PIECE = 1 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_REGULAR = Text(
    "is geen gewoon bestand (een koppeling, map, pijp of apparaat)",
    "is no regular file (a link, folder, pipe or device)",
)


class StoreError(Exception):
    """The run folder cannot be written or read; `text` says which file, why, and what to do."""

    def __init__(self, nl: str, en: str) -> None:
        super().__init__(nl, en)
        self.text = Text(nl, en)

    def __str__(self) -> str:
        return self.text.en


def read(path: Path) -> bytes:
    """A regular file, whole. Raises StoreError: not there, a link, no regular file, too large, changed while read."""
    with _opened(path) as (descriptor, size):
        data = b"".join(_pieces(descriptor, size))
    if len(data) != size:
        raise _changing(path)
    return data


def digest(path: Path) -> tuple[str, int]:
    """`sha256:<hex>` and size in bytes of a regular file, read in pieces. Raises StoreError as `read` does."""
    total, length = sha256(), 0
    with _opened(path) as (descriptor, size):
        for piece in _pieces(descriptor, size):
            total.update(piece)
            length += len(piece)
    if length != size:
        raise _changing(path)
    return PREFIX + total.hexdigest(), size


def digest_of(data: bytes) -> str:
    """`sha256:<hex>` of bytes."""
    return PREFIX + sha256(data).hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, int]]:
    """An open file and its size. Nothing is followed and nothing is waited for: a pipe would keep us for ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise StoreError(f"{path} {_NO_REGULAR.nl}.", f"{path} {_NO_REGULAR.en}.") from error
        raise wrong(path, error) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise StoreError(f"{path} {_NO_REGULAR.nl}.", f"{path} {_NO_REGULAR.en}.")
        if found.st_size > MOST_BYTES:
            raise too_large(path, found.st_size)
        yield descriptor, found.st_size
    except OSError as error:
        raise wrong(path, error) from error
    finally:
        os.close(descriptor)


def _pieces(descriptor: int, size: int) -> Iterator[bytes]:
    """What the file holds, one byte more than it said at most, so that a growing file is noticed and not followed."""
    left = size + 1
    while left > 0 and (piece := os.read(descriptor, min(_PIECE, left))):
        left -= len(piece)
        yield piece


def too_large(path: Path, size: int) -> StoreError:
    """A file beyond the limit."""
    return StoreError(
        f"{path} is te groot voor een run-map ({size} bytes; hoogstens {MOST_BYTES}).",
        f"{path} is too large for a run folder ({size} bytes; at most {MOST_BYTES}).",
    )


def wrong(path: Path, error: OSError) -> StoreError:
    """What an operating system's error means for the user."""
    if error.errno in _FULL:
        return StoreError(
            f"{path} kan niet worden geschreven: de schijf is vol. Maak plaats, of noem een andere map met --out.",
            f"{path} cannot be written: the disk is full. Make room, or name another folder with --out.",
        )
    if isinstance(error, FileNotFoundError):
        return StoreError(
            f"{path} is er niet. Geef de map van een run, heel en onveranderd.",
            f"{path} is not there. Name the folder of a run, whole and unchanged.",
        )
    reason = (error.strerror or str(error)).lower()
    return StoreError(
        f"{path} kan niet worden gebruikt: {reason}. Controleer de map en haar rechten.",
        f"{path} cannot be used: {reason}. Check the folder and its permissions.",
    )


def _changing(path: Path) -> StoreError:
    return StoreError(
        f"{path} veranderde tijdens het lezen. Beoordeel een kopie waaraan niemand schrijft.",
        f"{path} changed while it was read. Judge a copy that nobody writes to.",
    )
