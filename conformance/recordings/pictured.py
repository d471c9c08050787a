"""Whose of the data set's pictures a message shows: pixels as they were loaded, or a PNG drawn from them.

How a picture is drawn (which window, which curve, inverted or not) is the node's affair. That a PNG is of a frame
shows by the same stored grey looking the same everywhere, and by lighter ones looking lighter throughout, or darker.
A picture of another size is told where each of its pixels stands for the same square of the frame: repeated, picked out
or averaged. Where that is so of nobody's frame, or of several, nothing is told: of a picture that was scaled otherwise,
compressed with loss or written on, or that has hardly any greys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import isqrt
from typing import Any

from conformance.codecs.dicom import DicomFile
from conformance.codecs.dicompixels import samples
from conformance.codecs.pngs import PNG, greys
from conformance.synthesis.dicom.frames import frames_of
from conformance.synthesis.dicom.pixels import SIDE
from conformance.synthesis.dicom.uids import sop_uid
from conformance.synthesis.studies import description

FEWEST_GREYS = 16
FEWEST_ROWS = 8
"""A picture lacks something when one in so many of its rows is bare; fewer may be a border."""
MOST_FRAMES = 64
"""Of a clip with more nothing is told: none of the data set has so many."""
LARGER, SMALLER = (2, 3, 4), (2, 4)
"""How many times as large, or as small, a picture may be to be told."""
_BEGIN = 2 * SIDE
_PROBE = slice(SIDE, _BEGIN)
"""Enough of a frame to pass over nearly every body in which it is not."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame of the data set: whose it is, the object and its number there, counted from 1."""

    patient: str
    sop: str
    frame: int


def shown_in(body: bytes) -> tuple[str, ...]:
    """The roles of whom a body holds a picture."""
    frames = ((pixels, one) for pixels, one in _frames().items() if len(pixels) <= len(body))
    raw = {one.patient for pixels, one in frames if pixels[_PROBE] in body and pixels in body}
    drawn = drawn_from(body)
    return tuple(sorted(raw | ({drawn.patient} if drawn else set())))


def loaded_as(frame: bytes) -> Shown | None:
    """The frame of the data set that has just these samples."""
    return _frames().get(frame)


def held_in(file: DicomFile) -> tuple[Shown | None, ...] | None:
    """Of each frame of a file the one of the data set that it is; None when its samples can't be told, or are said to
    have changed a little."""
    frames = samples(file, side=SIDE, most=MOST_FRAMES)
    found = None if frames is None else tuple(map(loaded_as, frames))
    lossy = str(file.dataset.get("LossyImageCompression", "")) == "01"
    return None if found is not None and None in found and lossy else found


Stored = tuple[tuple[tuple[int, ...], Shown], ...]


@lru_cache(maxsize=4)  # a picture is looked at where it is kept and where it is measured
def drawn_from(data: bytes) -> Shown | None:
    """The one frame of the data set that a PNG can have been drawn from; None for what is no PNG."""
    looks, frames = _beside(_greys(data))
    found = _fitting(looks, frames, slice(None))
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4)
def broken_off(data: bytes) -> bool:
    """Whether a PNG of the size of the data set's frames shows nothing, or one of that or a larger size a frame up to
    some row and from there one grey instead of it, above or below."""
    looks = _greys(data)
    if len(looks) == SIDE * SIDE and len(set(looks)) == 1:
        return True
    looks, frames = _beside(looks)
    if len(looks) < SIDE * SIDE or _fitting(looks, frames, slice(None)):
        return False  # a picture that was made smaller may fit nothing, though nothing is missing
    rows = [looks[at : at + SIDE] for at in range(0, len(looks), SIDE)]
    above, below = _even(rows), _even(rows[::-1])
    rests = [(above, slice(above * SIDE, None)), (below, slice(0, (SIDE - below) * SIDE))]
    return any(even * FEWEST_ROWS >= SIDE and _fitting(looks, frames, rest) for even, rest in rests)


@lru_cache(maxsize=4)
def turned(data: bytes) -> bool:
    """Whether a PNG shows a frame of the data set only once it is mirrored or turned by a quarter, a half or three."""
    looks, frames = _beside(_greys(data))
    if not looks or _fitting(looks, frames, slice(None)):
        return False
    return any(_fitting(other, frames, slice(None)) for other in _otherwise(looks))


