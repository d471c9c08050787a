"""Objects with pixels: CT slices, a computed radiograph, an ultrasound clip (PS3.3 annexes A.3, A.2, A.7)."""

from __future__ import annotations

from pydicom.dataset import Dataset

from conformance.synthesis.dicom.frames import frames_of
from conformance.synthesis.dicom.modules import Place, shared
from conformance.synthesis.dicom.pixels import SIDE
from conformance.synthesis.dicom.uids import uid_of

CT = "1.2.840.10008.5.1.4.1.1.2"
CR = "1.2.840.10008.5.1.4.1.1.1"
US_MULTIFRAME = "1.2.840.10008.5.1.4.1.1.3.1"
_SPACING = 5


def ct(place: Place) -> Dataset:
    """One axial slice; slices lie five millimetres apart in the order of their numbers."""
    dataset = shared(place, CT, "CT")
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.AcquisitionNumber = 1
    dataset.BodyPartExamined = place.body_part
    dataset.PatientPosition = "HFS"
    dataset.FrameOfReferenceUID = uid_of(f"studies/{place.key}/frame")
    dataset.PositionReferenceIndicator = None
    dataset.ImagePositionPatient = [-160, -160, (place.number - 1) * _SPACING]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing = [_SPACING, _SPACING]
    dataset.SliceThickness = _SPACING
    dataset.SliceLocation = (place.number - 1) * _SPACING
    dataset.KVP = 120
    dataset.RescaleIntercept = -1024
    dataset.RescaleSlope = 1
    dataset.RescaleType = "HU"
    _window(dataset, 1000, 4096)
    _deep_grey(dataset, place)
    return dataset


def cr(place: Place) -> Dataset:
    """One radiograph."""
    dataset = shared(place, CR, "CR")
    dataset.ImageType = ["ORIGINAL", "PRIMARY"]
    dataset.BodyPartExamined = place.body_part
    dataset.ViewPosition = place.view
    if place.laterality:
        dataset.Laterality = place.laterality
    dataset.PatientOrientation = ["L", "F"]
    _window(dataset, 2048, 4096)
    _deep_grey(dataset, place)
    return dataset


def us(place: Place, frames: int) -> Dataset:
    """A grey clip of `frames` frames; each frame shows its own number."""
    dataset = shared(place, US_MULTIFRAME, "US")
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"]
    dataset.BodyPartExamined = place.body_part
    dataset.PatientOrientation = None
    dataset.FrameTime = 40
    dataset.FrameIncrementPointer = 0x00181063
    dataset.NumberOfFrames = frames
    dataset.UltrasoundColorDataPresent = 0
    dataset.LossyImageCompression = "00"
    _pixels(dataset, stored=8, allocated=8)
    dataset.PixelData = b"".join(frames_of("us", place.sop_uid, place.number, frames))
    dataset["PixelData"].VR = "OB"
    return dataset


def _window(dataset: Dataset, center: int, width: int) -> None:
    dataset.WindowCenter = center
    dataset.WindowWidth = width


def _deep_grey(dataset: Dataset, place: Place) -> None:
    _pixels(dataset, stored=12, allocated=16)
    (dataset.PixelData,) = frames_of(dataset.Modality.lower(), place.sop_uid, place.number)
    dataset["PixelData"].VR = "OW"


def _pixels(dataset: Dataset, *, stored: int, allocated: int) -> None:
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows = dataset.Columns = SIDE
    dataset.BitsAllocated = allocated
    dataset.BitsStored = stored
    dataset.HighBit = stored - 1
    dataset.PixelRepresentation = 0
