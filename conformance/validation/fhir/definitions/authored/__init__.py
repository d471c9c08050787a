"""Profiles that ship with the suite as YAML (`profiles/fhir/`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.validation.fhir.definitions.version import FhirVersion

_PACKAGE = Path(__file__).parents[4]


def shipped_files(version: FhirVersion) -> list[Path]:
    """The YAML guides of a FHIR version that travel with the suite: in the wheel, else in the checkout."""
    folders = (_PACKAGE / "_agreements" / "profiles" / "fhir", _PACKAGE.parent / "profiles" / "fhir")
    folder = next((each for each in folders if each.is_dir()), None)
    return sorted(folder.glob(f"*-{version.value}.yaml")) if folder else []
