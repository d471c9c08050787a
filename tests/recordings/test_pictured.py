"""Whose picture it is: by pixels as they were loaded, and by a PNG drawn from them in whatever way."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import pytest

from conformance.codecs.images import png
from conformance.codecs.pngs import PNG
from conformance.recordings.pictured import broken_off, drawn_from, shown_in, turned
from conformance.recordings.redaction import Redactor
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Instance, studies
from tests.checks.making import exchange, response

SIDE = 64
KNOWN = {role: one for role, one in patients().items() if one.known}
HELD = [(study.patient, one) for study in studies(KNOWN) for one in study.instances if one.frames]


def samples(frame: bytes) -> bytes:
    """A frame as eight bit greys."""
    if len(frame) == SIDE * SIDE:
        return frame
    return bytes((high << 4 | low >> 4) & 0xFF for low, high in zip(frame[0::2], frame[1::2], strict=True))


def drawn(frame: bytes, look: bytes) -> bytes:
    """A PNG of a frame in which each grey looks as this table says."""
    return png(SIDE, SIDE, 1, samples(frame).translate(look))


def filtered(width: int, height: int, pixels: bytes) -> bytes:
    """A grey PNG whose rows are filtered in each of the five ways in turn."""
    raw, above = b"", bytes(width)
    for y in range(height):
        row = pixels[y * width : (y + 1) * width]
        left, corner, kind = b"\0" + row[:-1], b"\0" + above[:-1], y % 5
        guesses = {
            0: bytes(width),
            1: left,
            2: above,
            3: bytes((a + b) // 2 for a, b in zip(left, above, strict=True)),
            4: bytes(_paeth(*one) for one in zip(left, above, corner, strict=True)),
        }
        raw += bytes([kind]) + bytes((one - guess) & 0xFF for one, guess in zip(row, guesses[kind], strict=True))
        above = row
    plain = png(width, height, 1, pixels)
    chunk = b"IDAT" + zlib.compress(raw)
    return plain[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + plain[-12:]


def _paeth(left: int, up: int, corner: int) -> int:
    near = left + up - corner
    distances = abs(near - left), abs(near - up), abs(near - corner)
    return (left, up, corner)[distances.index(min(distances))]


LOOKS = {
    "as it is": bytes(range(256)),
    "inverted": bytes(range(255, -1, -1)),
    "a wide window": bytes(min(max(grey * 5 // 4 - 20, 0), 255) for grey in range(256)),
    "a curve": bytes(int(255 * (grey / 255) ** 2.2) for grey in range(256)),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
def test_a_drawn_picture_is_that_of_the_frame_it_was_drawn_from(look: bytes) -> None:
    for patient, one in HELD:
        for at, frame in enumerate(one.frames, 1):
            found = drawn_from(drawn(frame, look))
            assert found is not None
            assert (found.patient, found.sop, found.frame) == (patient, one.sop, at)


def repeated(grey: bytes, times: int) -> bytes:
    """A PNG in which each grey is there so many times in both directions."""
    rows = (grey[at : at + SIDE] for at in range(0, len(grey), SIDE))
    made = (bytes(one for one in row for _ in range(times)) for row in rows for _ in range(times))
    return png(SIDE * times, SIDE * times, 1, b"".join(made))


def smaller(grey: bytes, times: int, at: int | None) -> bytes:
    """A PNG of one grey for each square: the one in this corner of it, or else their mean."""
    side, made = SIDE // times, bytearray()
    for top, left in ((y * times, x * times) for y in range(side) for x in range(side)):
        square = [grey[(top + y) * SIDE + left + x] for y in range(times) for x in range(times)]
        made.append(square[at] if at is not None else sum(square) // len(square))
    return png(side, side, 1, bytes(made))


@pytest.mark.parametrize("times", [2, 3, 4])
def test_a_picture_that_was_enlarged_is_that_of_its_frame(times: int) -> None:
    for patient, one in HELD[::3]:
        found = drawn_from(repeated(samples(one.frames[0]), times))
        assert found is not None
        assert (found.patient, found.sop, found.frame) == (patient, one.sop, 1)


@pytest.mark.parametrize(("times", "at"), [(2, 0), (2, 3), (2, None), (4, 0), (4, 15), (4, None)])
def test_a_picture_that_was_made_smaller_is_never_taken_for_another(times: int, at: int | None) -> None:
    told = 0
    for _, one in HELD:
        found = drawn_from(smaller(samples(one.frames[0]), times, at))
        assert found is None or (found.sop, found.frame) == (one.sop, 1)
        told += found is not None
    assert told > len(HELD) // 3 or at is None


def test_a_large_picture_of_one_grey_is_of_nobody() -> None:
    assert drawn_from(png(2 * SIDE, 2 * SIDE, 3, b"\x30\x60\x90" * 4 * SIDE * SIDE)) is None


@pytest.mark.parametrize(("center", "width"), [(60, 40), (100, 80), (150, 90), (200, 20), (20, 255)])
def test_a_picture_drawn_through_a_narrow_window_is_never_taken_for_another(center: int, width: int) -> None:
    look = bytes(min(max((grey - center + width // 2) * 255 // width, 0), 255) for grey in range(256))
    for _, one in HELD:
        for at, frame in enumerate(one.frames, 1):
            found = drawn_from(drawn(frame, look))
            assert found is None or (found.sop, found.frame) == (one.sop, at)


def test_pixels_are_known_wherever_they_stand() -> None:
    for patient, one in HELD:
        assert shown_in(one.file) == (patient,)
        assert shown_in(b"--b\r\n\r\n" + one.frames[-1] + b"\r\n--b--") == (patient,)


@pytest.mark.parametrize(
    "greys",
    [
        bytes(SIDE * SIDE),
        bytes(255 * (at % 2) for at in range(SIDE * SIDE)),
        bytes(at % 251 for at in range(SIDE * SIDE)),
        samples(HELD[0][1].frames[0])[::-1],
    ],
    ids=["black", "two greys", "something else", "turned"],
)
def test_what_is_drawn_from_none_or_from_several_tells_of_nobody(greys: bytes) -> None:
    assert drawn_from(png(SIDE, SIDE, 1, greys)) is None
    assert shown_in(greys) == ()


def test_a_picture_that_was_scaled_or_written_on_tells_of_nobody() -> None:
    grey = samples(HELD[0][1].frames[0])
    third = b"".join(grey[y * SIDE : y * SIDE + SIDE - 1 : 3] for y in range(0, SIDE - 1, 3))
    assert drawn_from(png(SIDE // 3, SIDE // 3, 1, third)) is None
    assert drawn_from(png(SIDE, SIDE, 1, b"\xff" * 70 + grey[70:])) is None
    assert drawn_from(b"no picture") is None
    assert drawn_from(PNG) is None


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
def test_a_picture_of_which_rows_are_missing_is_broken_off(look: bytes) -> None:
    for _, one in HELD:
        grey, half = samples(one.frames[0]).translate(look), SIDE * SIDE // 2
        assert not broken_off(png(SIDE, SIDE, 1, grey))
        assert broken_off(png(SIDE, SIDE, 1, grey[:half] + b"\x80" * half))
        assert broken_off(png(SIDE, SIDE, 1, b"\x80" * half + grey[half:]))
        assert broken_off(repeated(grey[:half] + bytes(half), 2))


def test_a_picture_of_one_grey_is_broken_off_and_a_strange_or_framed_one_is_not() -> None:
    grey = samples(HELD[0][1].frames[0])
    assert broken_off(png(SIDE, SIDE, 1, b"\x80" * SIDE * SIDE))
    assert not broken_off(png(SIDE, SIDE, 1, bytes(at % 251 for at in range(SIDE * SIDE))))
    assert not broken_off(png(SIDE, SIDE, 1, bytes(SIDE) + grey[SIDE:-SIDE] + bytes(SIDE)))
    assert not broken_off(png(2 * SIDE, 2 * SIDE, 3, b"\x30\x60\x90" * 4 * SIDE * SIDE))
    assert not broken_off(b"no picture")


@pytest.mark.parametrize(("center", "width"), [(60, 40), (100, 80), (150, 90), (200, 20), (20, 255)])
def test_a_picture_drawn_through_a_narrow_window_is_not_broken_off(center: int, width: int) -> None:
    look = bytes(min(max((grey - center + width // 2) * 255 // width, 0), 255) for grey in range(256))
    for _, one in HELD:
        for frame in one.frames:
            assert not broken_off(drawn(frame, look))


def laid_otherwise(grey: bytes) -> list[bytes]:
    """A square picture mirrored and turned in every way."""
    rows = [grey[at : at + SIDE] for at in range(0, len(grey), SIDE)]
    found = []
    for _ in range(4):
        rows = [bytes(line) for line in zip(*rows[::-1], strict=True)]
        found += [b"".join(rows), b"".join(line[::-1] for line in rows)]
    return [one for one in found if one != grey]


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
def test_a_picture_that_is_mirrored_or_turned_is_known(look: bytes) -> None:
    for _, one in HELD[::5]:
        grey = samples(one.frames[-1]).translate(look)
        assert not turned(png(SIDE, SIDE, 1, grey))
        for other in laid_otherwise(grey):
            assert turned(png(SIDE, SIDE, 1, other))
            assert drawn_from(png(SIDE, SIDE, 1, other)) is None
        assert turned(repeated(laid_otherwise(grey)[0], 2))


@pytest.mark.parametrize(("center", "width"), [(60, 40), (100, 80), (150, 90), (200, 20), (20, 255)])
def test_a_picture_drawn_through_a_narrow_window_is_not_turned(center: int, width: int) -> None:
    look = bytes(min(max((grey - center + width // 2) * 255 // width, 0), 255) for grey in range(256))
    assert not any(turned(drawn(one.frames[0], look)) for _, one in HELD)


def test_a_strange_picture_is_not_turned() -> None:
    assert not turned(png(SIDE, SIDE, 1, bytes(at % 251 for at in range(SIDE * SIDE))))
    assert not turned(b"no picture")


def test_every_way_to_write_a_row_is_read() -> None:
    _, one = HELD[0]
    found = drawn_from(filtered(SIDE, SIDE, samples(one.frames[0])))
    assert found is not None
    assert found.sop == one.sop


def one_of(patient: str) -> Instance:
    return next(one for role, one in HELD if role == patient)


def test_another_patients_picture_is_told_of_in_a_recording() -> None:
    file, frame = one_of("bram").file, one_of("bram").frames[0]
    for content_type, body in (
        ("application/dicom", file),
        ("application/octet-stream", frame),
        ("image/png", drawn(frame, LOOKS["as it is"])),
    ):
        came = replace(exchange(answer=response(200, body, content_type=content_type)), request=None)
        numbers = {one.bsn: role for role, one in KNOWN.items()}
        assert Redactor(numbers, bytes(32)).redact(came).facts["told_of"] == ["bram"]


def test_a_recording_says_what_a_picture_was_drawn_from() -> None:
    one = one_of("anna")
    came = exchange(answer=response(200, drawn(one.frames[0], LOOKS["inverted"]), content_type="image/png"))
    (picture,) = Redactor({}, bytes(32)).redact(came).facts["pictures"]
    assert picture == {
        "format": "png", "width": SIDE, "height": SIDE, "whole": True, "shows": {"sop": one.sop, "frame": 1}
    }  # fmt: skip
