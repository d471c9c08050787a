"""An answer sheet learnt from an export of a source system: Bundles or resources in files, as FHIR STU3 writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from conformance.agreements.bsn import why_not_fictitious
from conformance.agreements.catalogue import Catalogue
from conformance.agreements.problems import DocumentError, Problem, same
from conformance.checks.fhir.reading import Resource, content, entries, name, objects, parsed, walk
from conformance.checks.fhir.whose import BSN, subjects
from conformance.checks.loaded.learning import learned
from conformance.checks.loaded.terms import Table
from conformance.model.agreements import Json, Place
from conformance.model.node import Node
from conformance.model.words import Text
from conformance.upkeep.sheets import QUERIES, TABLE, named

TO_SIGN = {"name": "", "on": "", "statement": ""}
"""What a person fills in who vouches for a sheet."""


def learn(files: Iterable[Path], node: Node, catalogue: Catalogue) -> Json:
    """The sheet of the patients of a node file who are in these files, to be signed.

    Raises DocumentError for a file that can't be read, a number that may be a person's, a patient whom the node file
    does not have, and where there is none at all.
    """
    numbers = {patient.bsn: role for role, patient in node.patients.items()}
    found = [(file, one) for file in files for one in _resources(file)]
    if problems := list(_strangers(found, numbers)):
        raise DocumentError(problems)
    resources = named((one for _, one in found), numbers)
    patients = {name(one): role for one in resources for role in _role(one, node)}
    if not patients:
        expected = Text("een patiënt met een BSN van het knooppuntbestand", "a patient with a BSN of the node file")
        step = Text("Geef een export van de proefpatiënten.", "Give an export of the test patients.")
        raise DocumentError([Problem(None, "EXPORT", expected, Text("geen", "none"), step)])
    queries, table = catalogue.tables[QUERIES]["queries"], Table.of(catalogue.tables[TABLE])
    held = {
        role: learned([one for one in resources if patient in subjects(one)], resources, queries, table)
        for patient, role in patients.items()
    }
    mine = {role: node.patients[role].bsn for role in held}
    return {"sheet": "learnt from an export", "signed": TO_SIGN, "numbers": mine, "patients": held}


def _resources(file: Path) -> Iterator[Resource]:
    """What is in a file: a resource, or those of a Bundle."""
    try:
        data = file.read_bytes()
        media = "application/fhir+xml" if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else "application/fhir+json"
        whole = parsed(data, media)
    except (OSError, ValueError, KeyError, RecursionError) as error:
        expected = Text("FHIR in JSON of XML", "FHIR in JSON or XML")
        step = Text("Exporteer de proefpatiënten als Bundle.", "Export the test patients as a Bundle.")
        raise DocumentError([Problem(Place(str(file)), "", expected, same(str(error)), step)]) from None
    yield from (content(one) for one in entries(whole)) if whole["resourceType"] == "Bundle" else (whole,)


def _strangers(found: Iterable[tuple[Path, Resource]], numbers: Mapping[str, str]) -> Iterator[Problem]:
    """Citizen service numbers that are not of the node file's patients; the number itself is never repeated."""
    for file, resource in found:
        for path, one in walk(resource):
            number = str(one.get("value", ""))
            if one.get("system") != BSN or number in numbers:
                continue
            expected = Text("een BSN van een patiënt van het knooppuntbestand", "a BSN of a patient of the node file")
            seen = why_not_fictitious(number) or Text("het nummer van een ander", "the number of another")
            step = Text("Haal deze gegevens uit de export.", "Take these data out of the export.")
            yield Problem(Place(str(file)), f"{name(resource)} {path}", expected, seen, step)


def _role(resource: Resource, node: Node) -> Iterator[str]:
    """The role of a Patient, by its number as recordings write it."""
    if resource.get("resourceType") == "Patient":
        said = {str(one.get("value")) for one in objects(resource.get("identifier")) if one.get("system") == BSN}
        yield from (role for role in node.patients if f"bsn-{role}" in said)
