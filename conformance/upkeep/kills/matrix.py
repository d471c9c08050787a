"""The kill matrix: committed in reports/, so that a judgement that stops noticing is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.agreements.catalogue import Catalogue
from conformance.model.words import Verdict
from conformance.upkeep.kills.killing import Row, Verdicts

NAME = "kill-matrix.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Which automatic requirements each fault was seen to fail."""

    rows: tuple[Row, ...]
    unkilled: tuple[str, ...]
    """Automatic requirements that no fault was seen to fail."""
    unfaithful: tuple[str, ...]
    """Requirements that the faithful reference node does not pass, as `requirement (release): verdict`."""

    @property
    def troubles(self) -> tuple[str, ...]:
        """Everything that keeps the matrix from being complete, one line each."""
        deviating = (f"{row.fault}: {'; '.join(row.deviations)}" for row in self.rows if not row.as_declared)
        unkilled = (f"{requirement}: no fault was seen to fail it" for requirement in self.unkilled)
        return (*deviating, *unkilled, *(f"faithful node: {line}" for line in self.unfaithful))


def matrix(catalogue: Catalogue, faithful: Mapping[str, Verdicts], rows: Sequence[Row]) -> Matrix:
    """Put the rows together and find the automatic requirements that nothing kills."""
    killed = {requirement for row in rows for requirement in row.failed}
    automatic = (requirement.id for requirement in catalogue.requirements.values() if requirement.automatic)
    return Matrix(
        rows=tuple(rows),
        unkilled=tuple(sorted(requirement for requirement in automatic if requirement not in killed)),
        unfaithful=tuple(
            f"{requirement} ({release}): {verdict}"
            for release, verdicts in sorted(faithful.items())
            for requirement, verdict in sorted(verdicts.items())
            if verdict is not Verdict.PASS
        ),
    )


def document(made: Matrix) -> bytes:
    """The matrix as it is committed: sorted, one line per fault, so that a diff reads."""
    rows = [
        json.dumps(
            {
                "fault": row.fault,
                "release": row.release,
                "fails": row.failed,
                "undecided": row.undecided,
                "deviates": row.deviations,
            }
        )
        for row in sorted(made.rows, key=lambda row: row.fault)
    ]
    head = f'{{"kind": "kill-matrix",\n "unkilled": {json.dumps(made.unkilled)},\n "faults": [\n  '
    return (head + ",\n  ".join(rows) + "\n ]}\n").encode()


def worse(made: Matrix, committed: Path) -> tuple[str, ...]:
    """What this matrix lost against the committed one: kills gone, declarations no longer true. Empty: not worse."""
    before = json.loads(committed.read_bytes())
    rows = {row.fault: row for row in made.rows}
    return (
        *(line for fault in before["faults"] for line in _lost(fault, rows)),
        *(f"{name}: was killed before" for name in made.unkilled if name not in before["unkilled"]),
        *(f"faithful node: {line}" for line in made.unfaithful),
    )


def _lost(before: Mapping[str, Sequence[str]], rows: Mapping[str, Row]) -> Iterable[str]:
    name = str(before["fault"])
    if name not in rows:
        yield f"{name}: the fault is gone"
        return
    gone = sorted(set(before["fails"]) - set(rows[name].failed))
    if gone:
        yield f"{name}: no longer fails {', '.join(gone)}"
    if not before["deviates"] and not rows[name].as_declared:
        yield f"{name}: no longer as declared: {'; '.join(rows[name].deviations)}"
