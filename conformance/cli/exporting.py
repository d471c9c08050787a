"""What the exporting commands share: a folder that appears whole, or a message and exit code 4."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.cli.telling import Lang, console, usage_errors


def export(folder: Path, lang: Lang, write: Callable[[Path], tuple[Path, ...]]) -> None:
    """Write into a folder and say how much was written."""
    from conformance.agreements.problems import DocumentError, Problem, same
    from conformance.model.words import Text
    from conformance.synthesis.export import ExportError

    with usage_errors(lang):
        try:
            written = write(folder)
        except ExportError as error:
            expected = Text("een nieuwe of lege map waarin u mag schrijven", "a new or empty folder you may write to")
            step = Text("Kies een andere map.", "Choose another folder.")
            raise DocumentError([Problem(None, "FOLDER", expected, same(str(error)), step)]) from None
    many = len(written)
    console().print(f"{many} bestanden in {folder}" if lang is Lang.NL else f"{many} files in {folder}")
