"""`conformance profile`: what a FHIR profile demands, and what changed between two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conformance.cli.telling import USAGE

if TYPE_CHECKING:
    from conformance.validation.fhir.definitions import Definitions

app = typer.Typer(help="What a FHIR profile demands, and what changed between two.", no_args_is_help=True)

Canonical = Annotated[str, typer.Argument(help="The canonical of a profile: url or url|version.")]
Packages = Annotated[
    list[str] | None, typer.Option("--package", help="A package or definition: file, folder or name#version.")
]
Version = Annotated[str, typer.Option("--fhir", help="FHIR version: 3.0, 4.0, 4.3 or 5.0.")]


@app.command()
def show(
    canonical: Canonical,
    package: Packages = None,
    fhir: Version = "4.0",
    everything: Annotated[
        bool, typer.Option("--all", help="Also the elements on which the profile says nothing new.")
    ] = False,
) -> None:
    """Print what a profile demands as a tree."""
    from conformance.validation.fhir.profile_view import show as lines

    for line in lines(_structure(_open(fhir, package or []), canonical), everything=everything):
        typer.echo(line)


@app.command()
def diff(old: Canonical, new: Canonical, package: Packages = None, fhir: Version = "4.0") -> None:
    """Print what the second profile demands that the first did not, and the other way round."""
    from conformance.validation.fhir.profile_view import difference

    definitions = _open(fhir, package or [])
    changes = list(difference(_structure(definitions, old), _structure(definitions, new)))
    for line in changes or ["no difference"]:
        typer.echo(line)


def _open(version: str, packages: list[str]) -> Definitions:
    from conformance.cli.validate import fhir_version
    from conformance.validation.fhir.definitions import DefinitionError, Definitions

    try:
        return Definitions.open(
            fhir_version(version), [Path(each) if Path(each).exists() else each for each in packages]
        )
    except DefinitionError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error


def _structure(definitions: Definitions, canonical: str) -> dict[str, Any]:
    found = definitions.structure(canonical)
    if found is None:
        typer.echo(f"{canonical} is not among the loaded definitions; add its package with --package", err=True)
        raise typer.Exit(USAGE)
    return found
