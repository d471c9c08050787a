"""FHIRPath text to tokens (FHIRPath 2.0 grammar, and double-quoted names because STU3 definitions use them)."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from conformance.validation.fhir.fhirpath.errors import FhirPathSyntaxError

MAX_LENGTH = 50_000


class Kind(Enum):
    """Token kinds."""

    WORD = "word"
    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    VARIABLE = "variable"
    SPECIAL = "special"
    SYMBOL = "symbol"
    END = "end"


class Token(NamedTuple):
    """One token: its decoded text and the column (from 1) where it starts."""

    kind: Kind
    text: str
    column: int


_CLOCK = r"\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+|//[^\n\r]*|/\*.*?\*/)
    | @(?P<time>T{_CLOCK})
    | @(?P<date>\d{{4}}(?:-\d{{2}}(?:-\d{{2}})?)?(?:T(?:{_CLOCK}(?:Z|[+-]\d{{2}}:\d{{2}})?)?)?)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<name>`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*")
    | %(?P<variable>[A-Za-z_][A-Za-z0-9_-]*|`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<special>\$[a-z]+)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<symbol><=|>=|!=|!~|[=~<>+\-*/&|.,()\[\]{{}}])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_QUOTES = "'`\""


def tokenize(text: str) -> list[Token]:
    """All tokens of the text, closed by one END token. Raises FhirPathSyntaxError."""
    if len(text) > MAX_LENGTH:
        raise FhirPathSyntaxError(f"expression longer than {MAX_LENGTH} characters", text, MAX_LENGTH)
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or (text.startswith("/*", position) and match.lastgroup != "space"):
            raise FhirPathSyntaxError(_complaint(text, position), text, position + 1)
        if match.lastgroup != "space":
            kind = Kind(match.lastgroup)
            tokens.append(Token(kind, _decoded(kind, match[kind.value]), position + 1))
        position = match.end()
    tokens.append(Token(Kind.END, "", len(text) + 1))
    return tokens


def _decoded(kind: Kind, text: str) -> str:
    if kind in (Kind.STRING, Kind.NAME, Kind.VARIABLE) and text[0] in _QUOTES:
        return _ESCAPE.sub(_unescaped, text[1:-1])
    return text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] == "u" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code in _ESCAPED:
        return _ESCAPED[code]
    # Published invariants hold regular expressions whose backslash was never doubled; dropping it would change them.
    return code if not code.isalnum() else match[0]


def _complaint(text: str, position: int) -> str:
    character = text[position]
    if character in _QUOTES:
        return f"text opened by {character} is never closed"
    if text.startswith("/*", position):
        return "comment opened by /* is never closed"
    return f"unexpected character {character!r}"
