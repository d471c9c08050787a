"""What a run folder holds, file by file, and the one digest over everything a verdict rests on: its root."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance.recordings.files import MOST_BYTES, StoreError, digest, digest_of, too_large, wrong

PLAY = ".play"
"""Holds locks while a run plays; no part of the evidence."""

RUN, FINDINGS, ROOT = "run.json", "findings.json", "root.txt"
NODE, ATTESTATIONS, EXPECTATIONS, ROOTS, AGREEMENTS = (
    "node.json",
    "attestations.json",
    "expectations.json",
    "roots.pem",
    "agreements.json",
)
EVIDENCE = ("bodies", "exchanges", "recordings")
REPORTS = ("report.json", "report.html", "junit.xml")
ALLURE = "allure"

COVERED = (RUN, NODE, ATTESTATIONS, EXPECTATIONS, ROOTS, AGREEMENTS, FINDINGS)
"""The files beside the evidence that the root covers. Reports are made again from these, so no digest covers them."""

MOST_FILES = 100_000
MOST_TOTAL = 4 * 1024 * 1024 * 1024
"""Bytes of all files together."""

_NAMES = {
    "": re.compile("|".join(re.escape(name) for name in (*COVERED, ROOT, *REPORTS))),
    "bodies": re.compile(r"[0-9a-f]{64}"),
    "exchanges": re.compile(r"[0-9a-f]{64}\.json"),
    "recordings": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.json"),
    ALLURE: re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file: its path in the run folder, its digest, its size in bytes."""

    path: str
    digest: str
    size: int


def listed(folder: Path) -> tuple[str, ...]:
    """The path of every file of a run folder, sorted, looked at without opening any.

    Raises StoreError at the first that has no place there: a link, pipe or device, an unknown name, one too large, or
    too many.
    """
    return tuple(sorted(_walk(folder)))


def _walk(folder: Path) -> Iterator[str]:
    files = total = 0
    for inside in ("", *EVIDENCE, ALLURE):
        for entry in _entries(folder / inside):
            found = entry.stat(follow_symlinks=False)
            if inside == "" and stat.S_ISDIR(found.st_mode) and entry.name in (*EVIDENCE, ALLURE, PLAY):
                continue
            _regular(entry.path, found, known=_NAMES[inside].fullmatch(entry.name) is not None)
            files, total = files + 1, total + found.st_size
            if files > MOST_FILES or total > MOST_TOTAL:
                raise StoreError(
                    f"{folder} houdt meer in dan een run kan achterlaten ({files} bestanden, {total} bytes).",
                    f"{folder} holds more than a run can leave ({files} files, {total} bytes).",
                )
            yield f"{inside}/{entry.name}" if inside else entry.name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise wrong(folder, error) from error


def _regular(path: str, found: os.stat_result, *, known: bool) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(
            f"{path} is geen gewoon bestand (een koppeling, map, pijp of apparaat).",
            f"{path} is no regular file (a link, folder, pipe or device).",
        )
    if not known:
        raise StoreError(
            f"{path} hoort niet in een run-map. Haal het weg, of beoordeel een onveranderde kopie.",
            f"{path} has no place in a run folder. Take it out, or judge an untouched copy.",
        )
    if found.st_size > MOST_BYTES:
        raise too_large(Path(path), found.st_size)


def manifest(folder: Path, names: Iterable[str], known: Mapping[str, Entry]) -> tuple[Entry, ...]:
    """Path, digest and size of each named file, by path; what is known is not read again. Raises StoreError."""
    return tuple(known.get(name) or _entry(folder, name) for name in sorted(names))


def _entry(folder: Path, name: str) -> Entry:
    found, size = digest(folder / name)
    return Entry(path=name, digest=found, size=size)


def covered(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the files that the root covers: the run, its inputs, the evidence and the findings."""
    return tuple(sorted(name for name in names if name in COVERED or name.partition("/")[0] in EVIDENCE))


def root_of(entries: Iterable[Entry]) -> str:
    """`sha256:<hex>` over the lines `path digest size` of a manifest, sorted by path."""
    lines = sorted(f"{entry.path} {entry.digest} {entry.size}\n" for entry in entries)
    return digest_of("".join(lines).encode())
