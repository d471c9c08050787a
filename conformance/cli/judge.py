"""`conformance judge`: recompute the findings of a run from its recordings, without node and network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.telling import Lang, console, shown, usage_errors, write

REFUSED = 7


def judge(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A run folder, as `conformance run` leaves it.")],
    root: Annotated[str, typer.Option(help="The root the run is known by from elsewhere: sha256:…")] = "",
    agreements: Annotated[Path | None, typer.Option(help="A folder with profiles/ and scenarios/.")] = None,
    release: Annotated[str | None, typer.Option(help="Judge the old recordings against this release.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write the recomputed findings.json here.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the texts.")] = Lang.EN,
) -> int:
    """Recompute the findings of a run and compare them with what the run left. Ends as the run itself would, whatever
    it accepted or expected: 0 conforming, 1 not conforming, 2 aborted, 3 suite error, 5 undecided, not shown or not
    compared (other build, agreements or release), 6 conforming on what decides; 7 when the folder was changed,
    contradicts itself or has another root; 4 when it is no run folder."""
    from conformance.harness.opened import RefusedError
    from conformance.harness.rejudging import Standing, rejudge
    from conformance.model.words import Conclusion

    out = console()
    try:
        with usage_errors(lang):
            _outside(folder, output)
            again = rejudge(folder, agreements=agreements, release=release, root=root)
    except RefusedError as refused:
        for reason in refused.reasons:
            console(stderr=True).print(shown(lang.of(reason)))
        return REFUSED
    if output:
        with usage_errors(lang):
            write(output, again.findings_bytes)
    compared = again.standing is Standing.SAME
    for decision in again.decisions:
        undecided = not compared and decision.conclusion in (Conclusion.CONFORMING, Conclusion.ON_WHAT_DECIDES)
        out.print(f"{decision.profile}: {Conclusion.UNDECIDED if undecided else decision.conclusion}")
    dutch = lang is Lang.NL
    if compared:
        out.print("bevindingen byte voor byte gelijk" if dutch else "findings are the same, byte for byte")
    else:
        out.print("niet vergeleken, dus onbeslist" if dutch else "not compared, so undecided")
    for note in again.notes:
        out.print(shown(lang.of(note)))
    out.print(f"{'Wortel' if dutch else 'Root'}: {again.root}")
    return int(again.exit)


def _outside(folder: Path, output: Path | None) -> None:
    """Raise DocumentError when the findings would be written into the folder that is judged."""
    from conformance.agreements.problems import DocumentError, Problem, same
    from conformance.model.words import Text

    if output is not None and folder.resolve() in output.resolve().parents:
        expected = Text("een plaats buiten de run-map", "a place outside of the run folder")
        step = Text("Kies een andere map.", "Choose another folder.")
        raise DocumentError([Problem(None, "--output", expected, same(str(output)), step)])
