"""`conformance lint`: whether the agreements hold together, and sealing them for a release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.telling import Lang, console, tell, usage_errors

FOUND = 1


def lint(
    agreements: Annotated[Path | None, typer.Option(help="A folder with profiles/ and scenarios/.")] = None,
    seal: Annotated[bool, typer.Option("--seal", help="Record these agreements as the released ones.")] = False,
    lang: Annotated[Lang, typer.Option(help="Language of the texts.")] = Lang.EN,
) -> None:
    """Find schema faults, dangling ids, unused data, unreachable steps and requirements that nothing decides.

    Exit code 0: nothing found. 1: problems found. 4: the agreements can't be read.
    """
    from conformance.agreements.catalogue import load_catalogue, read_catalogue
    from conformance.upkeep.lint import lint as examine
    from conformance.upkeep.lint_registers import over_spans, registered
    from conformance.upkeep.lint_seal import seal as write_seal
    from conformance.upkeep.sheets import write_sheet

    with usage_errors(lang):
        catalogue = load_catalogue(agreements)
        if seal:
            write_sheet(catalogue)
            read_catalogue.cache_clear()
            catalogue = load_catalogue(agreements)
        problems = (*examine(catalogue, registered()), *over_spans(catalogue.spans))
    tell(problems, lang, stderr=False)
    out = console()
    counts = (len(catalogue.requirements), len(catalogue.scenarios), len(problems))
    if lang is Lang.NL:
        out.print("{} eisen, {} scenario's, {} problemen".format(*counts))
    else:
        out.print("{} requirements, {} scenarios, {} problems".format(*counts))
    if problems:
        raise typer.Exit(FOUND)
    if seal:
        write_seal(catalogue)
        out.print(("verzegeld: " if lang is Lang.NL else "sealed: ") + catalogue.digest)
    elif not catalogue.released:
        out.print(
            "Deze afspraken zijn niet de uitgegeven afspraken; bedoeld? Verzegel met --seal."
            if lang is Lang.NL
            else "These are not the released agreements; if they are meant to be, seal them with --seal."
        )
