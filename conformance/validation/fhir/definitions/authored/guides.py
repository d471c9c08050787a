"""From a YAML file to conformance resources."""

from __future__ import annotations

from typing import Any

from conformance.validation.fhir.definitions.authored.compiling import Guide
from conformance.validation.fhir.definitions.authored.reading import read


def compiled(data: bytes, where: str) -> list[dict[str, Any]]:
    """The conformance resources of one YAML guide. Raises DefinitionError naming the file and the key."""
    return list(Guide(read(data, where), where).resources())
