"""A DICOM file with less in it: some attributes only, some values replaced, no pixels; all else stays as it lies there.

Nothing is repaired: what is kept is copied byte for byte, with its VR, its odd lengths and its order. Where that can't
be done, nothing is made; the caller compares what a reader sees in both before it trusts the result.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from conformance.codecs.dicom import DEFLATED, MOST_INFLATED
from conformance.codecs.dicomelements import (
    META,
    PREAMBLE,
    CutOffError,
    Element,
    LayoutError,
    Syntax,
    elements,
    head,
    items,
    lengths,
    tag_at,
)

Model = Mapping[str, Any]
PIXEL_DATA = "7FE00010"
_META = frozenset({"00020000", "00020001", "00020002", "00020003", "00020010", "00020012"})
"""What stays of the file's meta elements: not who sent it from where, nor private matters."""
_PREFIX = b"DICM"
_UID = re.compile(rb"[0-9.]*[\0 ]*")
_NAMES = ("Alphabetic", "Ideographic", "Phonetic")


def bare(data: bytes, before: Model, after: Model, encoding: str) -> bytes:
    """The file with the attributes that `after` has, and pixels emptied; raises LayoutError when it can't be made.

    `before` and `after` are its description (DICOM JSON Model) as it is and as it is to be; texts are written in
    `encoding`, a codec's name. A file that is cut off stays so.
    """
    if data[PREAMBLE:META] != _PREFIX:
        return bytes(min(len(data), META))  # that there is no prefix is all that can be seen
    top = head(data)
    body, start = data, top.end
    if top.transfer_syntax == DEFLATED:
        body, start = _inflated(data[top.end :]), 0
    kept = _dataset(body, start, len(body), _syntax(top.transfer_syntax, body, start), (before, after), encoding)
    if top.transfer_syntax == DEFLATED:
        deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        kept = deflater.compress(kept) + deflater.flush()
        kept += b"\0" * (len(kept) % 2)
    return bytes(PREAMBLE) + _PREFIX + _meta(data, top.meta) + kept


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, MOST_INFLATED)
    except zlib.error:
        raise LayoutError("it can't be inflated") from None


def _syntax(uid: str, data: bytes, start: int) -> Syntax:
    """As named; a data set that shows no VR where one has to be is implicit whatever was named."""
    named = Syntax.of(uid)
    shows = data[start + 4 : start + 6].isalpha() and data[start + 4 : start + 6].isupper()
    return Syntax(implicit=not shows, big=named.big)


def _meta(data: bytes, held: tuple[Element, ...]) -> bytes:
    kept = [element for element in held if element.tag in _META]
    gone = sum(element.end - element.at for element in held) - sum(element.end - element.at for element in kept)
    pieces = []
    for element in kept:
        piece = data[element.at : element.end]
        if element.vr == "UI" and not _UID.fullmatch(data, element.start, element.end):
            raise LayoutError("a UID of the meta elements is none")
        if element.tag == "00020000" and element.end - element.start == 4:
            (length,) = struct.unpack("<I", piece[-4:])
            piece = piece[:-4] + struct.pack("<I", max(length - gone, 0))  # a wrong one stays as wrong
        pieces.append(piece)
    return b"".join(pieces)


def _dataset(data: bytes, at: int, end: int, syntax: Syntax, models: tuple[Model, Model], encoding: str) -> bytes:
    before, after = models
    pieces: list[bytes] = []
    try:
        for element in elements(data, at, end, syntax):
            if element.tag == PIXEL_DATA:
                pieces.append(_headed(data, element, syntax, b""))
            elif element.tag in after:
                pair = before.get(element.tag, {}), after[element.tag]
                pieces.append(_element(data, element, syntax, pair, encoding))
    except CutOffError as cut:
        pieces.append(_cut(data, cut.at, end, syntax, models, encoding))
    return b"".join(pieces)


def _cut(data: bytes, at: int, end: int, syntax: Syntax, models: tuple[Model, Model], encoding: str) -> bytes:
    """An element that is cut off stays so: its head as it was, and of a listed one what there is of its value."""
    try:
        tag, start = tag_at(data, at, syntax), lengths(data, at, syntax)[1]
    except CutOffError:
        return data[at:end]
    before, after = models[0].get(tag), models[1].get(tag)
    if after is None or after.get("vr") == "SQ":
        return data[at:start]
    return data[at:start] + (data[start:end] if before == after else _written(after, encoding))


def _element(data: bytes, element: Element, syntax: Syntax, pair: tuple[Model, Model], encoding: str) -> bytes:
    before, after = pair
    if after.get("vr") == "SQ":
        return _headed(data, element, syntax, _sequence(data, element, syntax, pair, encoding))
    if before == after:
        return data[element.at : element.end]
    value = _written(after, encoding)
    odd = (element.end - element.start) % 2
    padding = b"" if odd or len(value) % 2 == 0 else b"\0" if after.get("vr") == "UI" else b" "
    return _headed(data, element, syntax, value + padding)


def _sequence(data: bytes, element: Element, syntax: Syntax, pair: tuple[Model, Model], encoding: str) -> bytes:
    before, after = (list(one.get("Value", ())) for one in pair)
    places = items(data, element, syntax)
    if not len(places) == len(before) == len(after):
        raise LayoutError("a sequence has another number of items than its description")
    pieces = []
    for (start, end), *models in zip(places, before, after, strict=True):
        inner = _dataset(data, start, end, syntax, (models[0] or {}, models[1] or {}), encoding)
        pieces.append(struct.pack(syntax.order + "HHI", 0xFFFE, 0xE000, len(inner)) + inner)
    return b"".join(pieces)


def _headed(data: bytes, element: Element, syntax: Syntax, value: bytes) -> bytes:
    """The element with another value: its head as it was, but for the length."""
    wide = syntax.implicit or element.start - element.at == 12
    try:
        length = struct.pack(syntax.order + ("I" if wide else "H"), len(value))
    except struct.error:
        raise LayoutError("a value is too long for its head") from None
    return data[element.at : element.start - len(length)] + length + value


def _written(attribute: Model, encoding: str) -> bytes:
    texts = [_text(value) for value in attribute.get("Value", ())]
    try:
        return "\\".join(texts).encode(encoding or "ascii")
    except UnicodeError:
        raise LayoutError("a value can't be written in the file's character set") from None


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "=".join(str(value.get(name, "")) for name in _NAMES).rstrip("=")
    if value is None or isinstance(value, str | int):
        return "" if value is None else str(value)
    raise LayoutError("a value that is no text can't be replaced")
