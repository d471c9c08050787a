"""A forger with our code: takes a run folder apart, changes it, and seals it again with our own functions."""

from __future__ import annotations

import copy
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conformance.agreements.canonical import canonical
from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.problems import DocumentError
from conformance.harness import snapshots
from conformance.harness.inputs import input_digests, kept_plan
from conformance.harness.running import closed, result_of
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
        return copy.deepcopy(self)

    def exchanges(self) -> list[dict[str, Any]]:
        return [exchange for recording in self.recordings.values() for exchange in recording["exchanges"]]

    def put(self, body: bytes) -> str:
        """A body more; its digest."""
        self.bodies[digest_of(body)] = body
        return digest_of(body)

    def evidence(self) -> dict[str, bytes]:
        """Recordings, exchanges and the bodies that these name, each under the name of its content."""
        files: dict[str, bytes] = {}
        for name, recording in self.recordings.items():
            digests = []
            for exchange in recording["exchanges"]:
                data = to_bytes(exchange)
                digests.append(digest_of(data))
                files[f"exchanges/{digests[-1].removeprefix('sha256:')}.json"] = data
            files[f"recordings/{name}.json"] = to_bytes({**recording, "exchanges": digests})
        named = json.dumps(self.exchanges())
        for digest, body in self.bodies.items():
            if digest in named:
                files[f"bodies/{digest.removeprefix('sha256:')}"] = body
        return files


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
        result = result_of(kept, snapshots.run_of(files[RUN]), plan, catalogue, _attested(parts), None)
        files[FINDINGS] = findings_bytes(result.findings)

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


def _attested(parts: Parts) -> Any:
    return snapshots.attestations_of(parts.inputs[ATTESTATIONS])


def _get(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _set(value: Any, path: tuple[str, ...], new: Any) -> None:
    *before, last = path
    for key in before:
        value = value[key]
    value[last] = new
