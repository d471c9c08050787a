"""Judgements on what can be looked at (DICOM PS3.18 section 10.4): single frames, and pictures drawn from them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from conformance.checks.images.reading import Part, listed, named, of_path, parts, seen
from conformance.checks.judgement import answer, decidable, judgement, require, status_among
from conformance.codecs.dicomjson import Dataset, number, value
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

PICTURES = ("image/png", "image/jpeg", "image/jpg")


@judgement("frames-as-asked")
def frames_as_asked(exchange: Exchange, description: Exchange) -> Text | None:
    """As many frames come as were asked for, each of the size that the description gives."""
    wanted = len(str(exchange.given.get("frames", "1")).split(","))
    expected = _frame_bytes(of_path(description, exchange))
    held = parts(exchange)
    require(
        len(held) == wanted, nl=f"{len(held)} beelden, gevraagd {wanted}", en=f"{len(held)} frames, asked for {wanted}"
    )
    wrong = {size for size in seen(exchange, "part_sizes") if size != expected}
    require(
        not wrong,
        nl=f"beeld van {listed(wrong)} bytes, verwacht {expected}",
        en=f"a frame of {listed(wrong)} bytes, expected {expected}",
    )
    return Text(f"{wanted} beelden van {expected} bytes", f"{wanted} frames of {expected} bytes")


def _frame_bytes(dataset: Dataset) -> int:
    sizes = [number(dataset, name) for name in ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated")]
    decidable(
        all(sizes),
        nl="de beschrijving noemt de maten niet",
        en="the description does not give the sizes",
        triage=Triage.NODE,
    )
    total = 1
    for size in sizes:
        total *= size or 0
    return total // 8


@judgement("frames-as-in-file")
def frames_as_in_file(exchange: Exchange, file: Exchange) -> Text | None:
    """The frames asked for are, in whatever order, those that the file of the same instance holds at these numbers."""
    wanted = [int(one) for one in str(exchange.given.get("frames", "1")).split(",")]
    held = _frames_of_file(file)
    decidable(
        held and max(wanted) <= len(held),
        nl="het bestand bevat deze beelden niet ongecomprimeerd",
        en="the file does not hold these frames uncompressed",
        triage=Triage.NODE,
    )
    parts(exchange)
    came = Counter(seen(exchange, "frames"))
    strays = came - Counter(held[one - 1] for one in wanted)
    require(
        not strays,
        nl=f"{strays.total()} van {came.total()} beelden zijn niet de gevraagde van het bestand",
        en=f"{strays.total()} of {came.total()} frames are not the ones of the file that were asked for",
    )
    return Text(f"{came.total()} beelden zoals in het bestand", f"{came.total()} frames as in the file")


@judgement("frames-in-order")
def frames_in_order(exchange: Exchange, file: Exchange) -> Text | None:
    """The frames asked for come in the order asked, or each says itself, in Content-Location, which one it is."""
    wanted = [int(one) for one in str(exchange.given.get("frames", "1")).split(",")]
    held, whole = _frames_of_file(file), parts(exchange)
    came = seen(exchange, "frames")
    decidable(
        held and max(wanted) <= len(held) and Counter(came) == Counter(held[one - 1] for one in wanted),
        nl="er kwamen andere beelden dan er zijn gevraagd",
        en="other frames came than were asked for",
        triage=Triage.NODE,
    )
    said = [_said(part) or asked for part, asked in zip(whole, wanted, strict=True)]
    right = [0 < number <= len(held) and held[number - 1] == one for number, one in zip(said, came, strict=True)]
    require(
        all(right),
        nl=f"{right.count(False)} van {len(came)} beelden staan op de plaats van een ander",
        en=f"{right.count(False)} of {len(came)} frames stand in the place of another",
    )
    return Text(f"{len(came)} beelden in volgorde", f"{len(came)} frames in order")


def _said(part: Part) -> int:
    """The number of the frame that a part says it is; 0 when it says nothing."""
    found = _FRAME.search(str(part["headers"].get("content-location", "")))
    return int(found[1]) if found else 0


_FRAME = re.compile(r"/frames/(\d{1,6})\Z")


def _frames_of_file(file: Exchange) -> tuple[str, ...]:
    """By what each frame of the instance that a path names is known again."""
    wanted = named(file).get("SOPInstanceUID", "")
    files = parts(file)
    pixels = seen(file, "pixels") if any("dicom" in part for part in files) else ()
    for part, found in zip(files, pixels, strict=False):
        if value(part.get("dicom", {}).get("dataset", {}), "SOPInstanceUID") == wanted:
            return tuple(found.get("frames", ()))
    return ()


@judgement("picture-given")
def picture_given(exchange: Exchange, description: Exchange) -> Text | None:
    """The answer is a whole PNG or JPEG, what its type says, and shows the image or frame asked for, all of it, the
    right way round and in proportion."""
    status_among(exchange, 200)
    response = answer(exchange)
    kind = response.media_type
    require(
        kind in PICTURES,
        nl=f"Content-Type '{kind}', verwacht image/png of image/jpeg",
        en=f"Content-Type '{kind}', expected image/png or image/jpeg",
    )
    parts(exchange)
    picture = seen(exchange, "pictures")[0]
    require(
        f"image/{picture.get('format')}" == kind.replace("image/jpg", "image/jpeg"),
        nl=f"de inhoud is geen {kind}",
        en=f"the body is no {kind}",
    )
    require(picture.get("whole", True), nl=f"{kind} dat niet compleet is", en=f"{kind} that is not all there")
    require(
        not picture.get("broken_off", False),
        nl=f"{kind} van één grijs, of vanaf een rij",
        en=f"{kind} of one grey, or from some row on",
    )
    require(
        not picture.get("turned", False),
        nl=f"{kind} dat gespiegeld of gedraaid is",
        en=f"{kind} that is mirrored or turned",
    )
    _shows_asked(exchange, picture)
    dataset = of_path(description, exchange)
    rows, columns = number(dataset, "Rows") or 0, number(dataset, "Columns") or 0
    width, height = picture.get("width", 0), picture.get("height", 0)
    require(
        # A scaled picture has whole pixels: half a pixel either way is no other proportion.
        width and height and 2 * abs(width * rows - height * columns) <= max(rows, columns),
        nl=f"beeld van {width} bij {height}, verwacht de verhouding {columns} bij {rows}",
        en=f"a picture of {width} by {height}, expected the proportions of {columns} by {rows}",
    )
    return Text(f"{kind}, {width} bij {height}", f"{kind}, {width} by {height}")


def _shows_asked(exchange: Exchange, picture: Mapping[str, Any]) -> None:
    """Where a picture can only have been drawn from one frame that was loaded, it is one of the object asked for."""
    shown = picture.get("shows")
    if not isinstance(shown, Mapping):
        return
    asked, frame = named(exchange).get("SOPInstanceUID", ""), str(exchange.given.get("frames", ""))
    require(
        shown["sop"] == asked and frame in ("", str(shown["frame"])),
        nl=f"beeld {shown['frame']} van {shown['sop']}, niet wat is gevraagd",
        en=f"frame {shown['frame']} of {shown['sop']}, not what was asked for",
    )
