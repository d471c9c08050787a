"""A run's folder: recordings name exchanges, exchanges name bodies, and every name is the SHA-256 of its content."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Self

from conformance.model.exchange import Exchange, Recording
from conformance.recordings import files, manifest
from conformance.recordings.claim import Claim
from conformance.recordings.files import StoreError, digest_of, wrong
from conformance.recordings.manifest import ALLURE, EVIDENCE, PLAY, RUN, Entry
from conformance.recordings.serial import (
    MalformedEvidenceError,
    as_written,
    exchange_document,
    exchange_from,
    from_bytes,
    recording_document,
    recording_from,
    to_bytes,
)
from conformance.recordings.settling import Settling

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class RunFolder:
    """Reads and writes one run's folder. Several processes may write at once: names follow from content."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = str(path)
        self._kept: set[str] = set()
        self._fresh: dict[str, bytes] = {}
        """What this process wrote under the digest of it, until a recording leads there: the disk need not say it."""
        self._bodies: dict[str, bytes] = {}
        self._exchanges: dict[str, Exchange] = {}
        self._claim = Claim(path, PLAY)
        self._settling = Settling(path)
        self.reached: dict[str, Entry] = {}
        """The files of the evidence that recordings led to so far, as they were read and found to match their name."""

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new run's folder, claimed for this process; raises StoreError when something is there already."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            (path / PLAY).mkdir()  # of two runs that begin here at once, one gets it
        except FileExistsError as error:
            raise _taken(path) from error
        except OSError as error:
            raise wrong(path, error) from error
        if any(entry.name != PLAY for entry in path.iterdir()):
            (path / PLAY).rmdir()
            raise _taken(path)
        folder = cls(path)
        folder.claim()
        return folder

    def claim(self) -> None:
        """Show, as long as this process lives, that it works in the folder. Raises StoreError when another does."""
        self.shared()
        self._claim.first()

    def join(self) -> Self:
        """Show the same for a process that works in it together with the one that claimed it. Raises StoreError."""
        self.shared()
        self._claim.beside()
        return self

    def unlinked(self) -> None:
        """Raises StoreError when a link in the folder would lead what is done in it elsewhere."""
        for name in (*EVIDENCE, ALLURE, PLAY):
            if (self.path / name).is_symlink():
                raise StoreError(
                    f"{self.path / name} is een koppeling; in een run-map staat er geen.",
                    f"{self.path / name} is a link; a run folder holds none.",
                )

    def shared(self) -> Self:
        """Make the places that workers share; harmless when they are there."""
        try:
            for name in (*EVIDENCE, PLAY):
                (self.path / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise wrong(self.path, error) from error
        return self

    @cached_property
    def run_id(self) -> str:
        """The id in `run.json`; empty where no run was opened."""
        if not os.path.lexists(self.path / RUN):
            return ""
        return str(from_bytes(self.read(RUN).rstrip(b"\n"))["id"])

    def save(self, recording: Recording) -> Recording:
        """Store a recording, its exchanges and their bodies, whole or not at all; returns what the folder holds."""
        digests = tuple(self._put("exchanges", self._bytes(exchange), ".json") for exchange in recording.exchanges)
        path = _recording(recording.scenario)
        self.write(path, to_bytes(recording_document(recording, digests)))
        return self._loaded(path, recording.scenario)

    def holds(self, scenario: str) -> bool:
        """Whether the recording of a scenario has been stored."""
        return os.path.lexists(self.path / _recording(scenario))

    def load(self, scenario: str) -> Recording | None:
        """The recording of a scenario; None when it has not been stored. Every digest is checked."""
        return self._loaded(_recording(scenario), scenario) if self.holds(scenario) else None

    def _loaded(self, path: str, scenario: str) -> Recording:
        try:
            document = from_bytes(data := self.read(path))
            recording = recording_from(document, self._exchange)
            own = replace(recording, scenario=scenario)  # a copy under another name is no recording of that scenario
            as_written(data, recording_document(own, tuple(document["exchanges"])))
        except MalformedEvidenceError as error:
            raise self._damaged(path, error) from error
        return recording

    def recordings(self) -> tuple[Recording, ...]:
        """All recordings, by the id of their scenario."""
        found = (self.load(path.stem) for path in sorted((self.path / "recordings").glob("*.json")))
        return tuple(recording for recording in found if recording is not None)

    def evidence(self) -> Mapping[str, str]:
        """The digest of each exchange, by its id (`scenario/step`)."""
        found = [exchange for recording in self.recordings() for exchange in recording.exchanges]
        digests = {id(exchange): digest for digest, exchange in self._exchanges.items()}
        return {exchange.id: digests[id(exchange)] for exchange in found}

    def listed(self) -> tuple[str, ...]:
        """Every file of the folder; raises StoreError at what has no place in it."""
        return manifest.listed(self.path)

    def manifest(self) -> tuple[Entry, ...]:
        """Every file that the root covers, with digest and size, by path: of evidence that was reached, as it was
        judged. Raises StoreError when some of that is gone."""
        names = self.listed()
        if gone := sorted(self.reached.keys() - {*names}):
            path = self.path / gone[0]
            raise StoreError(
                f"{path}: is verdwenen terwijl de map werd gelezen. Lees een map waaraan niemand werkt.",
                f"{path}: it disappeared while the folder was read. Read a folder on which nobody works.",
            )
        return manifest.manifest(self.path, manifest.covered(names), self.reached)

    def write(self, name: str, data: bytes) -> None:
        """Write a file in one step: a reader sees the old one or the whole new one. Raises StoreError."""
        target = f"{self._root}/{name}"
        folder, _, last = target.rpartition("/")
        temporary = f"{folder}/.{last}.{os.getpid()}.tmp"
        try:
            with open(temporary, "wb") as file:  # noqa: PTH123 - pathlib costs as much as the write itself
                file.write(data)
            os.replace(temporary, target)  # noqa: PTH105
        except BaseException as error:
            Path(temporary).unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise wrong(Path(target), error) from error
            raise

    def read(self, name: str) -> bytes:
        """A file of the folder; raises StoreError."""
        return files.read(self.path / name)

    def settle(self, *names: str) -> None:
        """Have the disk hold these files and folders before anything is written that rests on them."""
        self._settling.all(names)

    def settle_ahead(self) -> bool:
        """Have the disk hold some of the evidence that recordings led to; false where it holds all of it."""
        return self._settling.some(self.reached)

    def sweep(self) -> None:
        """Remove what was being written when a run was cut off: half files have hidden names."""
        for name in ("", *EVIDENCE):
            for left in (self.path / name).glob(".*"):
                if left.is_symlink() or not left.is_dir():
                    left.unlink()
                elif left.name != PLAY:
                    shutil.rmtree(left)

    def sweep_evidence(self) -> None:
        """Remove the evidence of scenarios that were cut off before their recording was written."""
        self.recordings()
        for name in EVIDENCE[:2]:
            for path in (self.path / name).iterdir():
                if f"{name}/{path.name}" not in self.reached:
                    path.unlink()

    def tidy(self) -> None:
        """Remove what only a playing run needs, and let go of the folder."""
        shutil.rmtree(self.path / PLAY, ignore_errors=True)
        self.leave()

    def leave(self) -> None:
        """Let go of the folder: this process works in it no longer."""
        self._claim.drop()

    def _bytes(self, exchange: Exchange) -> bytes:
        return to_bytes(exchange_document(exchange, self._keep))

    def _keep(self, body: bytes) -> str:
        return self._put("bodies", body)

    def _put(self, folder: str, data: bytes, suffix: str = "") -> str:
        digest = digest_of(data)
        name = f"{folder}/{digest.removeprefix(files.PREFIX)}{suffix}"
        if name not in self._kept:
            if not os.path.exists(f"{self._root}/{name}"):  # noqa: PTH110
                self.write(name, data)
                self._fresh[name] = data
            self._kept.add(name)
        return digest

    def _exchange(self, digest: str) -> Exchange:
        if digest not in self._exchanges:
            self._exchanges[digest] = self._read_exchange(digest)
        return self._exchanges[digest]

    def _read_exchange(self, digest: str) -> Exchange:
        try:
            document = from_bytes(data := self._get("exchanges", digest, ".json"))
            exchange = exchange_from(document, self._body)
            as_written(data, exchange_document(exchange, digest_of))
        except MalformedEvidenceError as error:
            raise self._damaged(f"exchanges/{str(digest).removeprefix(files.PREFIX)}.json", error) from error
        return exchange

    def _body(self, digest: str) -> bytes:
        if digest not in self._bodies:
            self._bodies[digest] = self._get("bodies", digest)
        return self._bodies[digest]

    def _get(self, folder: str, digest: str, suffix: str = "") -> bytes:
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise MalformedEvidenceError("a digest is not written as sha256:<64 hexadecimal digits>")
        name = f"{folder}/{digest.removeprefix(files.PREFIX)}{suffix}"
        data = self._fresh.pop(name) if (fresh := name in self._fresh) else self.read(name)
        if not fresh and digest_of(data) != digest:
            path = self.path / name
            raise StoreError(
                f"{path}: de inhoud is na de run veranderd; zij past niet bij de naam.",
                f"{path}: its content was changed after the run; it does not match its name.",
            )
        self.reached[name] = Entry(path=name, digest=digest, size=len(data))
        return data

    def _damaged(self, name: str, error: MalformedEvidenceError) -> StoreError:
        path = self.path / name
        return StoreError(
            f"{path}: {error}. De map is beschadigd; speel de run opnieuw.",
            f"{path}: {error}. The folder is damaged; play the run again.",
        )


def _recording(scenario: str) -> str:
    if not _NAME.fullmatch(scenario):
        raise StoreError(
            f"een scenario kan niet worden bewaard onder de naam {scenario!r}",
            f"a scenario cannot be stored under the name {scenario!r}",
        )
    return f"recordings/{scenario}.json"


def _taken(path: Path) -> StoreError:
    return StoreError(
        f"{path} is niet leeg. Noem met --out een nieuwe map, of haal deze weg.",
        f"{path} is not empty. Name a new folder with --out, or remove this one.",
    )
