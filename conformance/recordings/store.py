"""A run's folder: recordings name exchanges, exchanges name bodies, and every name is the SHA-256 of its content."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from conformance.model.exchange import Exchange, Recording
from conformance.recordings.serial import (
    MalformedEvidenceError,
    exchange_document,
    exchange_from,
    from_bytes,
    recording_document,
    recording_from,
    to_bytes,
)

PREFIX = "sha256:"
PLAY = ".play"
"""Holds locks while a run plays; no part of the evidence."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_EVIDENCE = ("bodies", "exchanges", "recordings")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StoreError(Exception):
    """The run folder cannot be written or read; the message says which file, why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of the evidence."""

    path: str
    digest: str
    size: int


class RunFolder:
    """Reads and writes one run's folder. Several processes may write at once: names follow from content."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = str(path)
        self._kept: set[str] = set()
        self._bodies: dict[str, bytes] = {}

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new run's folder; raises StoreError when something is there already."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise StoreError(f"{path} is not empty. Name a new folder with --out, or remove this one.")
        except OSError as error:
            raise _wrong(path, error) from error
        return cls(path).shared()

    def shared(self) -> Self:
        """Make the places that workers share; harmless when they are there."""
        try:
            for name in (*_EVIDENCE, PLAY):
                (self.path / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _wrong(self.path, error) from error
        return self

    def save(self, recording: Recording) -> None:
        """Store a recording, its exchanges and their bodies; whole or not at all."""
        digests = tuple(self._put("exchanges", self._bytes(exchange), ".json") for exchange in recording.exchanges)
        self.write(f"recordings/{_name(recording.scenario)}.json", to_bytes(recording_document(recording, digests)))

    def load(self, scenario: str) -> Recording | None:
        """The recording of a scenario; None when it has not been stored. Every digest is checked."""
        path = f"recordings/{_name(scenario)}.json"
        if not (self.path / path).is_file():
            return None
        try:
            return recording_from(from_bytes(self.read(path)), self._exchange)
        except MalformedEvidenceError as error:
            raise StoreError(f"{self.path / path}: {error}. The folder is damaged; play the run again.") from error

    def recordings(self) -> tuple[Recording, ...]:
        """All recordings, by the id of their scenario."""
        found = (self.load(path.stem) for path in sorted((self.path / "recordings").glob("*.json")))
        return tuple(recording for recording in found if recording is not None)

    def evidence(self) -> Mapping[str, str]:
        """The digest of each exchange, by its id (`scenario/step`)."""
        named: dict[str, str] = {}
        for recording in self.recordings():
            for exchange in recording.exchanges:
                named[exchange.id] = PREFIX + sha256(self._bytes(exchange)).hexdigest()
        return named

    def manifest(self) -> tuple[Entry, ...]:
        """Every file of the evidence with digest and size, by path."""
        files = sorted(path for name in _EVIDENCE for path in (self.path / name).iterdir() if not _temporary(path))
        return tuple(self._entry(path) for path in files)

    def evidence_digest(self) -> str:
        """One digest over the whole evidence: of the manifest's lines."""
        lines = "".join(f"{entry.path} {entry.digest} {entry.size}\n" for entry in self.manifest())
        return PREFIX + sha256(lines.encode()).hexdigest()

    def write(self, name: str, data: bytes) -> None:
        """Write a file in one step: a reader sees the old one or the whole new one. Raises StoreError."""
        target = f"{self._root}/{name}"
        folder, _, last = target.rpartition("/")
        temporary = f"{folder}/.{last}.{os.getpid()}.tmp"
        try:
            with open(temporary, "wb") as file:  # noqa: PTH123 - pathlib costs as much as the write itself
                file.write(data)
            os.replace(temporary, target)  # noqa: PTH105
        except OSError as error:
            Path(temporary).unlink(missing_ok=True)
            raise _wrong(Path(target), error) from error

    def read(self, name: str) -> bytes:
        """A file of the folder; raises StoreError."""
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise _wrong(self.path / name, error) from error

    def tidy(self) -> None:
        """Remove what only a playing run needs."""
        shutil.rmtree(self.path / PLAY, ignore_errors=True)

    def _bytes(self, exchange: Exchange) -> bytes:
        return to_bytes(exchange_document(exchange, self._keep))

    def _keep(self, body: bytes) -> str:
        return self._put("bodies", body)

    def _put(self, folder: str, data: bytes, suffix: str = "") -> str:
        digest = PREFIX + sha256(data).hexdigest()
        name = f"{folder}/{digest.removeprefix(PREFIX)}{suffix}"
        if name not in self._kept:
            if not os.path.exists(f"{self._root}/{name}"):  # noqa: PTH110
                self.write(name, data)
            self._kept.add(name)
        return digest

    def _exchange(self, digest: str) -> Exchange:
        try:
            return exchange_from(from_bytes(self._get("exchanges", digest, ".json")), self._body)
        except MalformedEvidenceError as error:
            raise StoreError(f"{self.path}/exchanges/{digest}: {error}. The folder is damaged.") from error

    def _body(self, digest: str) -> bytes:
        if digest not in self._bodies:
            self._bodies[digest] = self._get("bodies", digest)
        return self._bodies[digest]

    def _get(self, folder: str, digest: str, suffix: str = "") -> bytes:
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise MalformedEvidenceError("a digest is not written as sha256:<64 hexadecimal digits>")
        name = f"{folder}/{digest.removeprefix(PREFIX)}{suffix}"
        data = self.read(name)
        if PREFIX + sha256(data).hexdigest() != digest:
            raise StoreError(f"{self.path / name}: its content was changed after the run; it does not match its name.")
        return data

    def _entry(self, path: Path) -> Entry:
        data = path.read_bytes()
        return Entry(
            path=path.relative_to(self.path).as_posix(), digest=PREFIX + sha256(data).hexdigest(), size=len(data)
        )


def _temporary(path: Path) -> bool:
    return path.name.startswith(".")


def _name(scenario: str) -> str:
    if not _NAME.fullmatch(scenario):
        raise StoreError(f"a scenario cannot be stored under the name {scenario!r}")
    return scenario


def _wrong(path: Path, error: OSError) -> StoreError:
    if error.errno in _FULL:
        return StoreError(f"{path} cannot be written: the disk is full. Make room, or name another folder with --out.")
    if isinstance(error, FileNotFoundError):
        return StoreError(f"{path} is not there. Name the folder of a run.")
    reason = (error.strerror or str(error)).lower()
    return StoreError(f"{path} cannot be used: {reason}. Check the folder and its permissions.")
