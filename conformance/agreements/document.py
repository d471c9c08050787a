"""One document of the agreements as it was read: its value, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model.agreements import Json, Place

Keys = tuple[str | int, ...]
"""The keys and item numbers that lead to a value."""
Mark = tuple[int, int]
"""Line and column, counted from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file's value and where each part of it stands."""

    file: str
    value: Json
    keys: Mapping[Keys, Mark]
    """Line and column, counted from 1, of the key (or item) at a path."""
    values: Mapping[Keys, Mark]
    """Line and column of the value at a path."""

    def place(self, path: Keys = (), *, key: bool = False) -> Place:
        """Where a path stands; for a path that is not there, its nearest parent."""
        marks = self.keys if key else self.values
        while path and path not in marks:
            path = path[:-1]
        return Place(self.file, *marks.get(path, (1, 1)))


def field_name(path: Keys) -> str:
    """A path as people write it: `endpoints/fhir/url`."""
    return "/".join(str(part) for part in path)
