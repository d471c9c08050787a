"""A parsed FHIR document: the internal form, what was wrong with its syntax, and where each part stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Path = tuple[str | int, ...]
"""Keys and indices from the root: `("contact", 0, "name", "given", 1)`."""


class Media(Enum):
    """The two wire formats."""

    JSON = "application/fhir+json"
    XML = "application/fhir+xml"


class ProblemKind(Enum):
    """Stable codes of what can be wrong before a single FHIR rule is applied."""

    ENCODING = "syntax-encoding"
    NOT_READABLE = "syntax-not-readable"
    NOT_A_RESOURCE = "syntax-not-a-resource"
    DUPLICATE_KEY = "syntax-duplicate-key"
    COMMENT = "syntax-json-comment"
    TRAILING_COMMA = "syntax-trailing-comma"
    CONTROL = "syntax-control-character"
    NUMBER = "syntax-number"
    TOO_DEEP = "syntax-too-deep"
    DOCTYPE = "syntax-doctype"
    NAMESPACE = "syntax-namespace"
    ATTRIBUTE = "syntax-attribute"
    TEXT = "syntax-text"
    ELEMENT = "structure-unknown-element"
    ORDER = "structure-order"
    REPEATED = "structure-repeated"


@dataclass(frozen=True, slots=True)
class Problem:
    """One syntax problem, at the path and line where it stands."""

    kind: ProblemKind
    found: str
    line: int
    path: Path = ()


@dataclass(slots=True)
class Document:
    """A resource in the internal form. `root` is empty when nothing could be read; `problems` then say why."""

    root: dict[str, Any]
    media: Media
    problems: tuple[Problem, ...] = ()
    locate: Callable[[], Callable[[Path], int]] | None = None
    _line: Callable[[Path], int] | None = field(default=None, repr=False)

    def line(self, path: Path) -> int:
        """The line (from 1) where the path stands, or the nearest ancestor that is written down; 0 when unknown.

        Positions are made at the first question, so a document without findings never pays for them.
        """
        if self._line is None:
            if self.locate is None:
                return 0
            self._line = self.locate()
        return self._line(path)
