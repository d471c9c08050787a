"""Compiled definitions on disk: one file an item, named by digest, written to a temporary name and then renamed.

Several processes may fill the same cache at once: each writes its own temporary file and the last rename wins, with
the same bytes. A cache that cannot be written (a read-only home, a full disk) costs time and never an answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

KEPT_SECONDS = 30 * 24 * 3600
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of compiled items; `folder` None keeps nothing."""

    folder: Path | None

    @classmethod
    def default(cls) -> Cache:
        """The platform's cache folder, or the folder named by CONFORMANCE_CACHE; the word `off` there keeps nothing."""
        named = os.environ.get("CONFORMANCE_CACHE", "")
        if named == "off":
            return cls(None)
        try:
            return cls((Path(named) if named else _platform_folder()) / "fhir")
        except RuntimeError:  # Path.home() of a user without a home folder
            return cls(None)

    def of(self, generation: str) -> Cache:
        """The part of the cache that one release of the code fills; what others left behind a month ago goes."""
        if self.folder is None:
            return self
        own = self.folder / generation
        if self.folder.is_dir() and not own.is_dir():
            _prune(self.folder)
        return Cache(own)

    def path(self, kind: str, name: str) -> Path | None:
        """Where an item of this kind and name is kept."""
        if self.folder is None:
            return None
        readable = _UNSAFE.sub("-", name.rsplit("/", 1)[-1])[:48]
        return self.folder / kind / f"{hashlib.sha256(name.encode()).hexdigest()[:20]}-{readable}"

    def get(self, kind: str, name: str) -> bytes | None:
        """The bytes kept under this name, or None."""
        path = self.path(kind, name)
        if path is None:
            return None
        try:
            return path.read_bytes()
        except OSError:
            return None

    def put(self, kind: str, name: str, data: bytes) -> Path | None:
        """Keep the bytes; None when the folder cannot be written."""
        path = self.path(kind, name)
        if path is None:
            return None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, data)
        except OSError:
            return None
        return path


class ScopedCache:
    """A cache whose items belong to one set of definitions."""

    __slots__ = ("_cache", "_digest")

    def __init__(self, cache: Cache, digest: str) -> None:
        """`digest` names the set."""
        self._cache = cache
        self._digest = digest[:32]

    def get(self, kind: str, name: str) -> bytes | None:
        """The bytes kept under this name for these definitions, or None."""
        return self._cache.get(f"{kind}/{self._digest}", name)

    def put(self, kind: str, name: str, data: bytes) -> Path | None:
        """Keep the bytes for these definitions."""
        return self._cache.put(f"{kind}/{self._digest}", name, data)


def _prune(folder: Path) -> None:
    import shutil  # a warm start prunes nothing

    with contextlib.suppress(OSError):
        for each in folder.iterdir():
            if each.is_dir() and each.stat().st_mtime < time.time() - KEPT_SECONDS:
                shutil.rmtree(each, ignore_errors=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside the target and rename: a reader sees the whole old file or the whole new one."""
    import tempfile  # with all it imports it would cost every start, and a warm start writes nothing

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(0o644)  # mkstemp gives 0600; what is kept here is no secret
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _platform_folder() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "twiin-conformance"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "twiin-conformance" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "twiin-conformance"
