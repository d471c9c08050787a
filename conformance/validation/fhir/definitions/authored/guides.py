"""From a YAML file to conformance resources."""

from __future__ import annotations

from typing import Any

from conformance.agreements import schema
from conformance.agreements.problems import DocumentError
from conformance.agreements.strict import parse
from conformance.validation.fhir.definitions.authored.compiling import Guide
from conformance.validation.fhir.definitions.problem import DefinitionError


def compiled(data: bytes, where: str) -> list[dict[str, Any]]:
    """The conformance resources of one YAML guide.

    Raises DefinitionError with file, line, column and field of everything that is wrong.
    """
    try:
        document = parse(data, where)
        schema.check(document, "guide")
    except DocumentError as error:
        raise DefinitionError(str(error)) from error
    return list(Guide(document.value, where).resources())
