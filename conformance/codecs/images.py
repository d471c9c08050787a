"""Small pictures: writing a grey or RGB PNG, and recognising what a rendered answer holds."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from conformance.codecs.pngs import PNG, whole

_MARKER, _ENTROPY = 0xFF, 0xDA


def png(width: int, height: int, samples: int, pixels: bytes) -> bytes:
    """An 8 bit grey (1 sample) or RGB (3 samples) PNG of row-major pixels; the same bytes each time (RFC 2083)."""
    row = width * samples
    raw = b"".join(b"\0" + pixels[start : start + row] for start in range(0, row * height, row))
    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2}[samples], 0, 0, 0)
    return PNG + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 6)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(data: bytes) -> dict[str, Any] | None:
    """Format, width and height of a PNG, JPEG or GIF, and whether all of it is there; None for anything else.

    `whole` is the picture's own word: that it says how it goes on and where it ends, and comes to that.
    """
    if data.startswith(PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return {"format": "png", "width": width, "height": height, "whole": whole(data)}
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return {"format": "gif", "width": width, "height": height, "whole": data.rstrip(b"\0").endswith(b";")}
    if data.startswith(b"\xff\xd8\xff"):
        return {"format": "jpeg", **_jpeg(data)}
    return None


def _jpeg(data: bytes) -> dict[str, Any]:
    """The size by the first start-of-frame segment (ITU-T T.81 annex B), left out when there is none; and whether
    behind the first scan there is an end of image: within a scan these two bytes are nothing else."""
    found: dict[str, Any] = {}
    at = 2
    while at + 4 <= len(data) and data[at] == _MARKER and data[at + 1] != _ENTROPY:
        marker = data[at + 1]
        if marker == _MARKER:  # fill bytes
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and "width" not in found and at + 9 <= len(data):
            found["height"], found["width"] = struct.unpack(">HH", data[at + 5 : at + 9])
        at += 2 + max(int.from_bytes(data[at + 2 : at + 4], "big"), 2)
    scanned = at + 4 <= len(data) and data[at + 1] == _ENTROPY
    return {**found, "whole": scanned and data.find(b"\xff\xd9", at) > 0}
