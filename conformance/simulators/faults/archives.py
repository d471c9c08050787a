"""Switches of an archive that stored wrongly: every answer says the same, and none what was loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from conformance.codecs.dicompixels import inverted
from conformance.model.agreements import Json
from conformance.simulators.faults import Hook, switch
from conformance.simulators.faults.naming import kind_of
from conformance.synthesis.studies import Instance, Study

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Studies = tuple[Study, ...]
Archived = Callable[[Studies], Studies]
Kept = Literal["next", "first", "black", "shifted", "inverted", "mirrored"]


@switch("archive.pixels", hook=Hook.STUDIES)
def pixels(*, kept: Kept, study: str = "") -> Archived:
    """Of the frames of each series, those of all its objects in a row, each is kept as the next one, as the first,
    black, a sample too late, with white for black, or with left for right; of a kind of study or of all."""

    def change(series: list[Instance]) -> list[Instance]:
        frames = [frame for one in series for frame in one.frames]
        if not frames:
            return series
        left = iter(_KEPT[kept](frames))
        return [_repainted(one, b"".join(next(left) for _ in one.frames)) for one in series]

    return _series(change, study)


def _wide(frame: bytes) -> int:
    """In how many bytes the data set has a sample: slices and radiographs in two, clips in one."""
    return 2 if len(frame) > _SIDE * _SIDE else 1


_SIDE = 64


def _mirrored(frame: bytes) -> bytes:
    wide = _wide(frame)
    row = _SIDE * wide
    samples = [frame[at : at + wide] for at in range(0, len(frame), wide)]
    rows = (samples[at : at + _SIDE] for at in range(0, len(samples), row // wide))
    return b"".join(one for line in rows for one in reversed(line))


_KEPT: Mapping[Kept, Callable[[list[bytes]], list[bytes]]] = {
    "next": lambda frames: [*frames[1:], frames[0]],
    "first": lambda frames: [frames[0]] * len(frames),
    "black": lambda frames: [bytes(len(frame)) for frame in frames],
    "shifted": lambda frames: [frame[-_wide(frame) :] + frame[: -_wide(frame)] for frame in frames],
    "inverted": lambda frames: [inverted(frame, 12 if _wide(frame) == 2 else 8, _wide(frame)) for frame in frames],
    "mirrored": lambda frames: [_mirrored(frame) for frame in frames],
}


@switch("archive.attribute", hook=Hook.STUDIES)
def attribute(*, name: str, value: Json, study: str = "", modality: str = "") -> Archived:
    """An attribute (keyword) is kept with another value: in objects of a kind of study, of a modality, or in all."""

    def change(dataset: Dataset) -> None:
        setattr(dataset, name, value)

    return _series(
        lambda series: [_changed(one, change) if modality in ("", one.modality) else one for one in series], study
    )


@switch("archive.report", hook=Hook.STUDIES)
def report(*, text: str) -> Archived:
    """Every report has these words."""

    def change(dataset: Dataset) -> None:
        dataset.ContentSequence[0].TextValue = text

    return _series(lambda series: [_changed(one, change) if one.modality == "SR" else one for one in series], "")


@switch("archive.lost", hook=Hook.STUDIES)
def lost(*, study: str) -> Archived:
    """The last object of each series of a kind of study never arrived."""
    return _series(lambda series: series[:-1], study)


def _series(change: Callable[[list[Instance]], list[Instance]], kind: str) -> Archived:
    def archived(study: Study) -> Study:
        series = (list(held) for _, held in groupby(study.instances, lambda one: one.series))
        return replace(study, instances=tuple(one for held in series for one in change(held)))

    return lambda studies: tuple(archived(one) if kind in ("", kind_of(one)) else one for one in studies)


def _repainted(one: Instance, content: bytes) -> Instance:
    return _changed(one, lambda dataset: setattr(dataset, "PixelData", content))


def _changed(one: Instance, change: Callable[[Dataset], None]) -> Instance:
    """The object as it is after a change, in file, description and frames."""
    from pydicom import dcmread

    from conformance.synthesis.dicom.making import instance_of

    dataset = dcmread(BytesIO(one.file))
    change(dataset)
    return instance_of(dataset)
