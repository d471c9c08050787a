"""What was wrong with a definition, kept beside the definitions so that a user can mend a package."""

from __future__ import annotations

from dataclasses import dataclass

MISSHAPEN = (TypeError, AttributeError, KeyError, ValueError, IndexError, RecursionError)
"""What reading a definition raises when a part is of another JSON type than FHIR says: text for a list, list for text.

Definitions are read on the assumption that their shape is FHIR's, which keeps that code plain. These errors, caught
around the reading of one definition, mean that the assumption was wrong for that definition.
"""
MISSHAPEN_TEXT = "a part of it is not of the JSON type that FHIR says; validate the file itself for the place"


class DefinitionError(Exception):
    """Definitions that cannot be used at all: no such file, not a package, a hostile archive."""


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One problem in one definition: where it stands, which element, what was expected and found."""

    where: str
    element: str
    message: str
    is_error: bool = True
    """False when the definition could still be used as it must have been meant."""

    def __str__(self) -> str:
        """File or canonical, element, message: one line for a terminal."""
        return f"{self.where}: {self.element}: {self.message}" if self.element else f"{self.where}: {self.message}"
