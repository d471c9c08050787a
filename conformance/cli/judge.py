"""`conformance judge`: recompute the findings of a run from its recordings, without node and network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.telling import Lang, console, shown, usage_errors, write

SUITE_ERROR = 3


def judge(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A run folder, as `conformance run` leaves it.")],
    agreements: Annotated[Path | None, typer.Option(help="A folder with profiles/ and scenarios/.")] = None,
    release: Annotated[str | None, typer.Option(help="Judge the old recordings against this release.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write the recomputed findings.json here.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the texts.")] = Lang.EN,
) -> int:
    """Recompute the findings of a run and compare them with what the run left. Ends as the run itself would: 0
    conforming, 1 not conforming, 2 aborted, 5 undecided; 3 when the findings are not the same or the
    folder was changed."""
    from conformance.harness.rejudging import DamagedError, rejudge

    try:
        with usage_errors(lang):
            again = rejudge(folder, agreements=agreements, release=release)
    except DamagedError as damage:
        console(stderr=True).print(shown(str(damage)))
        return SUITE_ERROR
    if output:
        with usage_errors(lang):
            write(output, again.findings_bytes)
    dutch = lang is Lang.NL
    for decision in again.decisions:
        console().print(f"{decision.profile}: {decision.conclusion}", markup=False, highlight=False)
    if again.same is None:
        said = (
            "andere release of afspraken: niet vergeleken" if dutch else "another release or agreements: not compared"
        )
    elif again.same:
        said = "bevindingen byte voor byte gelijk" if dutch else "findings are the same, byte for byte"
    else:
        said = "BEVINDINGEN WIJKEN AF van findings.json" if dutch else "FINDINGS DIFFER from findings.json"
    console().print(said, markup=False, highlight=False)
    return again.exit
