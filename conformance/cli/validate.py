"""`conformance validate`: FHIR resources against the base definitions and profiles, offline."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer

from conformance.cli.telling import USAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.validation.fhir.definitions import FhirVersion
    from conformance.validation.fhir.options import Options
    from conformance.validation.fhir.outputs import Judged
    from conformance.validation.fhir.validator import Validator

INVALID = 1


class Format(Enum):
    """The shapes of the output."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    OUTCOME = "operationoutcome"


class Language(Enum):
    """The languages of the texts."""

    EN = "en"
    NL = "nl"


class Unknown(Enum):
    """What an extension without a definition is."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


def validate(
    source: Annotated[
        str, typer.Argument(metavar="FILE|FOLDER|-", help="JSON, XML or NDJSON; - reads standard input.")
    ],
    profile: Annotated[
        list[str] | None, typer.Option(help="A profile to validate against, besides those claimed.")
    ] = None,
    package: Annotated[
        list[str] | None, typer.Option(help="A package or definition: file, folder or name#version.")
    ] = None,
    fhir: Annotated[str, typer.Option(help="FHIR version: 3.0, 4.0, 4.3 or 5.0.")] = "4.0",
    form: Annotated[Format, typer.Option("--format", help="The shape of the output.")] = Format.TEXT,
    lang: Annotated[Language, typer.Option(help="Language of the texts.")] = Language.EN,
    unknown_extensions: Annotated[
        Unknown, typer.Option(help="What an extension without definition is.")
    ] = Unknown.ERROR,
    security_checks: Annotated[bool, typer.Option(help="Text that looks like HTML tags is an error.")] = False,
    java_validator: Annotated[Path | None, typer.Option(help="HL7's validator_cli.jar: compare the verdicts.")] = None,
) -> None:
    """Validate FHIR resources.

    Exit code 0: no errors. 1: errors found. 4: the input or the definitions cannot be read.
    """
    from conformance.validation.fhir.definitions import DefinitionError
    from conformance.validation.fhir.options import Options, UnknownExtensions

    options = Options(unknown_extensions=UnknownExtensions(unknown_extensions.value), security_checks=security_checks)
    try:
        validator = _validator(fhir, package or [], options)
        invalid = _tell(_judge(validator, source, tuple(profile or ())), form, lang.value)
    except OSError as error:
        told = f"{error.filename}: cannot be read ({error.strerror})" if error.filename else str(error)
        typer.echo(told, err=True)
        raise typer.Exit(USAGE) from error
    except DefinitionError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error
    if java_validator is not None:
        _compare(java_validator, source, fhir, list(profile or ()), invalid)
    if invalid:
        raise typer.Exit(INVALID)


def _validator(version: str, packages: list[str], options: Options) -> Validator:
    from conformance.validation.fhir.definitions import DefinitionError, Definitions
    from conformance.validation.fhir.validator import Validator

    known = fhir_version(version)
    definitions = Definitions.open(known, [Path(each) if Path(each).exists() else each for each in packages])
    for problem in definitions.problems:
        typer.echo(str(problem), err=True)
    if definitions.type("Patient") is None:
        wanted = f"--package {known.core_package}"
        raise DefinitionError(f"the base definitions of FHIR {version} do not ship with the suite; add them: {wanted}")
    return Validator(definitions, options=options, moment=datetime.now(UTC))


def fhir_version(version: str) -> FhirVersion:
    """The version a user names. Raises DefinitionError for one that this validator does not know."""
    from conformance.validation.fhir.definitions import DefinitionError, FhirVersion

    try:
        return FhirVersion(version)
    except ValueError:
        versions = ", ".join(each.value for each in FhirVersion)
        raise DefinitionError(
            f"--fhir {version}: not a version this validator knows; choose one of {versions}"
        ) from None


def _judge(validator: Validator, source: str, profiles: tuple[str, ...]) -> Iterable[Judged]:
    from conformance.validation.fhir.inputs import files, judge_file

    if source == "-":
        return _judge_input(validator, profiles)
    path = Path(source)
    if not path.exists():
        raise FileNotFoundError(f"{source}: no such file or folder; give a file, a folder or -")
    inputs = list(files(path))
    if not inputs:
        raise FileNotFoundError(f"{source}: no file in this folder ends in .json, .xml or .ndjson; nothing validated")
    return (judged for each in inputs for judged in judge_file(validator, each, profiles))


def _judge_input(validator: Validator, profiles: tuple[str, ...]) -> Iterator[Judged]:
    """Standard input, kept in a file when it is large: it is read twice, and never as a whole."""
    import shutil
    import tempfile

    from conformance.validation.fhir.inputs import LARGE, judge_stream

    with tempfile.SpooledTemporaryFile(max_size=LARGE) as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.seek(0)
        yield from judge_stream(validator, cast("IO[bytes]", kept), "-", "", profiles)


def _tell(judged: Iterable[Judged], form: Format, language: str) -> bool:
    """Print; text goes out as it comes, the other shapes need the whole."""
    from conformance.codecs.fhir import to_json
    from conformance.validation.fhir import outputs
    from conformance.validation.fhir.findings import has_errors

    invalid = False
    if form is Format.TEXT:
        for each in judged:
            typer.echo(outputs.as_text([each], language))
            invalid = invalid or has_errors(each.findings)
        return invalid
    everything = list(judged)
    if form is Format.JSON:
        typer.echo(outputs.as_json(everything))
    elif form is Format.SARIF:
        typer.echo(outputs.as_sarif(everything, language))
    else:
        findings = [finding for each in everything for finding in each.findings]
        typer.echo(to_json(outputs.operation_outcome(findings, language)).decode())
    return any(has_errors(each.findings) for each in everything)


def _compare(jar: Path, source: str, version: str, profiles: list[str], invalid: bool) -> None:
    from conformance.upkeep.java_validator import JavaError, run_java

    try:
        outcome = run_java(jar, source, version, profiles)
    except JavaError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error
    words = {True: "invalid", False: "valid"}
    typer.echo(f"HL7's validator: {words[bool(outcome.errors)]}; this validator: {words[invalid]}")
    for text in outcome.errors:
        typer.echo(f"  HL7 only says: {text}")


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(validate)

if __name__ == "__main__":
    app()
