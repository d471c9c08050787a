"""Judgements on handing over (DICOM PS3.18 section 10.4): files, frames, pictures and the envelope around them."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.images.reading import all_values, envelope, listed, objects, of_path, parts, seen, some
from conformance.checks.judgement import Undecidable, answer, decidable, judgement, require
from conformance.codecs.dicomjson import Dataset, number
from conformance.codecs.mediatypes import parse
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

PICTURES = ("image/png", "image/jpeg", "image/jpg")
PIXEL_DATA = "7FE00010"


@judgement("multipart-sound")
def multipart_sound(exchange: Exchange, *, type: str) -> Text | None:  # noqa: A002 - the parameter's name in RFC 2387
    """The answer is a complete multipart/related body that says what its parts are, and they are that."""
    response = answer(exchange)
    require(
        response.status == 200,
        nl=f"status {response.status}, verwacht 200",
        en=f"status {response.status}, expected 200",
    )
    kind = response.media_type
    require(
        kind == "multipart/related",
        nl=f"Content-Type '{kind}', verwacht 'multipart/related'",
        en=f"Content-Type '{kind}', expected 'multipart/related'",
    )
    whole = envelope(exchange)
    require(
        not whole["defects"],
        nl=f"de multipart-inhoud is niet gaaf: {listed(whole['defects'])}",
        en=f"the multipart body is not sound: {listed(whole['defects'])}",
    )
    # The type may carry parameters of its own (a transfer syntax): only the type itself is compared.
    require(
        parse(whole["type"]).name == type,
        nl=f"type-parameter '{whole['type']}', verwacht '{type}'",
        en=f"type parameter '{whole['type']}', expected '{type}'",
    )
    strays = {part["type"] for part in parts(exchange) if part["type"] != type}
    require(not strays, nl=f"onderdelen van type {listed(strays)}", en=f"parts of type {listed(strays)}")
    return Text(f"{whole['count']} onderdelen", f"{whole['count']} parts")


@judgement("parts-are-dicom")
def parts_are_dicom(exchange: Exchange) -> Text | None:
    """Each part is a DICOM file: preamble, prefix, and a data set that can be read."""
    held = parts(exchange)
    broken = [
        part.get("dicom", {}).get("defect", "no-dicm-prefix")
        for part in held
        if not part.get("dicom", {}).get("readable")
    ]
    require(
        not broken,
        nl=f"{len(broken)} van {len(held)} onderdelen zijn geen DICOM-bestand ({listed(set(broken))})",
        en=f"{len(broken)} of {len(held)} parts are no DICOM file ({listed(set(broken))})",
    )
    return Text(f"{len(held)} DICOM-bestanden", f"{len(held)} DICOM files")


@judgement("transfer-syntax-among")
def transfer_syntax_among(exchange: Exchange, *, syntaxes: tuple[str, ...]) -> Text | None:
    """Each file is in one of these transfer syntaxes."""
    objects(exchange)
    seen = {part["dicom"]["transfer_syntax"] for part in parts(exchange)}
    require(
        seen <= set(syntaxes),
        nl=f"transfer syntax {listed(seen - set(syntaxes))}, verwacht {listed(syntaxes)}",
        en=f"transfer syntax {listed(seen - set(syntaxes))}, expected {listed(syntaxes)}",
    )
    return Text(listed(seen), listed(seen))


@judgement("pixels-complete")
def pixels_complete(files: tuple[Exchange, ...]) -> Text | None:
    """Each picture is as long as its rows, columns, frames and bits say."""
    lengths: list[tuple[str, int | None, int]] = []
    obstacles: list[Undecidable] = []
    for exchange in files:
        try:
            lengths.extend(_lengths(exchange))
        except Undecidable as obstacle:
            obstacles.append(obstacle)
    short = [step for step, length, expected in lengths if length != expected]
    where = listed(set(short))
    require(
        not short,
        nl=f"{len(short)} van {len(lengths)} beelden hebben een andere lengte dan hun kenmerken zeggen ({where})",
        en=f"{len(short)} of {len(lengths)} pictures have another length than their attributes say ({where})",
    )
    if obstacles:
        raise obstacles[0]
    decidable(lengths, nl="geen ongecomprimeerde beelden", en="no uncompressed pictures")
    return Text(f"{len(lengths)} beelden compleet", f"{len(lengths)} pictures complete")


def _lengths(exchange: Exchange) -> Iterator[tuple[str, int | None, int]]:
    """Of each uncompressed picture the step that fetched it, its length and the one that its attributes prescribe."""
    objects(exchange)
    described = [part["dicom"]["pixels"]["expected"] for part in parts(exchange)]
    pixels = seen(exchange, "pixels") if any(described) else ()
    for found, expected in zip(pixels, described, strict=False):
        if expected is not None:
            yield exchange.step, found.get("bytes"), expected


@judgement("pixels-by-address")
def pixels_by_address(exchange: Exchange) -> Text | None:
    """A description does not carry the pixels themselves."""
    datasets = some(exchange)
    inline = [one for one in datasets if {"InlineBinary", "Value"} & set(one.get(PIXEL_DATA, {}))]
    require(
        not inline,
        nl=f"{len(inline)} van {len(datasets)} beschrijvingen bevatten de beeldpunten zelf",
        en=f"{len(inline)} of {len(datasets)} descriptions hold the pixels themselves",
    )
    return Text(f"{len(datasets)} beschrijvingen zonder beeldpunten", f"{len(datasets)} descriptions without pixels")


@judgement("holds-modality")
def holds_modality(exchange: Exchange, *, modality: str, sop_classes: tuple[str, ...]) -> Text | None:
    """What is handed over has this modality and one of these SOP classes."""
    datasets = objects(exchange)
    kinds, classes = all_values(datasets, "Modality"), all_values(datasets, "SOPClassUID")
    require(
        kinds == {modality},
        nl=f"modaliteit {listed(kinds)}, verwacht {modality}",
        en=f"modality {listed(kinds)}, expected {modality}",
    )
    require(
        classes <= set(sop_classes),
        nl=f"SOP-klasse {listed(classes - set(sop_classes))} hoort niet bij {modality}",
        en=f"SOP class {listed(classes - set(sop_classes))} does not belong to {modality}",
    )
    return Text(f"{len(datasets)} keer {modality}", f"{len(datasets)} times {modality}")


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


@judgement("picture-given")
def picture_given(exchange: Exchange, description: Exchange) -> Text | None:
    """The answer is a PNG or JPEG, is what its type says, and has the proportions of the image."""
    response = answer(exchange)
    require(
        response.status == 200,
        nl=f"status {response.status}, verwacht 200",
        en=f"status {response.status}, expected 200",
    )
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
