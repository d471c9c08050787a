"""A store: the conformance resources of one source in one file, each readable without reading the others.

Layout: the resources as JSON, one after the other; then the index as JSON, one row a resource; then the index's
offset in sixteen hexadecimal digits. Opening a store reads the index only, which is what lets a validation start
within a second.
"""

from __future__ import annotations

import json
import mmap
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Json = dict[str, Any]
_TAIL = 16
_DECIMAL = re.compile('"\ufdd0([-+0-9.eE]+)\ufdd1"')


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource in a store, as the index knows it."""

    kind: str
    url: str
    version: str
    identifier: str
    name: str
    file: str
    offset: int
    length: int


class Store:
    """An opened store. Bodies are parsed when asked for."""

    __slots__ = ("_by_url", "_data", "_rows", "label")

    def __init__(self, data: bytes | mmap.mmap, label: str) -> None:
        """Read the index; `label` names the source in messages. ValueError when the data is not a store."""
        start = int(bytes(data[-_TAIL:]), 16)
        rows = json.loads(data[start:-_TAIL])
        self.label = label
        self._data = data
        self._rows: list[list[Any]] = rows
        self._by_url: dict[tuple[str, str], list[int]] = {}
        for number, row in enumerate(rows):
            self._by_url.setdefault((row[0], row[1]), []).append(number)

    @classmethod
    def open(cls, path: Path, label: str) -> Store:
        """Map a store file into memory. OSError or ValueError when it cannot be read."""
        with path.open("rb") as stream:
            return cls(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ), label)

    def find(self, kind: str, url: str) -> Iterator[Entry]:
        """Entries of this kind with this canonical, in the order of the source."""
        return (Entry(*self._rows[number]) for number in self._by_url.get((kind, url), ()))

    def entries(self, kind: str) -> Iterator[Entry]:
        """All entries of a kind."""
        return (Entry(*row) for row in self._rows if row[0] == kind)

    def body(self, entry: Entry) -> Json:
        """The resource of an entry."""
        raw = self._data[entry.offset : entry.offset + entry.length]
        resource: Json = json.loads(raw, parse_float=Decimal)
        return resource


def pack(resources: Iterable[tuple[str, Json]]) -> bytes:
    """The bytes of a store for (file, resource) pairs. Resources without a canonical are reachable by kind only."""
    body = bytearray()
    rows: list[list[Any]] = []
    for file, resource in resources:
        raw = dump(resource)
        rows.append([*_head(resource), file, len(body), len(raw)])
        body += raw
    index = json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()
    return bytes(body) + index + f"{len(body):016x}".encode()


def _head(resource: Json) -> list[str]:
    return [str(resource.get(name) or "") for name in ("resourceType", "url", "version", "id", "name")]


def dump(resource: Json) -> bytes:
    """Compact JSON; a decimal keeps its digits, `1.10` stays `1.10`."""
    text = json.dumps(resource, separators=(",", ":"), ensure_ascii=False, default=_marked)
    return _DECIMAL.sub(r"\1", text).encode()


def loaded(data: bytes | None) -> Json | None:
    """What the cache holds; a damaged item is as good as none."""
    try:
        structure = json.loads(data, parse_float=Decimal) if data is not None else None
    except ValueError:
        return None
    return structure if isinstance(structure, dict) else None


def _marked(value: object) -> str:
    """The json module writes no Decimal: its digits go out between noncharacters, whose quotes come off."""
    if isinstance(value, Decimal):
        return f"\ufdd0{value}\ufdd1"
    raise TypeError(f"{type(value).__name__} is not FHIR JSON")
