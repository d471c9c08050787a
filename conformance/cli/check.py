"""`conformance check`: the preflight ladder only. Is the node file right, and is the node there?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli.telling import Lang, console, shown, usage_errors

if TYPE_CHECKING:
    from conformance.model.node import Node
    from conformance.recordings.ladder import RungResult

ABORTED, UNDECIDED = 2, 5


def check(
    node_file: Annotated[Path, typer.Argument(metavar="NODE.YAML", help="The node file.")],
    agreements: Annotated[Path | None, typer.Option(help="A folder with profiles/ and scenarios/.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the texts.")] = Lang.EN,
) -> None:
    """Climb the preflight ladder of every endpoint: name, port, TLS, certificate, token, capability, test patient."""
    from conformance.agreements.catalogue import load_catalogue
    from conformance.agreements.nodefile import load_node
    from conformance.play.preflight import look
    from conformance.recordings.identities import StrangerAlarm
    from conformance.recordings.ladder import rungs

    with usage_errors(lang):
        node = load_node(node_file, load_catalogue(agreements))
    try:
        recording = look(node)
    except StrangerAlarm as alarm:
        console(stderr=True).print(shown(lang.of(alarm.text)))
        raise typer.Exit(ABORTED) from None
    results = rungs(recording)
    _show(node, results, lang)
    if any(result.trouble for result in results):
        raise typer.Exit(UNDECIDED)


def _show(node: Node, results: tuple[RungResult, ...], lang: Lang) -> None:
    out = console()
    for kind in sorted(node.endpoints):
        out.print(shown(f"{kind}  {node.endpoints[kind].url}"), style="bold")
        for result in results:
            if result.endpoint == kind:
                _show_rung(result, lang)
    broken = {result.endpoint for result in results if result.trouble}
    out.print(_conclusion(len(node.endpoints), len(broken), lang))


def _show_rung(result: RungResult, lang: Lang) -> None:
    from conformance.protocols.troubles import ADVICE

    out = console()
    if result.trouble is None:
        out.print(f"  {result.rung.value:<20} ok")
        return
    failed = "FOUT" if lang is Lang.NL else "FAILED"
    out.print(shown(f"  {result.rung.value:<20} {failed}: {result.trouble.text} [{result.trouble.code}]"), style="red")
    if advice := ADVICE.get(result.trouble.code):
        out.print(shown(f"  {'':<20} → {lang.of(advice)}"))


def _conclusion(endpoints: int, broken: int, lang: Lang) -> str:
    if not broken:
        return "Elk eindpunt is klaar voor een run." if lang is Lang.NL else "Every endpoint is ready for a run."
    if lang is Lang.NL:
        return f"{broken} van {endpoints} eindpunten is nog niet bruikbaar; hogere treden zijn daar niet geprobeerd."
    return f"{broken} of {endpoints} endpoints cannot be used yet; higher rungs were not tried there."
