"""Small pictures: writing a grey or RGB PNG, and recognising what a rendered answer holds."""

from __future__ import annotations

import struct
import zlib
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n"


def png(width: int, height: int, samples: int, pixels: bytes) -> bytes:
    """An 8 bit grey (1 sample) or RGB (3 samples) PNG of row-major pixels; the same bytes each time (RFC 2083)."""
    row = width * samples
    raw = b"".join(b"\0" + pixels[start : start + row] for start in range(0, row * height, row))
    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2}[samples], 0, 0, 0)
    return PNG + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 6)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(head: bytes) -> dict[str, Any] | None:
    """Format, width and height by the first bytes of a PNG, JPEG or GIF; None for anything else."""
    if head.startswith(PNG) and head[12:16] == b"IHDR" and len(head) >= 24:
        width, height = struct.unpack(">II", head[16:24])
        return {"format": "png", "width": width, "height": height}
    if head[:6] in (b"GIF87a", b"GIF89a") and len(head) >= 10:
        width, height = struct.unpack("<HH", head[6:10])
        return {"format": "gif", "width": width, "height": height}
    if head.startswith(b"\xff\xd8\xff"):
        return {"format": "jpeg", **_jpeg_size(head)}
    return None


def _jpeg_size(head: bytes) -> dict[str, int]:
    """The size from the first start-of-frame segment (ITU-T T.81 annex B); empty when it is not in these bytes."""
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return {"width": width, "height": height}
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return {}
