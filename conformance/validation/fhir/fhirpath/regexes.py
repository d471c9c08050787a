"""Regular expressions of FHIRPath (PCRE) on Python's, with a guard against expressions that take exponential time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled regular expression."""

    compiled: re.Pattern[str]

    def search(self, text: str) -> bool:
        """Whether it is found somewhere in the text."""
        return self.compiled.search(text) is not None

    def full(self, text: str) -> bool:
        """Whether it covers the whole text."""
        return self.compiled.fullmatch(text) is not None

    def replace(self, text: str, replacement: str) -> str:
        """The text with every match replaced."""
        return self.compiled.sub(replacement, text)


@lru_cache(maxsize=1024)
def pattern(expression: str, flags: str) -> Pattern:
    """The regular expression; `flags` holds `i` (any case) and `m` (lines). `.` matches line ends too."""
    options = re.DOTALL
    if "i" in flags:
        options |= re.IGNORECASE
    if "m" in flags:
        options |= re.MULTILINE
    try:
        return Pattern(re.compile(expression, options))
    except (re.error, RecursionError, OverflowError) as error:
        raise FhirPathEvaluationError(f"{expression!r} is no regular expression: {error}") from error
