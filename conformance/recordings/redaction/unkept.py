"""A stranger in what is not kept: broken, compressed, called something else, or of a form that no reader keeps."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator

from conformance.codecs import dicom
from conformance.recordings.redaction import jsonform, markup
from conformance.recordings.redaction.dicomfile import look_through as look_through_dicom
from conformance.recordings.redaction.reading import OverBudgetError, Reading
from conformance.recordings.redaction.screen import Screen
from conformance.recordings.redaction.written import DEEP

MOST_UNPACKED = 4 * 1024 * 1024
"""Bytes of what was compressed that are looked through."""
_MOST_TEXT = 1 << 16
"""Bytes of what is no text (a picture, a frame) that are looked through for some."""
_PACKED = (b"\x1f\x8b", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
"""How gzip and zlib begin: the codings of HTTP."""
_EITHER = 32 + zlib.MAX_WBITS
"""Has zlib see for itself which of the two it is."""
_NO_TEXT = bytes(sign for sign in range(256) if not (32 <= sign < 127 or sign in b"\t\r\n"))
_BEGIN, _UNKNOWN = 256, "\ufffd"


def look_through(data: bytes, reading: Reading) -> None:
    """Read what is not kept for what it shows, whatever it is called; StrangerAlarm ends it."""
    if dicom.has_prefix(data):
        look_through_dicom(data, reading, look_through)
    elif (inner := _unpacked(data)) and reading.screen.deep < DEEP:
        look_through(inner, reading.aside())
    else:
        for text in dict.fromkeys(_texts(data)):
            reading.screen.within(text, reading.place)
            if "\0" in text:
                reading.screen.within(text.replace("\0", ""), reading.place)
            _formed(text, reading)


def decoded(data: bytes, place: str, screen: Screen) -> None:
    """The same for what stood in base64 in a text."""
    if screen.deep < DEEP:
        look_through(data, Reading(screen, place).aside())


def _unpacked(data: bytes) -> bytes:
    """What was packed, as far as it is looked through; empty when nothing was."""
    if not data.startswith(_PACKED):
        return b""
    try:
        return zlib.decompressobj(_EITHER).decompress(data, MOST_UNPACKED)
    except zlib.error:
        return b""


def _texts(data: bytes) -> Iterator[str]:
    """Bytes as each text that they may be: by how they begin, with one byte for a sign, or the words between bytes
    that are none."""
    encoding = json.detect_encoding(data)
    begin = data[:_BEGIN].decode(encoding, "replace")
    strange = sum(sign == _UNKNOWN or not (sign.isprintable() or sign.isspace()) for sign in begin)
    if strange * 4 <= len(begin):
        text = data.decode(encoding, "replace").lstrip("\ufeff")
        yield text
        if _UNKNOWN not in text and encoding.startswith("utf-8"):
            return
        if encoding.startswith("utf-8"):
            yield data.decode("latin-1")
    yield data[:_MOST_TEXT].translate(None, _NO_TEXT).decode("ascii")


def _formed(text: str, reading: Reading) -> None:
    """Read what looks like JSON or markup by its members and elements too."""
    reader = _READERS.get(text[:_BEGIN].lstrip()[:1])
    if reader is None:
        return
    try:
        reader(text, reading.aside())
    except OverBudgetError:
        return


_READERS: dict[str, Callable[[str, Reading], None]] = {
    "<": markup.look_through,
    "{": jsonform.look_through,
    "[": jsonform.look_through,
}
