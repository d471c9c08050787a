"""Pixel matrices anyone can recognise: a slope, and the number of the picture written in it."""

from __future__ import annotations

SIDE = 64
_FONT = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
}
_SCALE = 4
_LEFT, _TOP = 8, 20
_GREYS, _STEEPEST = 200, 5
_RAMP = bytes(grey % _GREYS for grey in range(_GREYS + SIDE + SIDE * _STEEPEST))


def picture(number: int, variant: int) -> bytes:
    """A SIDE x SIDE picture of 8 bit samples: a slope that depends on `variant` with `number` written in white."""
    steep, start = 1 + variant // _GREYS % _STEEPEST, variant % _GREYS
    rows = [bytearray(_RAMP[start + y : start + y + SIDE * steep : steep]) for y in range(SIDE)]
    for index, digit in enumerate(str(number)):
        _write(rows, _FONT[digit], _LEFT + index * 4 * _SCALE)
    return b"".join(bytes(row) for row in rows)


def deep(samples: bytes) -> bytes:
    """The same picture as 16 bit little endian samples holding 12 bits, as CT and CR store them."""
    wide = bytearray(2 * len(samples))
    wide[0::2] = bytes((sample << 4) & 0xFF for sample in samples)
    wide[1::2] = bytes(sample >> 4 for sample in samples)
    return bytes(wide)


def _write(rows: list[bytearray], shape: tuple[str, ...], left: int) -> None:
    for y, line in enumerate(shape):
        for x, mark in enumerate(line):
            if mark != " ":
                for row in rows[_TOP + y * _SCALE : _TOP + (y + 1) * _SCALE]:
                    row[left + x * _SCALE : left + (x + 1) * _SCALE] = b"\xff" * _SCALE
