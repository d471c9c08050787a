"""The kill matrix: committed in reports/, so that a judgement that stops noticing is noticed.

A denominator stands beside its source: the automatic requirements of the agreements, and the values and pairs of the
members that were planned under the matrix's seed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.agreements.catalogue import Catalogue
from conformance.agreements.problems import DocumentError, Problem
from conformance.model.agreements import Json
from conformance.model.words import Text, Verdict
from conformance.reporting.exits import WORST_FIRST, Exit
from conformance.upkeep.kills.crew import Outcome
from conformance.upkeep.kills.ending import Ending
from conformance.upkeep.kills.expecting import verdicts
from conformance.upkeep.kills.killing import Row
from conformance.upkeep.kills.units import Killed

KIND = "kill-matrix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Which automatic requirements, and which values of what they are judged over, each fault was seen to fail."""

    seed: str
    rows: tuple[Row, ...]
    requirements: tuple[str, ...]
    """Every automatic requirement of the agreements."""
    unkilled: tuple[str, ...]
    """Those that no fault was seen to fail."""
    units: tuple[Killed, ...]
    """Every value (and pair, where pairs are drawn) of the planned members of a requirement judged over members."""
    survivors: tuple[Killed, ...]
    """Those for which no fault failed exactly the members that have it."""
    beyond: Mapping[str, str]
    """Requirements that no fault can be seen to fail, and why."""
    endings: Mapping[str, Ending]
    """How a run on the faithful node of each release ends."""
    unfaithful: tuple[str, ...]
    """Requirements that the faithful reference node does not pass, as `requirement (release): verdict`."""

    @property
    def killers(self) -> Mapping[str, int]:
        """How many independent faults fail each requirement: the parts of one fault are one."""
        found: dict[str, set[str]] = {requirement: set() for requirement in self.requirements}
        for row in self.rows:
            for requirement in found.keys() & set(row.failed):
                found[requirement].add(row.fault.partition("[")[0])
        return {requirement: len(faults) for requirement, faults in found.items()}

    @property
    def troubles(self) -> tuple[str, ...]:
        """Everything that keeps the matrix from being complete, one line each."""
        return (
            *(trouble(row) for row in self.rows if not row.as_declared),
            *(f"{requirement}: no fault was seen to fail it" for requirement in self.unkilled),
            *(f"{requirement}: no fault was seen to fail {unit} alone" for requirement, unit in self.survivors),
            *(f"faithful node: {line}" for line in self.unfaithful),
        )


def trouble(row: Row) -> str:
    """Why a fault does not count as declared."""
    return f"{row.fault}: {f'unproved, {row.unproved}' if row.unproved else '; '.join(row.deviations)}"


def matrix(catalogue: Catalogue, outcome: Outcome) -> Matrix:
    """Put the rows together and find what nothing kills."""
    failed = {requirement for row in outcome.rows for requirement in row.failed}
    dead = {unit for row in outcome.rows for unit in row.killed}
    automatic = [requirement.id for requirement in catalogue.requirements.values() if requirement.automatic]
    units = sorted(_units(outcome))
    return Matrix(
        seed=outcome.seed,
        rows=outcome.rows,
        requirements=tuple(sorted(automatic)),
        unkilled=tuple(sorted(requirement for requirement in automatic if requirement not in failed)),
        units=tuple(units),
        survivors=tuple(unit for unit in units if unit not in dead),
        beyond={
            requirement.id: "asked of a person" if requirement.asks else "not tested"
            for requirement in catalogue.requirements.values()
            if not requirement.automatic
        },
        endings={release: beside.ending for release, beside in outcome.beside.items()},
        unfaithful=tuple(_unfaithful(outcome)),
    )


def _units(outcome: Outcome) -> set[Killed]:
    return {
        (identity.rpartition("::")[2], unit)
        for beside in outcome.beside.values()
        for identity, units in beside.units.items()
        for unit in units
    }


