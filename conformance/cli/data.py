"""`conformance data`: the synthetic patients and studies, to load into a node; and the answer sheet of other data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.exporting import export
from conformance.cli.telling import Lang, console, usage_errors

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


@app.command("learn")
def learn_sheet(
    node_file: Annotated[Path, typer.Argument(metavar="NODE.YAML", help="The node file, with your patients' BSNs.")],
    exported: Annotated[list[Path], typer.Argument(metavar="EXPORT...", help="FHIR STU3, JSON or XML.")],
    sheet: Annotated[Path, typer.Option(help="Where the answer sheet is written.")] = Path("sheet.json"),
    lang: Annotated[Lang, typer.Option(help="Language of the messages.")] = Lang.EN,
) -> None:
    """Make an answer sheet from an export of the source system, never of the interface under test.

    A person signs it (`signed` in the file), and the node file names it beside `data: own`.
    """
    from conformance.agreements.catalogue import load_catalogue
    from conformance.agreements.nodefile import load_node
    from conformance.upkeep.exports import learn
    from conformance.upkeep.sheets import sheet_bytes, write_file

    with usage_errors(lang):
        catalogue = load_catalogue()
        learnt = learn(exported, load_node(node_file, catalogue, files=False), catalogue)
        write_file(sheet, sheet_bytes(learnt))
    roles = ", ".join(learnt["patients"])
    console().print(
        f"{sheet}: {roles}. Vul 'signed' in (name, on, statement) en noem het blad in het knooppuntbestand: "
        f"'data: own' en 'sheet: {sheet}'."
        if lang is Lang.NL
        else f"{sheet}: {roles}. Fill in 'signed' (name, on, statement) and name the sheet in the node file: "
        f"'data: own' and 'sheet: {sheet}'.",
        markup=False,
    )
