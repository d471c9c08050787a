"""Judgements that lay an answer beside what was loaded: the words of what is found and handed over, its pixels, and
whether all of it is there. What differs was measured before redaction; here it is decided what of it matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.checks.images.reading import (
    UID_OF,
    came,
    each_once,
    fitting,
    found,
    identity,
    listed,
    named,
    of_path,
    parts,
)
from conformance.checks.judgement import decidable, judgement, met, require
from conformance.codecs.dicomjson import value
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

SOP = "SOPInstanceUID"
PHOTOMETRIC = "00280004"


def of_suite(data: str) -> None:
    """Stop undecided where the node holds data that nobody described (`data: own` in the node file)."""
    decidable(
        data == "suite",
        nl="het knooppunt houdt eigen gegevens (data: own), waarvan de suite niet weet wat geladen is",
        en="the node holds data of its own (data: own), of which the suite does not know what was loaded",
    )


@judgement("as-loaded")
def as_loaded(
    exchange: Exchange, control: tuple[Exchange, ...], *, attributes: tuple[str, ...], data: str
) -> Text | None:
    """Each data set that came says of these attributes what was loaded; one that was not loaded leaves it undecided."""
    of_suite(data)
    datasets = came(exchange, control)
    if not datasets:
        met()
        return Text("er kwam niets", "nothing came")
    unlike = fitting(exchange, "unlike", len(datasets))
    wrong = {name for one in unlike for name in one or () if name in attributes}
    require(
        not wrong,
        nl=f"anders dan geladen: {listed(wrong, 6)}",
        en=f"not as it was loaded: {listed(wrong, 6)}",
    )
    _all_loaded(sum(one is None for one in unlike), len(unlike))
    return Text(f"{len(unlike)} keer als geladen", f"{len(unlike)} times as loaded")


def _all_loaded(strays: int, many: int) -> None:
    decidable(
        not strays,
        nl=f"{strays} van {many} zijn niet van de gegevensset; laad bij deze patiënt alleen de proefstudies",
        en=f"{strays} of {many} are not of the data set; load nothing but the test studies for this patient",
    )


@judgement("holds-all-loaded")
def holds_all_loaded(exchange: Exchange, *, studies: Mapping[str, Json], data: str) -> Text | None:
    """A search within a study finds every series, or every instance, of it that was loaded, each once."""
    of_suite(data)
    wanted, level = named(exchange).get("StudyInstanceUID", ""), identity(exchange)
    expected = next((_held(study, level) for study in studies.values() if study["uid"] == wanted), 0)
    decidable(expected, nl="deze studie is niet van de gegevensset", en="this study is not of the data set")
    datasets = found(exchange)
    unlike = fitting(exchange, "unlike", len(datasets)) if datasets else ()
    held = [value(one, level) for one, known in zip(datasets, unlike, strict=True) if known is not None]
    require(
        len(set(held)) == expected,
        nl=f"{len(set(held))} van de {expected} die geladen zijn ({level})",
        en=f"{len(set(held))} of the {expected} that were loaded ({level})",
    )
    each_once(held)
    _all_loaded(len(datasets) - len(held), len(datasets))
    return Text(f"alle {expected}", f"all {expected}")


def _held(study: Any, level: str) -> int:
    """How many series or instances a study has."""
    series = study["series"]
    return (
        len(series) if level == UID_OF["series"] else sum(1 if "about" in one else one["instances"] for one in series)
    )


@judgement("pixels-as-loaded")
def pixels_as_loaded(exchange: Exchange, *, data: str) -> Text | None:
    """Every frame of each file that has some is, once unpacked, that frame of the object as it was loaded."""
    of_suite(data)
    held = parts(exchange)
    pixels, unlike = fitting(exchange, "pixels", len(held)), fitting(exchange, "unlike", len(held))
    pictured = [
        (value(part["dicom"]["dataset"], SOP), (one or {}).get("shows"), known is not None)
        for part, one, known in zip(held, pixels, unlike, strict=True)
        if part.get("dicom", {}).get("readable") and (one or {}).get("bytes")
    ]
    if not pictured:
        met()
        return Text("niets met beelden", "nothing with pictures")
    told = [(sop, shows) for sop, shows, known in pictured if known and shows is not None]
    wrong = {sop for sop, shows in told if any(not _is(one, sop, at) for at, one in enumerate(shows, 1))}
    require(
        not wrong,
        nl=f"{len(wrong)} van {len(told)} bestanden hebben andere beelden dan geladen: {listed(wrong)}",
        en=f"{len(wrong)} of {len(told)} files have other frames than were loaded: {listed(wrong)}",
    )
    decidable(
        all(shows is not None for _, shows, _ in pictured),
        nl="beelden in een vorm die de suite niet uitpakt",
        en="frames in a form that the suite does not unpack",
        triage=Triage.NODE,
    )
    _all_loaded(len(pictured) - len(told), len(pictured))
    return Text(f"{len(told)} bestanden met beelden als geladen", f"{len(told)} files with frames as loaded")


def _is(shown: Json, sop: str, frame: int) -> bool:
    return isinstance(shown, Mapping) and (shown.get("sop"), shown.get("frame")) == (sop, frame)


@judgement("frames-as-loaded")
def frames_as_loaded(exchange: Exchange, description: Exchange, *, data: str) -> Text | None:
    """The frames that came are those of the object, as it was loaded, at the numbers asked for, in whatever order."""
    of_suite(data)
    wanted = [int(one) for one in str(exchange.given.get("frames", "1")).split(",")]
    sop, came_as = named(exchange).get(SOP, ""), fitting(exchange, "frames_shown", len(parts(exchange)))
    decidable(
        value(of_path(description, exchange), PHOTOMETRIC) in ("", "MONOCHROME2"),
        nl="het knooppunt bewaart de beelden met zwart voor wit",
        en="the node keeps the pictures with black for white",
        triage=Triage.NODE,
    )
    _all_loaded(not _of_data_set(description, sop), 1)
    strays = sum(not any(_is(one, sop, number) for number in wanted) for one in came_as)
    require(
        not strays,
        nl=f"{strays} van {len(came_as)} beelden zijn niet de gevraagde, zoals ze zijn geladen",
        en=f"{strays} of {len(came_as)} frames are not the ones asked for, as they were loaded",
    )
    return Text(f"{len(came_as)} beelden als geladen", f"{len(came_as)} frames as loaded")


def _of_data_set(description: Exchange, sop: str) -> bool:
    datasets = found(description)
    pairs = zip(datasets, fitting(description, "unlike", len(datasets)), strict=True)
    return any(value(one, SOP) == sop and unlike is not None for one, unlike in pairs)
