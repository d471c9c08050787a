"""`conformance data export`: the synthetic patients and studies, to load into a node."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.exporting import export
from conformance.cli.telling import Lang

app = typer.Typer(name="data", help="The synthetic patients and studies.", no_args_is_help=True)


@app.callback()
def data() -> None:
    """The synthetic patients and studies."""


@app.command("export")
def export_data(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or empty folder.")],
    lang: Annotated[Lang, typer.Option(help="Language of the messages.")] = Lang.EN,
) -> None:
    """Write the patients (FHIR STU3 transactions, JSON and XML) and their studies (DICOM files) to load into a node."""
    from conformance.synthesis import export as exporting

    export(folder, lang, exporting.export_data)
