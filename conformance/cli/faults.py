"""`conformance faults`: the kill matrix, made by breaking the reference node one promise at a time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.telling import Lang, console, usage_errors, write


def faults(
    only: Annotated[list[str] | None, typer.Argument(metavar="[FAULT]...", help="Only these faults.")] = None,
    workers: Annotated[int, typer.Option("-n", min=1, help="Worker processes.")] = 2,
    check: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A committed matrix; end with 1 when this one is worse."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Write the matrix here.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the texts.")] = Lang.EN,
) -> int:
    """Break the reference node one promise at a time and show which judgements notice. Ends with 0 when every fault did
    what it declared and every automatic requirement was seen to fail, else with 1."""
    from conformance.agreements.catalogue import load_catalogue
    from conformance.upkeep.kills import matrix as killmatrix
    from conformance.upkeep.kills.killing import kill_all

    with usage_errors(lang):
        _known(only or ())
        faithful, rows = kill_all(workers, only or ())
        made = killmatrix.matrix(load_catalogue(), faithful, rows)
        if output:
            write(output, killmatrix.document(made))
    if only:
        troubles = tuple(f"{row.fault}: {'; '.join(row.deviations)}" for row in rows if not row.as_declared)
    else:
        troubles = killmatrix.worse(made, check) if check else made.troubles
    for line in troubles:
        console().print(line)
    as_declared = sum(row.as_declared for row in rows)
    console().print(
        f"{as_declared} van {len(rows)} fouten zoals aangekondigd"
        if lang is Lang.NL
        else f"{as_declared} of {len(rows)} faults as declared"
    )
    return 1 if troubles else 0


def _known(names: Iterable[str]) -> None:
    """Raise DocumentError for a fault that does not exist: breaking nothing would look like success."""
    from conformance.agreements.problems import DocumentError, Problem, near, quoted
    from conformance.model.words import Text
    from conformance.simulators.faults.loading import load_faults

    known = load_faults()
    expected = Text("een bestaande fout", "a fault that exists")
    unknown = [Problem(None, "FAULT", expected, quoted(name), near(name, known)) for name in names if name not in known]
    if unknown:
        raise DocumentError(unknown)
