"""`conformance report`: finish a run that was cut off, or make its reports again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.judge import REFUSED
from conformance.cli.telling import Lang, console, shown, usage_errors

ABORTED = 2


def report(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of a run that has no report.")],
    lang: Annotated[Lang, typer.Option(help="Language of the summary.")] = Lang.EN,
) -> int:
    """Finish a run that was killed or ran out of disk, as aborted, with all it recorded; make the reports of one that
    lacks them. Ends as the run does; 2 also when the folder cannot be written; 4 when there is no such run or it still
    goes on; 7 when the folder was changed."""
    from conformance.harness.finishing import UnfinishedError, finish
    from conformance.harness.opened import RefusedError
    from conformance.reporting import summary

    try:
        with usage_errors(lang):
            material, written, code = finish(folder)
    except RefusedError as refused:
        for reason in refused.reasons:
            console(stderr=True).print(shown(lang.of(reason)))
        return REFUSED
    except UnfinishedError as unfinished:
        console(stderr=True).print(shown(lang.of(unfinished.text)))
        return ABORTED
    summary.show(material, console=summary.console(), lang=lang.value, written=written)
    return int(code)
