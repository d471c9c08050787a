"""The elements of a DICOM file as they lie in its bytes (PS3.5 section 7.1, PS3.10 section 7.1), values untouched."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

PREAMBLE = 128
META = PREAMBLE + 4
"""Where the file's own meta elements begin, behind the prefix."""
UNDEFINED = 0xFFFFFFFF
DEEPEST = 24
"""Sequences within sequences; real documents nest a handful."""

ITEM, END_OF_ITEM, END_OF_SEQUENCE = "FFFEE000", "FFFEE00D", "FFFEE0DD"
_LONG = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])
_IMPLICIT, _BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"


class LayoutError(ValueError):
    """The bytes do not follow from one another as elements do."""


class CutOffError(LayoutError):
    """The bytes end within an element; `at` is where that begins."""

    def __init__(self, at: int) -> None:
        super().__init__(f"cut off in the element at byte {at}")
        self.at = at


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a data set is written; files' own meta elements are always explicit and little endian."""

    implicit: bool = False
    big: bool = False

    @classmethod
    def of(cls, transfer_syntax: str) -> Syntax:
        """By transfer syntax UID: every other one than these two is explicit and little endian (PS3.5 annex A)."""
        return cls(transfer_syntax == _IMPLICIT, transfer_syntax == _BIG)

    @property
    def order(self) -> str:
        """The byte order as `struct` writes it."""
        return ">" if self.big else "<"


@dataclass(frozen=True, slots=True)
class Element:
    """One element: tag (eight upper case hexadecimal digits), VR (empty when implicit), and its places in the bytes.

    `start` to `end` is the value, with its delimiter when the length is `undefined`.
    """

    tag: str
    vr: str
    at: int
    start: int
    end: int
    undefined: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A file's meta elements, its transfer syntax UID, and where the data set begins."""

    meta: tuple[Element, ...]
    transfer_syntax: str
    end: int


def head(data: bytes) -> Head:
    """The meta elements by their group, whatever their group length claims. Raises LayoutError."""
    held: list[Element] = []
    at, uid = META, ""
    while data[at : at + 2] == b"\x02\0":
        element = read(data, at, len(data), Syntax())
        held.append(element)
        if element.tag == "00020010":
            uid = data[element.start : element.end].rstrip(b"\0 ").decode("ascii", "replace")
        at = element.end
    return Head(tuple(held), uid, at)


def elements(data: bytes, at: int, end: int, syntax: Syntax) -> Iterator[Element]:
    """The elements from `at` to `end`, or to the delimiter of the item they are in. Raises LayoutError."""
    while at < end and tag_at(data, at, syntax) != END_OF_ITEM:
        element = read(data, at, end, syntax)
        yield element
        at = element.end


def read(data: bytes, at: int, end: int, syntax: Syntax, depth: int = 0) -> Element:
    """The element that begins here. Raises CutOffError when it does not end before `end`, LayoutError otherwise."""
    tag = tag_at(data, at, syntax)
    vr, start, length = lengths(data, at, syntax)
    if length == UNDEFINED:
        inner = Syntax(implicit=True, big=syntax.big) if vr == "UN" else syntax
        return Element(tag, vr, at, start, _items(data, start, end, inner, depth)[1], undefined=True)
    if start + length > end:
        raise CutOffError(at)
    return Element(tag, vr, at, start, start + length, undefined=False)


def items(data: bytes, element: Element, syntax: Syntax) -> list[tuple[int, int]]:
    """From where to where the contents of a sequence's items go. Raises LayoutError."""
    end = len(data) if element.undefined else element.end
    return _items(data, element.start, end, syntax, 0, delimited=element.undefined)[0]


def _items(
    data: bytes, at: int, end: int, syntax: Syntax, depth: int, *, delimited: bool = True
) -> tuple[list[tuple[int, int]], int]:
    if depth > DEEPEST:
        raise LayoutError("sequences nest too deep")
    found: list[tuple[int, int]] = []
    while delimited or at < end:
        tag, length = tag_at(data, at, syntax), _number(data, at + 4, syntax.order + "I")
        start = at + 8
        if tag == END_OF_SEQUENCE:
            return found, start
        if tag != ITEM:
            raise LayoutError(f"no item at byte {at}")
        if length == UNDEFINED:
            stop = start
            while tag_at(data, stop, syntax) != END_OF_ITEM:
                stop = read(data, stop, end, syntax, depth + 1).end
            at = stop + 8
        else:
            at = stop = start + length
        if at > end:
            raise CutOffError(start - 8)
        found.append((start, stop))
    return found, at


def tag_at(data: bytes, at: int, syntax: Syntax) -> str:
    """The tag that stands here. Raises CutOffError."""
    if at + 4 > len(data):
        raise CutOffError(at)
    return "{:04X}{:04X}".format(*struct.unpack_from(syntax.order + "HH", data, at))


def lengths(data: bytes, at: int, syntax: Syntax) -> tuple[str, int, int]:
    """VR, where the value starts, and how long the head of an element says it is. Raises CutOffError."""
    if syntax.implicit:
        return "", at + 8, _number(data, at + 4, syntax.order + "I")
    vr = data[at + 4 : at + 6].decode("latin-1")
    if vr in _LONG:
        return vr, at + 12, _number(data, at + 8, syntax.order + "I")
    return vr, at + 8, _number(data, at + 6, syntax.order + "H")


def _number(data: bytes, at: int, form: str) -> int:
    try:
        return int(struct.unpack_from(form, data, at)[0])
    except struct.error:
        raise CutOffError(at) from None
