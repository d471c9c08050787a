"""`conformance pki export`: the test PKI, for a node to trust."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.exporting import export
from conformance.cli.telling import Lang

app = typer.Typer(name="pki", help="The test certificates.", no_args_is_help=True)


@app.callback()
def pki() -> None:
    """The test certificates."""


@app.command("export")
def export_pki(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or empty folder.")],
    lang: Annotated[Lang, typer.Option(help="Language of the messages.")] = Lang.EN,
) -> None:
    """Write a root to trust with its revocation list, and the suite's client certificates, good and bad, with keys.

    The certificates are valid for 90 days. They are test certificates: never trust this root outside a test."""
    from conformance.synthesis.export import into_new_folder
    from conformance.synthesis.pki import TestPki

    export(folder, lang, lambda where: into_new_folder(where, TestPki.create, mode=0o700))
