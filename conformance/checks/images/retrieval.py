"""Judgements on handing over (DICOM PS3.18 section 10.4): files and the envelope around them."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.images.reading import all_values, envelope, listed, objects, parts, seen, some
from conformance.checks.judgement import Undecidable, answer, decidable, judgement, met, require, status_among
from conformance.codecs.dicomjson import Dataset
from conformance.codecs.mediatypes import parse
from conformance.model.exchange import Exchange
from conformance.model.words import Text

PIXEL_DATA = "7FE00010"


@judgement("multipart-sound")
def multipart_sound(exchange: Exchange, *, type: str) -> Text | None:  # noqa: A002 - the parameter's name in RFC 2387
    """The answer is a complete multipart/related body that says what its parts are, and they are that."""
    status_among(exchange, 200)
    response = answer(exchange)
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
    """Each part is a DICOM file: preamble, prefix, and a data set that can be read and that its meta elements name."""
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
    others = sum(not part["dicom"].get("meta", True) for part in held)
    require(
        not others,
        nl=f"{others} van {len(held)} bestanden noemen vooraan (0002,0003) een andere instantie dan erin zit",
        en=f"{others} of {len(held)} files name in front (0002,0003) another instance than is in them",
    )
    return Text(f"{len(held)} DICOM-bestanden", f"{len(held)} DICOM files")


_FILES = ("multipart/related", "application/dicom")
"""Types of an answer with files."""


@judgement("transfer-syntax-among")
def transfer_syntax_among(
    exchange: Exchange, control: tuple[Exchange, ...], *, syntaxes: tuple[str, ...]
) -> Text | None:
    """Each file that comes is in one of these transfer syntaxes; beside the control none need come."""
    response = answer(exchange)
    if exchange not in control and (response.status != 200 or response.media_type not in _FILES):
        met()
        return Text("er kwam geen bestand", "no file came")
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
    """A description does not carry pixels themselves, nor do the items of a sequence in it (an icon)."""
    datasets = some(exchange)
    inline = [one for one in datasets if _has_pixels(one)]
    require(
        not inline,
        nl=f"{len(inline)} van {len(datasets)} beschrijvingen bevatten de beeldpunten zelf",
        en=f"{len(inline)} of {len(datasets)} descriptions hold the pixels themselves",
    )
    return Text(f"{len(datasets)} beschrijvingen zonder beeldpunten", f"{len(datasets)} descriptions without pixels")


def _has_pixels(dataset: Dataset) -> bool:
    if {"InlineBinary", "Value"} & set(dataset.get(PIXEL_DATA, {})):
        return True
    sequences = [attribute.get("Value", ()) for attribute in dataset.values() if attribute.get("vr") == "SQ"]
    return any(_has_pixels(item or {}) for held in sequences for item in held)


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
