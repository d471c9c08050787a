"""Data that nothing refers to: tables, patients and studies that could be wrong without anyone noticing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.agreements.catalogue import Catalogue
from conformance.agreements.document import Document
from conformance.agreements.problems import Problem, quoted
from conformance.agreements.scenes import templates_of
from conformance.model.agreements import Json, Place
from conformance.model.words import Text

_STEP = Text("Verwijs ernaar of haal het weg.", "Refer to it or remove it.")


def problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Everything in the data that no requirement and no scenario uses."""
    referring = [each for kind in ("requirements", "scenario", "role", "span") for each in catalogue.library.of(kind)]
    refs = {ref for document in referring for ref in _refs(document.value)}
    for document in catalogue.library.of("table"):
        yield from _unused_entries(document, refs)
    roles = _roles(catalogue) | {role for group in catalogue.groups.values() for role in group}
    for role, patient in catalogue.patients.items():
        if role not in roles and not _referred(f"data/patients#/patients/{role}", refs):
            yield _unused(patient.place, f"patients/{role}", role)
    imaging = _roles(catalogue, "dicomweb.") | set(catalogue.groups.get("images", ()))
    for document in catalogue.library.of("studies"):
        for name, study in document.value["studies"].items():
            if study["patient"] not in imaging and not _referred(f"data/studies#/studies/{name}", refs):
                yield _unused(document.place(("studies", name), key=True), f"studies/{name}", name)


def _refs(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("ref"), str):
            yield value["ref"]
        for item in value.values():
            yield from _refs(item)
    elif isinstance(value, list):
        for item in value:
            yield from _refs(item)


def _unused_entries(document: Document, refs: set[str]) -> Iterator[Problem]:
    """A table's first-level entries that no reference reaches; one message when none is reached."""
    name = "/".join(document.file.removesuffix(".yaml").replace("\\", "/").split("/")[-2:])
    if not any(ref.split("#", 1)[0] == name for ref in refs):
        yield _unused(document.place(), "", name)
    elif isinstance(document.value["data"], dict):
        for key in document.value["data"]:
            if not _referred(f"{name}#/{key}", refs):
                yield _unused(document.place(("data", key), key=True), f"data/{key}", key)


def _referred(target: str, refs: set[str]) -> bool:
    """Whether a reference points at the target, into it, or at something around it."""
    return any(
        ref == target
        or ref.startswith(f"{target}/")
        or target.startswith(f"{ref.rstrip('/')}/")
        or ref == _whole(target)
        for ref in refs
    )


def _whole(target: str) -> str:
    return target.split("#", 1)[0] + "#"


def _roles(catalogue: Catalogue, operations: str = "") -> set[str]:
    """The patient roles that scenarios name, in `needs`, in templates or as an argument `patient`; `operations`
    narrows to scenarios that have such an operation, sent or awaited."""
    found: set[str] = set()
    for scenario in catalogue.scenarios.values():
        names = {step.operation for step in scenario.steps}
        if operations and not any(name.startswith((operations, "counterpart.")) for name in names):
            continue
        found.update(scenario.patients)
        for step in scenario.steps:
            found.update(_named(step.given))
    return found


def _named(given: Mapping[str, Json]) -> Iterator[str]:
    if isinstance(given.get("patient"), str):
        yield given["patient"]
    for source, name in templates_of(dict(given)):
        parts = f"{source}.{name}".split(".")
        if parts[0] == "patients":
            yield parts[1]


def _unused(place: Place, field: str, name: str) -> Problem:
    expected = Text("gegevens die ergens worden gebruikt", "data that something uses")
    return Problem(place, field, expected, quoted(name), _STEP)
