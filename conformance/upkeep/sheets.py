"""The suite's own answer sheet: what the data set, as it is exported for loading, gives a source to answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from conformance.agreements.catalogue import Catalogue
from conformance.agreements.problems import DocumentError, Problem, same
from conformance.checks.fhir.reading import Resource
from conformance.checks.fhir.whose import PSEUDONYM
from conformance.checks.loaded.learning import learned
from conformance.checks.loaded.terms import Table
from conformance.model.agreements import Json, Place
from conformance.model.words import Text
from conformance.synthesis.bgz.record import RecordError, bgz_data

SHEET = Path("scenarios") / "data" / "sheet.json"
TABLE, QUERIES = "tables/bgz-loaded", "tables/bgz-msz-2-0"


def sheet_of_suite(catalogue: Catalogue) -> Json:
    """The answer sheet that the described data set gives."""
    data = bgz_data(catalogue.root)
    numbers = {one.bsn: role for role, one in catalogue.patients.items()}
    care = named(data.care, numbers)
    records = {role: named(record, numbers) for role, record in data.records.items()}
    queries, table = catalogue.tables[QUERIES]["queries"], Table.of(catalogue.tables[TABLE])
    learnt = {role: learned(record, care, queries, table) for role, record in records.items()}
    return {"sheet": "the data set of the suite", "patients": learnt}


def named(resources: Iterable[Resource], numbers: Mapping[str, str]) -> list[Resource]:
    """Resources with the word for each patient's number, as recordings have it; decimals stay as they are written."""
    text = json.dumps(list(resources), default=str)
    for number, role in numbers.items():
        text = text.replace(f'"{number}"', f'"{PSEUDONYM}{role}"')
    found: list[Resource] = json.loads(text)
    return found


def sheet_bytes(sheet: Json) -> bytes:
    """A sheet as it is written: a line for each record, so that what changed can be seen."""
    return f"{_written(sheet)}\n".encode()


def _written(value: Json, deep: int = 0) -> str:
    if deep > _RECORD or not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    inner = " " * (deep + 1)
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"{inner}{_written(one, _RECORD + 1)}" for one in value) + f"\n{' ' * deep}]"
    held = (f"{inner}{json.dumps(name)}: {_written(one, deep + 1)}" for name, one in sorted(value.items()))
    return "{\n" + ",\n".join(held) + f"\n{' ' * deep}}}"


_RECORD = 4
"""So deep stands a list of records: patients, role, query, answers."""


def write_file(path: Path, data: bytes) -> None:
    """Write a sheet. Raises DocumentError where that can't be."""
    try:
        path.write_bytes(data)
    except OSError as error:
        expected = Text("een bestand waarin u mag schrijven", "a file you may write to")
        step = Text("Kies een ander bestand.", "Choose another file.")
        raise DocumentError([Problem(None, "--sheet", expected, same(f"{path}: {error.strerror}"), step)]) from None


def write_sheet(catalogue: Catalogue) -> None:
    """Write what the data set gives to answer beside its description; nothing where no records can be made of that,
    which `lint_groups` tells."""
    if TABLE in catalogue.tables:
        with suppress(RecordError):
            (catalogue.root / SHEET).write_bytes(sheet_bytes(sheet_of_suite(catalogue)))


def problems(catalogue: Catalogue) -> Iterable[Problem]:
    """That the sheet is not what the data set gives; of a data set that gives nothing `lint_groups` tells."""
    if TABLE not in catalogue.tables:
        return
    try:
        sheet = sheet_of_suite(catalogue)
    except RecordError:
        return
    if sheet["patients"] != catalogue.loaded:
        expected = Text("wat de gegevensset te antwoorden geeft", "what the data set gives to answer")
        step = Text("Maak het met 'conformance lint --seal'.", "Make it with 'conformance lint --seal'.")
        yield Problem(Place(SHEET.as_posix()), "patients", expected, Text("iets anders", "something else"), step)
