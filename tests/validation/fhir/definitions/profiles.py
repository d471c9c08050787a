"""Small profiles for the tests, as differentials."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions import Definitions, FhirVersion

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]
BASE = "http://hl7.org/fhir/StructureDefinition/"
OWN = "http://example.org/StructureDefinition/"


def element(path: str, slice_name: str = "", identifier: str = "", **said: Any) -> Json:
    """One element of a differential; `identifier` only where the test is about ids."""
    place: Json = {"path": path}
    if slice_name:
        place["sliceName"] = slice_name
    if identifier:
        place["id"] = identifier
    return place | said


def profile(name: str, on: str, *elements: Json, base: str = "") -> Json:
    """A profile named `name` on type `on`."""
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": OWN + name,
        "name": name,
        "status": "active",
        "kind": "resource" if on not in {"Extension", "Identifier", "HumanName"} else "complex-type",
        "abstract": False,
        "type": on,
        "baseDefinition": base or BASE + on,
        "derivation": "constraint",
        "differential": {"element": list(elements)},
    }


def opened(folder: Path, *resources: Json, version: FhirVersion = FhirVersion.R4) -> Definitions:
    """Definitions with these resources as loose files in a folder."""
    for number, resource in enumerate(resources):
        (folder / f"{number}-{resource['resourceType']}.json").write_text(json.dumps(resource))
    return Definitions.open(version, [folder])


def snapshot(definitions: Definitions, name: str) -> dict[str, Json]:
    """The snapshot's elements by id."""
    structure = definitions.structure(OWN + name)
    assert structure is not None
    return {each["id"]: each for each in structure["snapshot"]["element"]}
