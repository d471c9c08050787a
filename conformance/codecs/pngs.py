"""What a PNG says of itself (RFC 2083): whether all of it is there, and the greys of a small one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

PNG = b"\x89PNG\r\n\x1a\n"
MOST_INFLATED = 64 * 1024 * 1024
"""A larger picture is believed to be whole when its chunks are."""
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PALETTE = 3


def whole(data: bytes) -> bool:
    """Whether the chunks up to the end are sound and the pixels in them are as many as the head says."""
    found = list(_chunks(data))
    if not found or found[0][0] != b"IHDR" or len(found[0][1]) != 13 or found[-1][0] != b"IEND":
        return False
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", found[0][1])
    row = 1 + (width * depth * _SAMPLES.get(colour, 0) + 7) // 8
    expected = 0 if interlaced else row * height  # an interlaced one has rows of several lengths: its end has to do
    if colour not in _SAMPLES:
        return False
    if expected > MOST_INFLATED:
        return True
    pixels = _inflated(found, max(expected, 1))
    return pixels is not None and len(pixels) >= expected


def greys(data: bytes, most: int) -> tuple[int, ...]:
    """How each pixel looks, as a number: the upper eight bits of its first sample.

    Empty for one of more than `most` pixels, with a palette, interlaced, of few bits, or not whole.
    """
    if not whole(data):
        return ()
    found = list(_chunks(data))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", found[0][1])
    if interlaced or depth < 8 or colour == _PALETTE or width * height > most:
        return ()
    step = _SAMPLES[colour] * depth // 8
    pixels = _inflated(found, height * (1 + width * step)) or b""
    above = bytes(width * step)
    looks: list[int] = []
    for at in range(0, height * (1 + width * step), 1 + width * step):
        above = _row(pixels[at], pixels[at + 1 : at + 1 + width * step], above, step)
        looks += above[::step]
    return tuple(looks)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks up to the end, or to the first critical one that is cut off or has another checksum."""
    at = len(PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, held = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        said = data[at + 8 + length : at + 12 + length]
        critical = kind[:1].isupper()
        if len(said) < 4 or (critical and said != struct.pack(">I", zlib.crc32(kind + held))):
            return
        yield kind, held
        if kind == b"IEND":
            return
        at += 12 + length


def _inflated(chunks: list[tuple[bytes, bytes]], most: int) -> bytes | None:
    """The pixels' rows, no more than so many bytes; None when they can't be inflated."""
    inflater = zlib.decompressobj()
    try:
        return inflater.decompress(b"".join(held for kind, held in chunks if kind == b"IDAT"), most)
    except zlib.error:
        return None


def _row(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    """A row as it was before it was filtered (RFC 2083 section 6)."""
    if kind == 0:
        return row
    made = bytearray(row)
    for at in range(len(row)):
        left = made[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        made[at] = (row[at] + _guess(kind, left, above[at], corner)) & 0xFF
    return bytes(made)


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind in (1, 2, 3):
        return (left, up, (left + up) // 2)[kind - 1]
    near = left + up - corner
    return min((left, up, corner), key=lambda one: abs(near - one))
