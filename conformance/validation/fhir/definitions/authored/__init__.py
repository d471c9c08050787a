"""Profiles that ship with the suite as YAML (`profiles/fhir/`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions.authored.compiling import Guide
from conformance.validation.fhir.definitions.authored.reading import read

if TYPE_CHECKING:
    from conformance.validation.fhir.definitions.version import FhirVersion

_PACKAGE = Path(__file__).parents[4]


def compiled(data: bytes, where: str) -> list[dict[str, Any]]:
    """The conformance resources of one YAML guide. Raises DefinitionError naming the file and the key."""
    return list(Guide(read(data, where), where).resources())


def shipped_files(version: FhirVersion) -> list[Path]:
    """The YAML guides of a FHIR version that travel with the suite: in the wheel, else in the checkout."""
    folders = (_PACKAGE / "_agreements" / "profiles" / "fhir", _PACKAGE.parent / "profiles" / "fhir")
    folder = next((each for each in folders if each.is_dir()), None)
    return sorted(folder.glob(f"*-{version.value}.yaml")) if folder else []
