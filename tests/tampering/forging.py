"""A forger with our code: takes a run folder apart, changes it, and seals it again with our own functions."""

from __future__ import annotations

import copy
import json
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conformance.agreements.canonical import canonical
from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.problems import DocumentError
from conformance.harness import snapshots
from conformance.harness.concluding import closed, findings_of
from conformance.harness.inputs import input_digests, kept_plan
from conformance.model.words import RunState
from conformance.recordings.files import StoreError, digest_of
from conformance.recordings.manifest import (
    AGREEMENTS,
    ATTESTATIONS,
    EVIDENCE,
    EXPECTATIONS,
    FINDINGS,
    NODE,
    ROOT,
    ROOTS,
    RUN,
    root_of,
)
from conformance.recordings.serial import to_bytes
from conformance.recordings.store import RunFolder
from conformance.reporting.canonical import findings_bytes

INPUTS = (NODE, ATTESTATIONS, EXPECTATIONS, ROOTS, AGREEMENTS)


_DIGEST = re.compile(rb"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Written:
    """An exchange as it stands in a folder, and the digests that it names. It is held, so that its identity stays its
    own."""

    exchange: dict[str, Any]
    data: bytes
    digest: str
    named: frozenset[str]


@dataclass
class Parts:
    """A run folder in pieces: documents as values, exchanges inside their recordings, bodies by digest."""

    run: dict[str, Any]
    inputs: dict[str, bytes]
    recordings: dict[str, dict[str, Any]]
    bodies: dict[str, bytes]
    findings: bytes
    extra: dict[str, bytes] = field(default_factory=dict)
    """Files beside these, to be left as they are."""
    _written: dict[int, Written] = field(default_factory=dict, compare=False, repr=False)
    """How each exchange is written that copies have in common."""

    @classmethod
    def of(cls, folder: Path) -> Parts:
        recordings = {}
        for path in sorted((folder / "recordings").iterdir()):
            document = json.loads(path.read_bytes())
            names = [digest.removeprefix("sha256:") for digest in document["exchanges"]]
            document["exchanges"] = [json.loads((folder / "exchanges" / f"{name}.json").read_bytes()) for name in names]
            recordings[path.stem] = document
        return cls(
            run=json.loads((folder / RUN).read_bytes()),
            inputs={name: (folder / name).read_bytes() for name in INPUTS if (folder / name).exists()},
            recordings=recordings,
            bodies={f"sha256:{path.name}": path.read_bytes() for path in (folder / "bodies").iterdir()},
            findings=(folder / FINDINGS).read_bytes(),
        )

    def copy(self) -> Parts:
        return copy.deepcopy(replace(self, _written={}))

    def sharing(self) -> Parts:
        """A copy that has the exchanges in common with this one: quick, and to be changed by `exchange` alone."""
        if not self._written:
            self._written.update({id(exchange): self._as_written(exchange) for exchange in self.exchanges()})
        return replace(
            self,
            run=copy.deepcopy(self.run),
            inputs=dict(self.inputs),
            recordings={name: {**one, "exchanges": [*one["exchanges"]]} for name, one in self.recordings.items()},
            bodies=dict(self.bodies),
            extra=dict(self.extra),
        )

    def exchanges(self) -> list[dict[str, Any]]:
        return [exchange for recording in self.recordings.values() for exchange in recording["exchanges"]]

    def exchange(self, number: int) -> dict[str, Any]:
        """One of the exchanges, to be changed: from now on this copy's own."""
        for recording in self.recordings.values():
            held = recording["exchanges"]
            if number < len(held):
                held[number] = copy.deepcopy(held[number])
                own: dict[str, Any] = held[number]
                return own
            number -= len(held)
        raise IndexError(number)

    def put(self, body: bytes) -> str:
        """A body more; its digest."""
        self.bodies[digest_of(body)] = body
        return digest_of(body)

    def evidence(self) -> dict[str, bytes]:
        """Recordings, exchanges and the bodies that these name, each under the name of its content."""
        files: dict[str, bytes] = {}
        for name, recording in self.recordings.items():
            written = [self._as_written(exchange) for exchange in recording["exchanges"]]
            for one in written:
                files[f"exchanges/{one.digest.removeprefix('sha256:')}.json"] = one.data
                for digest in one.named & self.bodies.keys():
                    files[f"bodies/{digest.removeprefix('sha256:')}"] = self.bodies[digest]
            files[f"recordings/{name}.json"] = to_bytes({**recording, "exchanges": [one.digest for one in written]})
        return files

    def _as_written(self, exchange: dict[str, Any]) -> Written:
        if (known := self._written.get(id(exchange))) is not None:
            return known
        data = to_bytes(exchange)
        named = frozenset(match.decode() for match in _DIGEST.findall(data))
        return Written(exchange, data, digest_of(data), named)


class Forger:
    """Works in one folder; what did not change since the last time is not written again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in EVIDENCE:
            (folder / name).mkdir()
        self._written: dict[str, bytes] = {}

    def sealed(self, parts: Parts, fixed: tuple[tuple[str, ...], ...] = ()) -> Path:
        """The folder with every digest, the findings and the root made anew; `fixed` are members of run.json that the
        forger wants as he wrote them. Reports are left out: our own functions would make them as the judge does."""
        files = {
            **parts.evidence(),
            **parts.inputs,
            **parts.extra,
            RUN: canonical(parts.run) + b"\n",
            FINDINGS: parts.findings,
        }
        self._write(files)
        with suppress(ValueError, KeyError, TypeError, AttributeError, StoreError, DocumentError, IndexError):
            self._conclude(parts, files, fixed)
        self._write(files)
        with suppress(StoreError):  # a file that has no place there has no root either
            files[ROOT] = f"{root_of(RunFolder(self.folder).manifest())}\n".encode()
        self._write(files)
        return self.folder

    def _conclude(self, parts: Parts, files: dict[str, bytes], fixed: tuple[tuple[str, ...], ...]) -> None:
        kept, catalogue = RunFolder(self.folder), load_catalogue()
        run = snapshots.run_of(files[RUN])
        digests = {name: value for name, value in input_digests(parts.inputs).items() if ("digests", name) not in fixed}
        run = replace(run, digests=replace(run.digests, **digests))
        again = closed(kept, run, aborted=run.state is RunState.ABORTED)
        plan = kept_plan(kept, catalogue, run)
        if ("digests", "plan") not in fixed:
            again = replace(again, digests=replace(again.digests, plan=plan.digest))
        raw = json.loads(snapshots.run_bytes(again))
        for name in fixed:
            _set(raw, name, _get(parts.run, name))
        files[RUN] = canonical(raw) + b"\n"
        self._write(files)
        files[FINDINGS] = findings_bytes(findings_of(kept, snapshots.run_of(files[RUN]), plan))

    def _write(self, files: dict[str, bytes]) -> None:
        for name in set(self._written) - set(files):
            (self.folder / name).unlink(missing_ok=True)
        for name, data in files.items():
            if self._written.get(name) != data:
                (self.folder / name).write_bytes(data)
        self._written = dict(files)


def copied(folder: Path, to: Path) -> Path:
    """The whole folder once more, reports too."""
    return Path(shutil.copytree(folder, to, symlinks=True))


def _get(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _set(value: Any, path: tuple[str, ...], new: Any) -> None:
    *before, last = path
    for key in before:
        value = value[key]
    value[last] = new