def _unfaithful(outcome: Outcome) -> Iterable[str]:
    for release, beside in sorted(outcome.beside.items()):
        for requirement, verdict in sorted(verdicts(beside.faithful.findings).items()):
            if verdict is not Verdict.PASS:
                yield f"{requirement} ({release}): {verdict}"


def document(made: Matrix) -> bytes:
    """The matrix as it is committed: sorted, one line per fault, so that a diff reads."""
    head = {
        "kind": KIND,
        "seed": made.seed,
        "requirements": {"killed": len(made.requirements) - len(made.unkilled), "of": len(made.requirements)},
        "values and pairs": {"killed": len(made.units) - len(made.survivors), "of": len(made.units)},
        "of": {
            "requirements": "every automatic requirement under profiles/",
            "values and pairs": "of the members that are planned for the reference node under this seed",
        },
        "hang on one fault": [requirement for requirement, count in made.killers.items() if count == 1],
        "killed by": dict(made.killers),
        "unkilled": list(made.unkilled),
        "survivors": [f"{requirement}[{unit}]" for requirement, unit in made.survivors],
        "out of scope": dict(sorted(made.beyond.items())),
    }
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    ordered = sorted(made.rows, key=lambda row: row.fault)
    rows = ",\n  ".join(json.dumps(_line(row, made.endings[row.release])) for row in ordered)
    return ("{\n" + ",\n".join(lines) + f',\n "faults": [\n  {rows}\n ]\n}}\n').encode()


def _line(row: Row, faithful: Ending) -> dict[str, Json]:
    line: dict[str, Json] = {
        "fault": row.fault,
        "release": row.release,
        "fails": row.failed,
        "undecided": row.undecided,
        "deviates": row.deviations,
    }
    if row.ending is not None:
        line |= {"ends with": row.ending.code.value, "concludes": row.ending.otherwise(faithful)}
    return line | ({"unproved": row.unproved} if row.unproved else {})


def read(committed: Path) -> Json:
    """A committed matrix; raises DocumentError when it is none."""
    try:
        content = json.loads(committed.read_bytes())
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict) or content.get("kind") != KIND or not {"survivors", "faults"} <= content.keys():
        expected = Text("een kill-matrix van deze suite", "a kill matrix of this suite")
        step = Text("Maak hem met --output.", "Make it with --output.")
        raise DocumentError([Problem(None, str(committed), expected, Text("iets anders", "something else"), step)])
    return content


def worse(made: Matrix, before: Json) -> tuple[str, ...]:
    """What this matrix lost against a committed one: kills gone, declarations no longer true. Empty: not worse."""
    rows = {row.fault: row for row in made.rows}
    survived = set(before["survivors"])
    return (
        *(line for fault in before["faults"] for line in _lost(fault, rows)),
        *(f"{name}: was killed before" for name in made.unkilled if name not in before["unkilled"]),
        *(
            f"{requirement}[{unit}]: survives, and did not before"
            for requirement, unit in made.survivors
            if f"{requirement}[{unit}]" not in survived
        ),
        *(f"faithful node: {line}" for line in made.unfaithful),
    )


def _lost(before: Mapping[str, Any], rows: Mapping[str, Row]) -> Iterable[str]:
    name = str(before["fault"])
    if name not in rows:
        yield f"{name}: the fault is gone"
        return
    gone = sorted(set(before["fails"]) - set(rows[name].failed))
    if gone:
        yield f"{name}: no longer fails {', '.join(gone)}"
    ended, ends = before.get("ends with"), rows[name].ending
    if ended is not None and ends is not None and WORST_FIRST.index(Exit(ended)) < WORST_FIRST.index(ends.code):
        yield f"{name}: a run ends with {ends.code.value}, and ended with {ended} before"
    if not before["deviates"] and not rows[name].as_declared:
        yield f"{trouble(rows[name])}, and was as declared before"
