"""Samples of frames: the same however a file packs them without loss, and none where nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian, RLELossless

from conformance.codecs.dicom import read
from conformance.codecs.dicompixels import inverted, samples
from conformance.synthesis.dicom.modules import deflate
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Instance, instances_of, studies

SIDE = 64
HELD = instances_of(studies({role: one for role, one in patients().items() if one.known}))
SLICE = next(one for one in HELD if one.modality == "CT")
CLIP = next(one for one in HELD if one.modality == "US")


def written(one: Instance, change: Callable[[Dataset], object], **form: bool) -> bytes:
    dataset, buffer = dcmread(BytesIO(one.file)), BytesIO()
    change(dataset)
    dcmwrite(buffer, dataset, enforce_file_format=True, **form)
    return buffer.getvalue()


def implicit(dataset: Dataset) -> None:
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian


def big(dataset: Dataset) -> None:
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    if dataset.BitsAllocated == 16:
        content = dataset.PixelData
        dataset.PixelData = b"".join(
            content[at + 1 : at - 1 : -1] or content[1::-1] for at in range(0, len(content), 2)
        )


def packed(dataset: Dataset) -> None:
    dataset.compress(RLELossless, generate_instance_uid=False)


def other_way_round(dataset: Dataset) -> None:
    wide, stored = dataset.BitsAllocated // 8, dataset.BitsStored
    dataset.PixelData, dataset.PhotometricInterpretation = inverted(dataset.PixelData, stored, wide), "MONOCHROME1"


@pytest.mark.parametrize("one", [SLICE, CLIP], ids=["slice", "clip"])
@pytest.mark.parametrize("change", [implicit, packed, other_way_round])
def test_the_samples_are_those_that_were_loaded(one: Instance, change: Callable[[Dataset], None]) -> None:
    assert samples(read(written(one, change)), side=SIDE, most=8) == one.frames


@pytest.mark.parametrize("one", [SLICE, CLIP], ids=["slice", "clip"])
def test_the_byte_order_does_not_matter(one: Instance) -> None:
    file = written(one, big, implicit_vr=False, little_endian=False)
    assert samples(read(file), side=SIDE, most=8) == one.frames


def test_a_deflated_file_holds_the_same() -> None:
    assert samples(read(deflate(CLIP.file)[1]), side=SIDE, most=8) == CLIP.frames


@pytest.mark.parametrize(
    "change",
    [
        lambda one: setattr(one, "Rows", 63),
        lambda one: setattr(one, "BitsAllocated", 12),
        lambda one: setattr(one, "NumberOfFrames", 9),
        lambda one: setattr(one, "PixelData", b"\0" * 8),
        lambda one: delattr(one, "SamplesPerPixel"),
    ],
)
def test_of_what_can_not_be_told_nothing_is(change: Callable[[Dataset], None]) -> None:
    assert samples(read(written(CLIP, change)), side=SIDE, most=8) is None


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.80", "1.2.3", ""])
def test_of_a_syntax_that_loses_or_that_nobody_unpacks_nothing_is_told(syntax: str) -> None:
    assert samples(replace(read(CLIP.file), transfer_syntax=syntax), side=SIDE, most=8) is None
