"""The structure of a regular expression: as much as deciding about its cost and matching it in linear time need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

_MAX_DEPTH = 50
_QUANTIFIER = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}")
_SIMPLE_ESCAPES = frozenset("dDsSwWtnrfv")
_GROUP_START = re.compile(r"\((?:\?:|\?P?<[A-Za-z_]\w*>)?(?!\?)")


class UnsupportedError(Exception):
    """The expression uses look-around, back references or other constructs that are not modelled."""


@dataclass(frozen=True, slots=True)
class One:
    """One character: the text is a regular expression by itself, such as `a`, `.`, `\\d` or `[a-z]`."""

    text: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place without width: `^`, `$`, `\\b`, `\\B`, `\\A`, `\\Z`."""

    text: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts after one another."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part so many times; no `maximum` means without end."""

    part: Part
    minimum: int
    maximum: int | None


Part: TypeAlias = One | Anchor | Chain | Choice | Repeat


def parse(expression: str) -> Part:
    """The structure of an expression that Python accepts. Raises UnsupportedError."""
    found, end = _choice(expression, 0, 0)
    if end < len(expression):
        raise UnsupportedError(expression)
    return found


def has_nested_repeat(part: Part) -> bool:
    """Whether an open repeat holds another one or a choice: the shape that can take exponential time."""
    if isinstance(part, Repeat):
        return has_nested_repeat(part.part) or (_is_open(part) and _varies(part.part))
    return isinstance(part, (Chain, Choice)) and any(has_nested_repeat(each) for each in part.parts)


def repeats(part: Part) -> int:
    """The number of open repeats."""
    if isinstance(part, Repeat):
        return repeats(part.part) + _is_open(part)
    return sum(repeats(each) for each in part.parts) if isinstance(part, (Chain, Choice)) else 0


def _is_open(part: Repeat) -> bool:
    return part.maximum is None or part.maximum > 10


def _varies(part: Part) -> bool:
    if isinstance(part, Repeat):
        return part.minimum != part.maximum or _varies(part.part)
    if isinstance(part, Choice):
        return True
    return isinstance(part, Chain) and any(_varies(each) for each in part.parts)


def _choice(text: str, position: int, depth: int) -> tuple[Part, int]:
    if depth > _MAX_DEPTH:
        raise UnsupportedError(text)
    branches: list[Part] = []
    while True:
        branch, position = _chain(text, position, depth)
        branches.append(branch)
        if not text.startswith("|", position):
            return (branches[0] if len(branches) == 1 else Choice(tuple(branches))), position
        position += 1


def _chain(text: str, position: int, depth: int) -> tuple[Part, int]:
    parts: list[Part] = []
    while position < len(text) and text[position] not in "|)":
        part, position = _single(text, position, depth)
        quantifier = _QUANTIFIER.match(text, position)
        if quantifier is not None and (bounds := _bounds(quantifier)) is not None:
            position = quantifier.end()
            if text.startswith("+", position):
                raise UnsupportedError(text)
            position += text.startswith("?", position)
            part = Repeat(part, *bounds)
        parts.append(part)
    return Chain(tuple(parts)), position


def _bounds(match: re.Match[str]) -> tuple[int, int | None] | None:
    """Least and most repetitions; None when the braces are plain text."""
    if match[0] in "*+?":
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[match[0]]
    least, comma, most = match[1], match[2], match[3]
    if not comma:
        return (int(least), int(least)) if least else None
    return int(least or 0), int(most) if most else None


def _single(text: str, position: int, depth: int) -> tuple[Part, int]:
    character = text[position]
    if character == "(":
        return _group(text, position, depth)
    if character == "[":
        end = _class_end(text, position)
        return One(text[position:end]), end
    if character == "\\":
        return _escape(text, position)
    if character in "^$":
        return Anchor(character), position + 1
    return One(character if character == "." else re.escape(character)), position + 1


def _group(text: str, position: int, depth: int) -> tuple[Part, int]:
    start = _GROUP_START.match(text, position)
    if start is None:
        raise UnsupportedError(text)
    inner, end = _choice(text, start.end(), depth + 1)
    return inner, end + 1


def _escape(text: str, position: int) -> tuple[Part, int]:
    code = text[position + 1]
    if code in "bBAZ":
        return Anchor("\\" + code), position + 2
    if code.isalnum() and code not in _SIMPLE_ESCAPES:
        raise UnsupportedError(text)
    return One("\\" + code), position + 2


def _class_end(text: str, position: int) -> int:
    """Where the character class that opens here ends."""
    place = position + 1
    place += text.startswith("^", place)
    place += text.startswith("]", place)
    while text[place] != "]":
        place += 2 if text[place] == "\\" else 1
    return place + 1
