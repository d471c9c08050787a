"""Media types and Accept headers (RFC 9110 sections 8.3.1 and 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[^;,"]+|[;,"]')
_BARE = re.compile(r'[^;,"]*')


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type or range: `name` is lower case (`multipart/related`, `image/*`), parameter names are lower case."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def quality(self) -> float:
        """The weight in an Accept header; 1 when not given, 0 when unreadable."""
        try:
            return float(self.parameters.get("q", "1"))
        except ValueError:
            return 0.0

    def covers(self, name: str) -> bool:
        """Whether this range includes a concrete type (names only; parameters are the caller's to weigh)."""
        if self.name in ("*/*", name):
            return True
        return self.name.endswith("/*") and name.startswith(self.name[:-1])


def parse(text: str) -> MediaType:
    """One media type with its parameters; quotes are taken off, what is unreadable is left out."""
    if _BARE.fullmatch(text):
        return MediaType(text.strip().lower())
    return next(iter(parse_list(text)), MediaType(""))


def parse_list(text: str) -> tuple[MediaType, ...]:
    """All media types of a comma separated list, in the order written."""
    return tuple(_media_type(pieces) for pieces in _split(_PIECE.findall(text), ",") if "".join(pieces).strip())


def accepted(header: str) -> tuple[MediaType, ...]:
    """What an Accept header takes, best first; refused ranges (q=0) are left out. Nothing said accepts everything."""
    ranges = parse_list(header) or (MediaType("*/*"),)
    return tuple(sorted((found for found in ranges if found.quality > 0), key=lambda found: -found.quality))


def _split(pieces: Iterable[str], separator: str) -> Iterable[list[str]]:
    group: list[str] = []
    for piece in pieces:
        if piece == separator:
            yield group
            group = []
        else:
            group.append(piece)
    yield group


def _media_type(pieces: list[str]) -> MediaType:
    name, *rest = ("".join(group).strip() for group in _split(pieces, ";"))
    pairs = (item.split("=", 1) for item in rest if "=" in item)
    return MediaType(name.lower(), {key.strip().lower(): _unquoted(value.strip()) for key, value in pairs})


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value
