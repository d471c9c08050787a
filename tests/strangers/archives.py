"""Where nodes of strangers take hold of what a gateway stored: what is wrong there is wrong in every answer alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from typing import Any

from conformance.simulators.faults import Hook, Piece
from conformance.synthesis.studies import Instance, Study
from tests.strangers.nodes import Place

Objects = list[Instance]


def stored(*modalities: str) -> Place:
    """A function of the data set of each object of these modalities (none: of all), which changes it as it arrives."""

    def place(change: Callable[[Any], None]) -> Piece:
        def arrive(one: Instance) -> Instance:
            return _changed(one, change) if one.modality in modalities or not modalities else one

        return _archive(lambda study: [arrive(one) for one in study.instances])

    return place


def filed(change: Callable[[Objects], Objects]) -> Piece:
    """A place: a function of the objects of a series that arrived: what is kept of them."""
    return _archive(lambda study: [one for series in _series(study.instances) for one in change(series)])


def pixels(*modalities: str) -> Place:
    """A function of the frames of a series, those of all its objects in a row: what is kept as them."""

    def place(change: Callable[[list[bytes]], list[bytes]]) -> Piece:
        def repainted(objects: Objects) -> Objects:
            frames = [frame for one in objects for frame in one.frames]
            if not frames or (modalities and objects[0].modality not in modalities):
                return objects
            left = iter(change(frames))
            return [_painted(one, b"".join(next(left) for _ in one.frames)) for one in objects]

        return filed(repainted)

    return place


def _archive(kept: Callable[[Study], Iterable[Instance]]) -> Piece:
    return Piece(Hook.STUDIES, lambda studies: tuple(replace(study, instances=tuple(kept(study))) for study in studies))


def _series(instances: Iterable[Instance]) -> list[Objects]:
    return [list(held) for _, held in groupby(instances, lambda one: one.series)]


def _painted(one: Instance, content: bytes) -> Instance:
    return _changed(one, lambda dataset: setattr(dataset, "PixelData", content))


def _changed(one: Instance, change: Callable[[Any], None]) -> Instance:
    from pydicom import dcmread  # slow to load

    from conformance.synthesis.dicom.making import instance_of

    dataset = dcmread(BytesIO(one.file))
    change(dataset)
    return instance_of(dataset)
