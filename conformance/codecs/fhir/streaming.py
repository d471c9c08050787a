"""Large inputs piece by piece: NDJSON lines and the entries of a Bundle, without the whole in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from lxml import etree

from conformance.codecs.fhir.xml_reader import FHIR

CHUNK = 1 << 16
TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
"""A string, also one that breaks off at the end of what was read, or a bracket: those in strings count for nothing."""
OPENING, CLOSING = {b"{", b"["}, {b"}", b"]"}
BETWEEN = re.compile(rb"[ \t\r\n,]*+")
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
        self._at = 0  # what stands before this place in the buffer is done with
        self._line = 1
        self.head = b""

    def __iter__(self) -> Iterator[Piece]:
        """Read on. Raises StreamError when there is no array of entries or it does not end."""
        self._skip_to_entries()
        while self._next_start() != b"]":
            yield self._object()
        self.head = _joined(self.head, self._rest())

    def _rest(self) -> bytes:
        """What stands behind the entries; never more than one piece may be."""
        found = bytearray(self._buffer[self._at :])
        while chunk := self._stream.read(CHUNK):
            found += chunk
            if len(found) > LARGEST_PIECE:
                raise StreamError(f"line {self._line}: more than {LARGEST_PIECE >> 20} MiB behind the entries")
        return bytes(found)

    def _more(self) -> None:
        """Drop what is done with and read as much again as is left, so that a large entry is not scanned too often."""
        left = self._buffer[self._at :]
        if len(left) > LARGEST_PIECE:
            raise StreamError(f"line {self._line}: one entry is larger than {LARGEST_PIECE >> 20} MiB")
        chunk = self._stream.read(max(CHUNK, len(left)))
        if not chunk:
            raise StreamError(f"line {self._line}: the Bundle ends before its entries do")
        self._buffer, self._at = left + chunk, 0

    def _take(self, end: int) -> bytes:
        taken = self._buffer[self._at : end]
        self._at = end
        self._line += taken.count(b"\n")
        return taken

    def _skip_to_entries(self) -> None:
        while (match := ENTRY_KEY.search(self._buffer)) is None:
            self._more()
        self.head = self._take(match.end())[: match.start()]

    def _next_start(self) -> bytes:
        """Skip to the next entry or to the end of the array, and say which it is."""
        while True:
            match = BETWEEN.match(self._buffer, self._at)
            self._take(match.end() if match else self._at)
            if self._at < len(self._buffer):
                break
            self._more()
        first = self._buffer[self._at : self._at + 1]
        if first == b"]":
            self._take(self._at + 1)
        elif first != b"{":
            raise StreamError(f"line {self._line}: an entry is an object, found {first.decode(errors='replace')!r}")
        return first

    def _object(self) -> Piece:
        line, depth, done = self._line, 0, 0  # `done` counts from the start of the object: _more moves the buffer
        while True:
            match = TOKEN.search(self._buffer, self._at + done)
            if match is None:
                done = len(self._buffer) - self._at
                self._more()
            elif match.end() == len(self._buffer) and match.group()[:1] == b'"':
                done = match.start() - self._at  # a string that may go on behind what was read
                self._more()
            else:
                done = match.end() - self._at
                depth += 1 if match.group() in OPENING else -1 if match.group() in CLOSING else 0
                if not depth:
                    return Piece(self._take(self._at + done), line)


def _joined(before: bytes, after: bytes) -> bytes:
    """What stands around the entries, as an object without them."""
    before, after = before.rstrip(b" \t\r\n,"), after.lstrip(b" \t\r\n,")
    return before + (b"" if before.endswith(b"{") or after.startswith(b"}") else b",") + after


def xml_entries(stream: IO[bytes]) -> Iterator[Piece]:
    """The resources in the entries of a Bundle in XML, as documents of their own. Raises StreamError."""
    try:
        events = etree.iterparse(
            stream, events=("end",), tag=f"{{{FHIR}}}entry", resolve_entities=False, no_network=True, huge_tree=False
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
