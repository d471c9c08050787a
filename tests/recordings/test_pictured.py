"""Whose picture it is: by pixels as they were loaded, and by a PNG drawn from them in whatever way."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import pytest

from conformance.codecs.images import png
from conformance.codecs.pngs import PNG
from conformance.recordings.pictured import drawn_from, shown_in
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
    half = b"".join(grey[y * SIDE : (y + 1) * SIDE : 2] for y in range(0, SIDE, 2))
    assert drawn_from(png(SIDE // 2, SIDE // 2, 1, half)) is None
    assert drawn_from(png(SIDE, SIDE, 1, b"\xff" * 70 + grey[70:])) is None
    assert drawn_from(b"no picture") is None
    assert drawn_from(PNG) is None


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