def _otherwise(looks: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """A square picture in the seven ways to lay it down otherwise."""
    side = isqrt(len(looks))
    rows = [looks[at : at + side] for at in range(0, len(looks), side)]
    for lines in (rows, list(zip(*rows, strict=True))):
        mirrored = [line[::-1] for line in lines]
        for laid in (lines, mirrored, lines[::-1], mirrored[::-1]):
            if laid is not rows:
                yield tuple(look for line in laid for look in line)


def _greys(data: bytes) -> tuple[int, ...]:
    """Of a PNG that is small enough; of anything else none."""
    return greys(data, most=(SIDE * max(LARGER)) ** 2) if data.startswith(PNG) else ()


def _even(rows: list[tuple[int, ...]]) -> int:
    """How many rows from the first on have but the grey that the picture begins with."""
    return next((at for at, row in enumerate(rows) if set(row) != {rows[0][0]}), len(rows))


def _fitting(looks: tuple[int, ...], frames: Stored, part: slice) -> set[Shown]:
    """The frames that this part of a picture can have been drawn from, all of it being there."""
    looks = looks[part]
    if len(set(looks)) < FEWEST_GREYS:
        return set()
    begin = looks[:_BEGIN]
    return {shown for stored, shown in frames if _drawn(stored[part][:_BEGIN], begin) and _drawn(stored[part], looks)}


def _beside(looks: tuple[int, ...]) -> tuple[tuple[int, ...], Stored]:
    """A picture by its pixels, and every frame of the data set in as many; nothing when it has another size."""
    side = isqrt(len(looks))
    if side * side != len(looks):
        return (), ()
    if side == SIDE:
        return looks, _stored()
    if side in (SIDE * times for times in LARGER):
        return _repeated(looks, side, side // SIDE), _stored()
    if side in (SIDE // times for times in SMALLER):
        return looks, _less(SIDE // side)
    return (), ()


def _repeated(looks: tuple[int, ...], side: int, times: int) -> tuple[int, ...]:
    """What was repeated so many times in both directions; empty when it was not."""
    rows = [looks[at : at + side : times] for at in range(0, len(looks), side * times)]
    again = tuple(look for row in rows for _ in range(times) for look in row for _ in range(times))
    return tuple(look for row in rows for look in row) if again == looks else ()


@cache
def _less(times: int) -> Stored:
    """Every frame with one sample for a square of so many by so many: its first, its last, or all of them together."""
    corners = (0, times - 1)
    ways = [[(at, at)] for at in corners] + [[(y, x) for y in range(times) for x in range(times)]]
    squares = [(top, left) for top in range(0, SIDE, times) for left in range(0, SIDE, times)]
    return tuple(
        (tuple(sum(stored[(top + y) * SIDE + left + x] for y, x in way) for top, left in squares), shown)
        for stored, shown in _stored()
        for way in ways
    )


def _drawn(stored: tuple[int, ...], looks: tuple[int, ...]) -> bool:
    """Whether the same grey looks the same everywhere, and more of it never darker here and lighter there."""
    table = sorted(set(zip(stored, looks, strict=True)))
    if len(table) != len({grey for grey, _ in table}):
        return False
    shown = [look for _, look in table]
    return shown == sorted(shown) or shown == sorted(shown, reverse=True)


@cache
def _frames() -> Mapping[bytes, Shown]:
    return {pixels: shown for key, study in description().items() for pixels, shown in _of_study(key, study)}


@cache
def _stored() -> Stored:
    """Every frame as its samples, one number for each."""
    return tuple((tuple(_samples(pixels)), shown) for pixels, shown in _frames().items())


def _samples(pixels: bytes) -> Iterator[int]:
    wide = len(pixels) // (SIDE * SIDE)
    return (int.from_bytes(pixels[at : at + wide], "little") for at in range(0, len(pixels), wide))


def _of_study(key: str, study: Mapping[str, Any]) -> Iterator[tuple[bytes, Shown]]:
    for series in study["series"]:
        if "about" in series:
            continue
        for number in range(1, series["instances"] + 1):
            sop = sop_uid(key, series["number"], number)
            frames = frames_of(series["kind"], sop, number, series.get("frames", 1))
            yield from ((pixels, Shown(study["patient"], sop, at)) for at, pixels in enumerate(frames, 1))
