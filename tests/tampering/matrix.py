"""Runs every cell and says what tells: the folder itself, which is refused; or only an anchor outside it, and why.

Other agreements and another build are no forgery: such a run is undecided, never conforming.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from conformance.agreements.problems import DocumentError
from conformance.harness.opened import RefusedError, open_run
from conformance.harness.rejudging import Standing, rejudge
from tests.tampering.cells import (
    Cell,
    exchange_cells,
    file_cells,
    input_cells,
    plain_cells,
    recording_cells,
    run_cells,
)
from tests.tampering.forging import Forger, Parts, copied
from tests.tampering.playing import FAULTS, played
from tests.tampering.reasons import reason
from tests.tampering.remembering import remembering

REFUSED, UNDECIDED, ANCHOR, UNSEEN = "refused", "never conforming", "only an anchor tells", "unseen"
CHANGED, SEALED = "changed", "changed and sealed again"
Row = dict[str, str]


def cells(parts: Parts, other: Parts) -> Iterator[Cell]:
    """Every change that is sealed again."""
    yield from file_cells(other)
    yield from run_cells(parts)
    yield from input_cells(parts, "node.json")
    yield from input_cells(parts, "attestations.json")
    yield from input_cells(parts, "agreements.json")
    yield from recording_cells(parts, other)
    yield from exchange_cells(parts)


def matrix(workers: int = 2, every: int = 1) -> dict[str, Any]:
    """The matrix, or each so many-th cell of it. Rows name what was changed and how, in which grade, and what tells."""
    with TemporaryDirectory(prefix="twiin-tamper-") as name:
        base = Path(name)
        shares = range(workers)
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            plays = [pool.submit(played, base / "faulty", FAULTS), pool.submit(played, base / "faithful")]
            folder, other = (play.result() for play in plays)
            jobs = [
                pool.submit(_share, folder, other, base / f"share-{share}", share * every, workers * every)
                for share in shares
            ]
            numbered = sorted(pair for job in jobs for pair in job.result().items())
        plain = [*_plain(folder, other, base / "plain")] if every == 1 else []
        rows = [*plain, *(row for _, row in numbered)]
    return {"faults": list(FAULTS), "counts": _counts(rows), "rows": rows}


def document(made: dict[str, Any]) -> bytes:
    """The matrix as it is committed."""
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _counts(rows: list[Row]) -> dict[str, dict[str, int]]:
    found = Counter((row["grade"], row["told"]) for row in rows)
    told = (REFUSED, UNDECIDED, ANCHOR, UNSEEN)
    return {grade: {word: found[grade, word] for word in told} for grade in (CHANGED, SEALED)}


def _plain(folder: Path, other: Path, work: Path) -> Iterator[Row]:
    for what, how, change in plain_cells(folder, other):
        copied(folder, work)
        change(work)
        told = _told(work)
        shutil.rmtree(work)
        yield {"what": what, "how": how, "grade": CHANGED, "told": UNSEEN if told == ANCHOR else told}


def _share(folder: Path, other: Path, work: Path, share: int, of: int) -> dict[int, Row]:
    parts, others, root = Parts.of(folder), Parts.of(other), open_run(folder).root
    forger = Forger(work)
    rows = {}
    with remembering():
        for number, cell in enumerate(cells(parts, others)):
            made = parts.sharing()
            if number % of == share and _changes(cell, made, parts):
                rows[number] = _sealed(cell, forger.sealed(made, cell.fixed), root)
    return rows


def _changes(cell: Cell, made: Parts, parts: Parts) -> bool:
    """Change it; whether that made a difference: the other run may have the same there."""
    cell.change(made)
    return made != parts


def _sealed(cell: Cell, folder: Path, root: str) -> Row:
    told = _told(folder)
    row = {"what": cell.what, "how": cell.how, "grade": SEALED, "told": told}
    if told == REFUSED:
        return row
    if not _anchored(folder, root):
        return {**row, "told": UNSEEN}
    if told == ANCHOR:
        why = reason(cell.what)
        return {**row, "reason": why} if why else {**row, "told": UNSEEN}
    return row


def _told(folder: Path) -> str:
    try:
        standing = rejudge(folder).standing
    except (RefusedError, DocumentError):
        return REFUSED
    return ANCHOR if standing is Standing.SAME else UNDECIDED


def _anchored(folder: Path, root: str) -> bool:
    """Whether whoever knows the root notices."""
    try:
        open_run(folder, root)
    except RefusedError:
        return True
    return False


def worse(made: dict[str, Any], committed: Path, *, partly: bool = False) -> list[str]:
    """What the committed matrix says is told by more than is told now; unless `partly` also what is gone."""
    order = (REFUSED, UNDECIDED, ANCHOR, UNSEEN)
    now = {(row["what"], row["how"], row["grade"]): row["told"] for row in made["rows"]}
    lines = []
    for row in json.loads(committed.read_bytes())["rows"]:
        told = now.get((row["what"], row["how"], row["grade"]))
        if told is None and partly:
            continue
        if told is None or order.index(told) > order.index(row["told"]):
            lines.append(f"{row['what']}, {row['how']} ({row['grade']}): {told or 'gone'}; it was {row['told']}")
    return lines
