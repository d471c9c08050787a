"""Large inputs piece by piece: NDJSON lines and the entries of a Bundle, without the whole in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from lxml import etree

from conformance.codecs.fhir.xml_reader import FHIR

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 1 << 16
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
ENTRY_KEY = re.compile(rb'"entry"\s*:\s*\[')
LARGEST_PIECE = 256 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """One resource or Bundle entry as bytes, and the line it starts at."""

    data: bytes
    line: int


class StreamError(ValueError):
    """A Bundle that cannot be read piece by piece; the message says why."""


def ndjson(stream: IO[bytes]) -> Iterator[Piece]:
    """The non-empty lines of an NDJSON stream."""
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield Piece(line, number)


class JsonBundle:
    """The entries of a Bundle in JSON; `head` is the Bundle without its entries, complete when all were read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._buffer = b""
        self._line = 1
        self.head = b""

    def __iter__(self) -> Iterator[Piece]:
        """Read on. Raises StreamError when there is no array of entries or it does not end."""
        self._skip_to_entries()
        while True:
            start = self._next_start()
            if start == b"]":
                break
            yield self._object()
        self.head = _joined(self.head, self._buffer + self._stream.read())

    def _more(self) -> None:
        chunk = self._stream.read(CHUNK)
        if not chunk:
            raise StreamError("the Bundle ends before its entries do")
        if len(self._buffer) > LARGEST_PIECE:
            raise StreamError(f"one entry is larger than {LARGEST_PIECE >> 20} MiB")
        self._buffer += chunk

    def _take(self, length: int) -> bytes:
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        self._line += taken.count(b"\n")
        return taken

    def _skip_to_entries(self) -> None:
        while (match := ENTRY_KEY.search(self._buffer)) is None:
            self._more()
        self.head = self._take(match.end())[: match.start()]

    def _next_start(self) -> bytes:
        """Skip to the next entry or to the end of the array, and say which it is."""
        while True:
            rest = self._buffer.lstrip(b" \t\r\n,")
            if rest:
                self._take(len(self._buffer) - len(rest))
                break
            self._more()
        first = self._buffer[:1]
        if first == b"]":
            self._take(1)
        elif first != b"{":
            raise StreamError(f"line {self._line}: an entry is an object, found {first.decode(errors='replace')!r}")
        return first

    def _object(self) -> Piece:
        line, depth, position = self._line, 0, 0
        while True:
            match = TOKEN.search(self._buffer, position)
            if match is None or match.end() >= len(self._buffer):
                self._more()
                continue
            position = match.end()
            token = match.group()
            if token in b"{[":
                depth += 1
            elif token in b"}]":
                depth -= 1
                if not depth:
                    return Piece(self._take(position), line)


def _joined(before: bytes, after: bytes) -> bytes:
    """What stands around the entries, as an object without them."""
    before, after = before.rstrip(b" \t\r\n,"), after.lstrip(b" \t\r\n,")
    return before + (b"" if before.endswith(b"{") or after.startswith(b"}") else b",") + after


def xml_entries(path: Path) -> Iterator[Piece]:
    """The resources in the entries of a Bundle in XML, as documents of their own. Raises StreamError."""
    try:
        events = etree.iterparse(
            str(path), events=("end",), tag=f"{{{FHIR}}}entry", resolve_entities=False, no_network=True, huge_tree=False
        )
        for _, entry in events:
            parent = entry.getparent()
            if parent is None or parent.getparent() is not None:
                continue
            yield Piece(etree.tostring(entry, with_tail=False), entry.sourceline or 1)
            entry.clear()
            while entry.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise StreamError(str(error.msg)) from error
