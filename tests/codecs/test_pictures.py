"""Whether a picture is all there: a PNG, JPEG or GIF that ends early, or is not what it says of itself."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codecs.images import picture, png
from conformance.codecs.pngs import greys, whole

WHOLE = png(9, 7, 3, bytes(range(189)))
SIZE = struct.pack(">BHHBBBB", 8, 7, 9, 1, 1, 0x11, 0)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0" + struct.pack(">H", len(SIZE) + 2) + SIZE
    + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\x34\xff\xd0\x56\xff\xd9"
)  # fmt: skip


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def seen(data: bytes) -> tuple[object, object, object]:
    found = picture(data) or {}
    return found.get("width"), found.get("height"), found.get("whole")


def test_whole_pictures_are_whole() -> None:
    assert seen(WHOLE) == seen(JPEG) == (9, 7, True)
    assert seen(WHOLE + b"more") == seen(JPEG + b"\0") == (9, 7, True)
    assert seen(b"GIF89a" + struct.pack("<HH", 9, 7) + b"....;") == (9, 7, True)


def test_text_and_a_wrong_sum_of_what_may_be_left_out_do_no_harm() -> None:
    text = chunk(b"tEXt", b"Comment\0hello")
    assert whole(WHOLE[:33] + text + WHOLE[33:])
    assert whole(WHOLE[:33] + text[:-1] + b"\0" + WHOLE[33:])


@given(st.integers(26, len(WHOLE) - 1), st.integers(20, len(JPEG) - 1))
def test_a_picture_that_ends_early_is_not_whole(at: int, other: int) -> None:
    assert seen(WHOLE[:at]) == (9, 7, False)
    assert not (picture(JPEG[:other]) or {})["whole"]


@pytest.mark.parametrize(
    "bent",
    [
        WHOLE[:60] + bytes([WHOLE[60] ^ 255]) + WHOLE[61:],
        WHOLE[:33] + chunk(b"IDAT", zlib.compress(b"\0" * 28 * 6)) + chunk(b"IEND", b""),
        WHOLE[:33] + chunk(b"IEND", b""),
        WHOLE[:33] + chunk(b"IDAT", b"no deflating") + chunk(b"IEND", b""),
        WHOLE[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 7, 8, 5, 0, 0, 0)) + WHOLE[33:],
    ],
    ids=["checksum", "rows missing", "nothing in it", "not deflated", "no such colour"],
)
def test_a_png_that_is_not_what_it_says_is_not_whole(bent: bytes) -> None:
    assert seen(bent)[2] is False
    assert greys(bent, 1000) == ()


def framed(*segments: bytes) -> dict[str, object]:
    """What is seen of a JPEG with these segments before its scan."""
    return picture(b"\xff\xd8" + b"".join(segments) + JPEG[JPEG.index(b"\xff\xda") :]) or {}


FRAME = struct.pack(">H", len(SIZE) + 2) + SIZE
ENTROPY_CODING = (0xC4, 0xC8, 0xCC)
"""Tables and an extension among the markers of frames (ITU-T T.81 table B.1)."""


@pytest.mark.parametrize("marker", range(0xC0, 0xD0))
def test_the_size_is_that_of_a_frame_and_of_no_table(marker: int) -> None:
    found = framed(bytes([0xFF, marker]) + FRAME)
    assert (found.get("width"), found.get("height")) == ((None, None) if marker in ENTROPY_CODING else (9, 7))
    assert found["whole"] is True


@pytest.mark.parametrize("marker", [0xBF, 0xDB, 0xFE])
def test_other_segments_have_no_size(marker: int) -> None:
    assert "width" not in framed(bytes([0xFF, marker]) + FRAME)


def test_of_two_frames_the_first_counts_and_fill_bytes_do_not() -> None:
    other = b"\xff\xc1" + FRAME.replace(b"\x00\x07\x00\x09", b"\x00\x08\x00\x0a")
    assert framed(b"\xff\xff\xff\xc0" + FRAME, other) == {"format": "jpeg", "height": 7, "width": 9, "whole": True}
    assert framed(other)["width"] == 10


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    for begin in (WHOLE[:33], WHOLE[:40], JPEG[:6], JPEG[:21], b"GIF89a", b"\xff\xd8\xff"):
        picture(begin + noise)
        greys(begin + noise, 1000)
