"""A vendor's own answer sheet: signed by somebody, of the patients of the node file, with no number of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from conformance.agreements import schema
from conformance.agreements.bsn import FICTITIOUS_PREFIX, passes_eleven_test
from conformance.agreements.document import Document
from conformance.agreements.documents import Complaints
from conformance.agreements.problems import quoted
from conformance.agreements.strict import read
from conformance.model.agreements import Json
from conformance.model.node import TestPatient
from conformance.model.words import Text


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """What a vendor says was loaded, and who signed for it."""

    patients: Mapping[str, Json]
    signed: str


def own_sheet(document: Document, folder: Path, patients: Mapping[str, TestPatient]) -> OwnSheet:
    """The sheet that a node file names, or holds itself as a run folder keeps it. Raises DocumentError: unsigned, of
    another patient, or with a number that may be a person's."""
    said = document.value["sheet"]
    sheet = read(folder / said) if isinstance(said, str) else _inside(document, said)
    schema.check(sheet, "sheet")
    complaints = Complaints()
    _signed(sheet, complaints)
    _of_these(sheet, patients, complaints)
    _of_nobody(sheet, complaints)
    complaints.stop()
    signed = sheet.value["signed"]
    return OwnSheet(sheet.value["patients"], f"{signed['name']}, {signed['on']}")


def _inside(document: Document, said: Json) -> Document:
    return Document(file=f"{document.file}, sheet", value=said, keys={}, values={})


def _signed(sheet: Document, complaints: Complaints) -> None:
    expected = Text("een naam, een dag en een verklaring", "a name, a day and a statement")
    step = Text(
        "Wie ervoor instaat dat dit blad is wat in het bronsysteem staat, vult 'signed' in: name, on, statement.",
        "Whoever vouches that this sheet is what the source system holds fills in 'signed': name, on, statement.",
    )
    signed = sheet.value.get("signed")
    if signed is None:
        complaints.at(sheet, ("signed",), expected, Text("niets", "nothing"), step)
        return
    for part in ("name", "on", "statement"):
        if not signed[part].strip() or (part == "on" and not _is_day(signed[part])):
            complaints.at(sheet, ("signed", part), expected, quoted(signed[part]), step)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _of_these(sheet: Document, patients: Mapping[str, TestPatient], complaints: Complaints) -> None:
    """Each patient is one of the node file's, with the number that it has there."""
    step = Text(
        "Maak het blad opnieuw met dit knooppuntbestand ('conformance data learn').",
        "Make the sheet anew with this node file ('conformance data learn').",
    )
    expected = Text("een patiënt van het knooppuntbestand", "a patient of the node file")
    for role in sheet.value["patients"]:
        if role not in patients:
            complaints.at(sheet, ("patients", role), expected, quoted(role), step, key=True)
        elif sheet.value.get("numbers", {}).get(role) != patients[role].bsn:
            found = Text("het nummer van een ander, of geen", "the number of another, or none")
            complaints.at(sheet, ("numbers", role), expected, found, step)


def _of_nobody(sheet: Document, complaints: Complaints) -> None:
    """No value is a number that may be a person's."""
    for role, held in sheet.value["patients"].items():
        if any(may_be_a_persons(text) for text in texts(held)):
            expected = Text("geen nummer dat van een persoon kan zijn", "no number that may be a person's")
            found = Text("een nummer dat door de elfproef komt", "a number that passes the eleven test")
            step = Text("Gebruik alleen fictieve nummers.", "Use fictitious numbers only.")
            complaints.at(sheet, ("patients", role), expected, found, step)


_NINE = re.compile(r"(?<!\d)\d{9}(?!\d)")


def may_be_a_persons(text: str) -> bool:
    """Whether a text holds nine digits that may be somebody's citizen service number."""
    found = (one.group() for one in _NINE.finditer(text))
    return any(passes_eleven_test(one) and not one.startswith(FICTITIOUS_PREFIX) for one in found)


def texts(value: Json) -> Iterator[str]:
    """Every text in a part of a sheet, but for codes: these stand under the name of their system."""
    if isinstance(value, str):
        yield from () if "|" in value else (value,)
    for held in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(held)
