"""`conformance faults`: the kill matrix, made by breaking the reference node one promise at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli.telling import Lang, console, usage_errors, write

if TYPE_CHECKING:
    from conformance.model.agreements import Json
    from conformance.upkeep.kills.crew import Outcome
    from conformance.upkeep.kills.matrix import Matrix


def faults(
    only: Annotated[list[str] | None, typer.Argument(metavar="[FAULT]...", help="Only these faults.")] = None,
    workers: Annotated[int, typer.Option("-n", min=1, help="Worker processes.")] = 2,
    seed: Annotated[str, typer.Option(help="What is drawn when planning is drawn from this.")] = "0",
    a_tenth: Annotated[bool, typer.Option("--tenth", help="Only a tenth of the faults, drawn from the seed.")] = False,
    pairs: Annotated[
        int, typer.Option(min=0, help="Instead play so many pairs of faults, drawn from the seed, each on one node.")
    ] = 0,
    check: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A committed matrix; end with 1 when this one is worse."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Write the matrix here.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the texts.")] = Lang.EN,
) -> int:
    """Break the reference node one promise at a time and show which judgements notice. Ends with 0 when every fault did
    what it declared and every automatic requirement, with every value it is judged over, was seen to fail, else with 1;
    also when a control is off: a fault that breaks nothing changed something, or one that ruins much spared it."""
    from conformance.agreements.catalogue import load_catalogue
    from conformance.agreements.drawing import in_form
    from conformance.reporting.progress import progress
    from conformance.upkeep.kills import crew, matrix

    with usage_errors(lang):
        in_form(seed)
        _known(only or ())
        if pairs:
            with progress(console(stderr=True), pairs, lang=lang.value) as done:
                return _both_seen(crew.kill_pairs(pairs, seed, workers, done), lang)
        before = matrix.read(check) if check else None
        every = crew.chosen(only or ())
        chosen = crew.tenth(every, seed) if a_tenth else every
        with progress(console(stderr=True), len(chosen), lang=lang.value) as done:
            outcome = crew.kill_all(chosen, seed, workers, done)
        if outcome.void:
            return _void(outcome, lang)
        made = matrix.matrix(load_catalogue(), outcome)
        if output:
            write(output, matrix.document(made))
    return _ended(made, before, lang, whole=not only and not a_tenth)


def _ended(made: Matrix, before: Json, lang: Lang, *, whole: bool) -> int:
    from conformance.upkeep.kills import matrix

    if not whole:
        troubles = tuple(matrix.trouble(row) for row in made.rows if not row.as_declared)
    else:
        troubles = matrix.worse(made, before) if before else made.troubles
    for line in troubles:
        console().print(line)
    _told(made, lang, whole=whole)
    return 1 if troubles else 0


def _both_seen(outcome: Outcome, lang: Lang) -> int:
    """Ends with 0 when each fault of every pair was seen beside the other."""
    from conformance.upkeep.kills.matrix import trouble

    if outcome.void:
        return _void(outcome, lang)
    troubles = [trouble(row) for row in outcome.rows if not row.as_declared]
    for line in troubles:
        console().print(line)
    kept, of = len(outcome.rows) - len(troubles), len(outcome.rows)
    console().print(
        f"{kept} van {of} paren fouten houden beide wat zij laten falen (seed {outcome.seed})"
        if lang is Lang.NL
        else f"{kept} of {of} pairs of faults both keep what they fail (seed {outcome.seed})"
    )
    return 1 if troubles else 0


def _void(outcome: Outcome, lang: Lang) -> int:
    for sentence in outcome.void:
        console().print(lang.of(sentence))
    console().print(
        "De matrix is niets waard: een controle klopt niet."
        if lang is Lang.NL
        else "The matrix is void: a control is off."
    )
    return 1


def _told(made: Matrix, lang: Lang, *, whole: bool) -> None:
    """The counts, each with what it is of."""
    as_declared, faults = sum(row.as_declared for row in made.rows), len(made.rows)
    killed, of = len(made.requirements) - len(made.unkilled), len(made.requirements)
    one = sum(count == 1 for count in made.killers.values())
    dead, units = len(made.units) - len(made.survivors), len(made.units)
    if lang is Lang.NL:
        lines = [f"{as_declared} van {faults} fouten zoals aangekondigd (seed {made.seed})"]
        more = [
            f"{killed} van {of} automatische eisen van de afspraken gedood; {len(made.beyond)} vallen erbuiten",
            f"{one} daarvan hangen aan één onafhankelijke fout",
            f"{dead} van {units} waarden en paren gedood, van de gevallen die onder deze seed zijn gepland",
        ]
    else:
        lines = [f"{as_declared} of {faults} faults as declared (seed {made.seed})"]
        more = [
            f"{killed} of {of} automatic requirements of the agreements killed; {len(made.beyond)} are out of scope",
            f"{one} of these hang on one independent fault",
            f"{dead} of {units} values and pairs killed, of the members planned under this seed",
        ]
    for line in lines + more * whole:
        console().print(line)


def _known(names: Sequence[str]) -> None:
    """Raise DocumentError for a fault that does not exist: breaking nothing would look like success."""
    from conformance.agreements.problems import DocumentError, Problem, near, quoted
    from conformance.model.words import Text
    from conformance.simulators.faults.loading import load_faults
    from conformance.simulators.faults.variants import all_faults

    known = {**load_faults(), **all_faults()}
    expected = Text("een bestaande fout", "a fault that exists")
    unknown = [Problem(None, "FAULT", expected, quoted(name), near(name, known)) for name in names if name not in known]
    if unknown:
        raise DocumentError(unknown)
