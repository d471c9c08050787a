"""`conformance init`: a commented node file to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.telling import Lang, console, usage_errors


def init(
    file: Annotated[Path, typer.Argument(metavar="NODE.YAML", help="Where to write the node file.")] = Path(
        "node.yaml"
    ),
    agreements: Annotated[Path | None, typer.Option(help="A folder with profiles/ and scenarios/.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the comments.")] = Lang.EN,
) -> None:
    """Write a commented node file to fill in; an existing file is never overwritten."""
    from conformance.agreements.catalogue import load_catalogue
    from conformance.agreements.template import node_template

    with usage_errors(lang):
        content = node_template(load_catalogue(agreements), lang.value, file.name)
        _write(file, content)
    console().print(
        f"{file} geschreven. Vul het in; daarna: conformance plan {file}"
        if lang is Lang.NL
        else f"Wrote {file}. Fill it in; then: conformance plan {file}"
    )


def _write(file: Path, content: str) -> None:
    """Create the file where nothing is; a file that could not be written whole is taken away again."""
    from conformance.agreements.problems import DocumentError, Problem, same
    from conformance.model.words import Text

    expected = Text("een plaats voor een nieuw bestand", "a place for a new file")
    try:
        with file.open("x", encoding="utf-8") as out:
            try:
                out.write(content)
                out.flush()
            except OSError:
                file.unlink()
                raise
    except FileExistsError:
        found = Text(f"{file} bestaat al", f"{file} exists")
        step = Text("Kies een andere naam of verplaats het bestand.", "Choose another name or move the file away.")
        raise DocumentError([Problem(None, "NODE.YAML", expected, found, step)]) from None
    except OSError as error:
        step = Text("Kies een map waarin u mag schrijven.", "Choose a folder that you may write to.")
        raise DocumentError([Problem(None, str(file), expected, same(error.strerror or "?"), step)]) from None
