"""multipart/related bodies (RFC 2046 section 5.1, RFC 2387), as DICOM PS3.18 section 8.6.1.2 uses them.

Reading is strict in what it calls sound and tolerant in what it still takes apart: a cut-off or sloppy body gives
its parts and the names of its defects, so that a judgement can say what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from conformance.codecs.mediatypes import parse

MOST_PARTS = 20_000
LONGEST_HEADERS = 16_384


class Defect(StrEnum):
    """What is wrong with a multipart body; the codes are stable."""

    NOT_MULTIPART = "not-multipart"
    NO_BOUNDARY = "no-boundary"
    NO_DELIMITER = "no-delimiter"
    NO_CLOSE = "no-closing-delimiter"
    BARE_LINE_FEEDS = "bare-line-feeds"
    NO_BLANK_LINE = "part-without-blank-line"
    LONG_HEADERS = "part-headers-too-long"
    TOO_MANY_PARTS = "too-many-parts"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: header names in lower case, a view on the body without the line break that belongs to the delimiter."""

    headers: Mapping[str, str]
    view: memoryview = field(repr=False)

    @property
    def body(self) -> bytes:
        """The body, copied out of the whole."""
        return bytes(self.view)

    @property
    def media_type(self) -> str:
        """The part's own content type without parameters; RFC 2046 makes a part that names none text/plain."""
        return parse(self.headers.get("content-type", "text/plain")).name


@dataclass(frozen=True, slots=True)
class Multipart:
    """A multipart body taken apart. `type` is the root type of RFC 2387; `complete` is false when it was cut off."""

    parts: tuple[Part, ...]
    type: str
    boundary: str
    defects: tuple[Defect, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the closing delimiter was seen."""
        return not {Defect.NO_CLOSE, Defect.NO_DELIMITER, Defect.NO_BOUNDARY, Defect.NOT_MULTIPART} & set(self.defects)


def split(body: bytes, content_type: str) -> Multipart:
    """Take a multipart body apart; never raises on the node's bytes, the defects tell what is wrong."""
    media = parse(content_type)
    boundary = media.parameters.get("boundary", "")
    root = media.parameters.get("type", "").lower()
    if not media.name.startswith("multipart/"):
        return Multipart((), root, boundary, (Defect.NOT_MULTIPART,))
    if not boundary:
        return Multipart((), root, boundary, (Defect.NO_BOUNDARY,))
    pieces, defects = _pieces(body, boundary.encode("latin-1", "replace"))
    parts: list[Part] = []
    view = memoryview(body)
    for start, end in pieces:
        part, defect = _part(view[start:end])
        parts.append(part)
        defects.extend(defect)
    return Multipart(tuple(parts), root, boundary, tuple(dict.fromkeys(defects)))


def join(parts: Iterable[tuple[Mapping[str, str], bytes]], boundary: str) -> bytes:
    """A multipart body of (headers, body) pairs."""
    chunks: list[bytes] = []
    for headers, body in parts:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        chunks += [f"--{boundary}\r\n{lines}\r\n".encode("latin-1"), body, b"\r\n"]
    return b"".join((*chunks, f"--{boundary}--\r\n".encode("latin-1")))


def _pieces(body: bytes, boundary: bytes) -> tuple[list[tuple[int, int]], list[Defect]]:
    """From where to where the pieces between delimiters go, header lines included, and what was wrong between them."""
    delimiter = b"--" + boundary
    at = _first(body, delimiter)
    if at < 0:
        return [], [Defect.NO_DELIMITER]
    pieces: list[tuple[int, int]] = []
    defects: list[Defect] = []
    after = at + len(delimiter)
    while body[after : after + 2] != b"--":
        if len(pieces) == MOST_PARTS:
            return pieces, [*defects, Defect.TOO_MANY_PARTS]
        start, bare = _line_end(body, after)
        end, sloppy = _next(body, delimiter, start)
        if bare or sloppy:
            defects.append(Defect.BARE_LINE_FEEDS)
        if end < 0:
            # A body cut off right behind a delimiter line holds no further part.
            return pieces + ([(start, len(body))] if start < len(body) else []), [*defects, Defect.NO_CLOSE]
        pieces.append((start, max(start, end)))
        after = end + (1 if sloppy else 2) + len(delimiter)
    return pieces, defects


def _first(body: bytes, delimiter: bytes) -> int:
    if body.startswith(delimiter):
        return 0
    at = body.find(b"\n" + delimiter)
    return at if at < 0 else at + 1


def _line_end(body: bytes, after: int) -> tuple[int, bool]:
    """Where the line of a delimiter ends (white space may follow the boundary), and whether it ends without CR."""
    newline = body.find(b"\n", after, after + 256)
    if newline < 0:
        return len(body), False
    return newline + 1, body[newline - 1 : newline] != b"\r"


def _next(body: bytes, delimiter: bytes, start: int) -> tuple[int, bool]:
    """Where the next delimiter's line break starts, and whether that break is a bare line feed; -1 for none."""
    # A part without headers may be empty: its delimiter then stands directly behind the previous line.
    found = body.find(delimiter, max(start - 2, 0))
    while found >= 0:
        if body[found - 2 : found] == b"\r\n":
            return found - 2, False
        if body[found - 1 : found] == b"\n":
            return found - 1, True
        found = body.find(delimiter, found + 1)
    return -1, False


def _part(piece: memoryview) -> tuple[Part, tuple[Defect, ...]]:
    head = bytes(piece[:LONGEST_HEADERS])
    if head.startswith(b"\r\n"):
        return Part({}, piece[2:]), ()
    end, width, bare = _blank_line(head)
    if end < 0:
        return Part({}, piece), (Defect.LONG_HEADERS if len(piece) > LONGEST_HEADERS else Defect.NO_BLANK_LINE,)
    return Part(_headers(head[:end].decode("latin-1")), piece[end + width :]), (Defect.BARE_LINE_FEEDS,) if bare else ()


def _blank_line(head: bytes) -> tuple[int, int, bool]:
    """Where the headers end, how wide the blank line is, and whether it is made of bare line feeds."""
    end = head.find(b"\r\n\r\n")
    bare = head.find(b"\n\n", 0, len(head) if end < 0 else end)
    return (bare, 2, True) if bare >= 0 else (end, 4, False)


def _headers(text: str) -> dict[str, str]:
    # A line that starts with white space continues the line before it (RFC 5322 section 2.2.3).
    unfolded = text.replace("\r\n", "\n").replace("\n\t", " ").replace("\n ", " ")
    pairs = (line.split(":", 1) for line in unfolded.split("\n") if ":" in line)
    return {name.strip().lower(): value.strip() for name, value in pairs}
