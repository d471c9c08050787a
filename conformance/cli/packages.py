"""`conformance packages`: the FHIR packages on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.telling import USAGE

app = typer.Typer(
    help="FHIR packages on this machine: list, add from a file, install from a registry.", no_args_is_help=True
)

Folder = Annotated[
    Path | None, typer.Option(help="The package folder.", envvar="FHIR_PACKAGE_CACHE", show_default="~/.fhir/packages")
]


@app.command("list")
def list_packages(folder: Folder = None) -> None:
    """List the packages in the package folder, and the base definitions that ship with the suite."""
    from conformance.validation.fhir.definitions.packages import cache_folder, installed, version_key
    from conformance.validation.fhir.definitions.shipped import shipped_versions

    for version in shipped_versions():
        typer.echo(f"{version.core_package} (digest of the base definitions, ships with the suite)")
    found = installed(folder)
    for name in sorted(found):
        for each in sorted(found[name], key=version_key):
            typer.echo(f"{name}#{each}")
    if not found:
        typer.echo(f"No packages in {folder or cache_folder()}.", err=True)


@app.command()
def add(file: Annotated[Path, typer.Argument(help="A FHIR package as .tgz.")], folder: Folder = None) -> None:
    """Add a package from a .tgz file."""
    from conformance.upkeep import fhir_packages
    from conformance.validation.fhir.definitions import DefinitionError

    try:
        result = fhir_packages.add(file, folder)
    except DefinitionError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error
    typer.echo(f"{result.reference}: {'added' if result.new else 'was there'}")


@app.command()
def install(
    reference: Annotated[str, typer.Argument(help="name#version; the version may be latest or a wildcard as 4.0.x.")],
    registry: Annotated[
        str, typer.Option(help="The package registry.", envvar="FHIR_PACKAGE_REGISTRY")
    ] = "https://packages.fhir.org",
    folder: Folder = None,
) -> None:
    """Install a package and its dependencies from a registry."""
    from conformance.upkeep.fhir_packages import Registry
    from conformance.validation.fhir.definitions import DefinitionError

    try:
        Registry(registry).install(reference, folder, told=typer.echo)
    except DefinitionError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error
