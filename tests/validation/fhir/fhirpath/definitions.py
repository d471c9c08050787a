"""Type definitions for the tests, from the published core packages of FHIR (public data, not part of the project)."""

from __future__ import annotations

import json
import os
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from conformance.codecs.fhir import parse
from conformance.validation.fhir.fhirpath import SnapshotModel
from conformance.validation.fhir.model import Model

SHARED = Path(os.environ.get("TWIIN_SHARED_DATA", Path(__file__).resolve().parents[4].parent / "shared" / "data"))
R4 = SHARED / "fhir-packages" / "hl7.fhir.r4.core-4.0.1.tgz"
STU3 = SHARED / "fhir-packages" / "hl7.fhir.r3.core-3.0.1.tgz"


@cache
def structures(package: Path) -> dict[str, dict[str, Any]]:
    """The base type definitions of a core package by type name."""
    found = {}
    with tarfile.open(package) as archive:
        for member in archive:
            if not member.name.startswith("package/StructureDefinition-"):
                continue
            content = archive.extractfile(member)
            definition = json.load(content) if content else {}
            if definition.get("derivation") != "constraint":
                found[definition["id"]] = definition
    return found


@cache
def r4_model() -> SnapshotModel:
    """The types of R4."""
    return SnapshotModel(structures(R4).get)


@cache
def stu3_model() -> SnapshotModel:
    """The types of STU3."""
    return SnapshotModel(structures(STU3).get)


class Source:
    """The R4 types for the codec."""

    def type(self, name: str) -> dict[str, Any] | None:
        """The base StructureDefinition of a type."""
        return structures(R4).get(name)


def from_xml(content: bytes) -> dict[str, Any]:
    """An R4 resource in XML as FHIR JSON."""
    return parse(content, types=Model(Source())).root
