"""Wrong image gateways that once passed: each says the same everywhere, and it is not what was loaded.

Their writer knew the checks, so that they show no more than that a gap found once stays closed.
"""

from __future__ import annotations

from typing import Any

from conformance.synthesis.dicom.pixels import SIDE
from tests.strangers.archives import Objects, filed, pixels, stored
from tests.strangers.nodes import wrong


@wrong("IMG-R21", "IMG-F05", at=pixels("US"))
def turns_clips_around(frames: list[bytes]) -> list[bytes]:
    """The frames of a clip are kept in the reverse order."""
    return frames[::-1]


@wrong("IMG-R21", "IMG-F05", at=pixels("US"))
def counts_frames_from_nought(frames: list[bytes]) -> list[bytes]:
    """Each frame of a clip stands one place too early, and the first one last."""
    return [*frames[1:], frames[0]]


@wrong("IMG-R21", "IMG-F05", at=pixels("US"))
def keeps_the_first_frame(frames: list[bytes]) -> list[bytes]:
    """A clip holds its first frame as often as it has frames."""
    return [frames[0]] * len(frames)


@wrong("IMG-R21", "IMG-F05", at=pixels("CT"))
def stacks_slices_the_other_way(frames: list[bytes]) -> list[bytes]:
    """The pixels of the last slice are under the first one's name, and so on."""
    return frames[::-1]


@wrong("IMG-R21", "IMG-F05", at=pixels("CR"))
def loses_its_pixels(frames: list[bytes]) -> list[bytes]:
    """Of a radiograph came as many pixels as there must be, and all are black."""
    return [bytes(len(frame)) for frame in frames]


@wrong("IMG-R21", "IMG-F05", at=pixels("CR", "US"))
def shifts_by_a_pixel(frames: list[bytes]) -> list[bytes]:
    """Every picture begins a sample too late."""
    return [frame[-len(frame) // SIDE**2 :] + frame[: -len(frame) // SIDE**2] for frame in frames]


@wrong("IMG-R21", "IMG-F05", at=pixels("CR"))
def mirrors_radiographs(frames: list[bytes]) -> list[bytes]:
    """Left is right in every radiograph."""
    return [
        b"".join(
            frame[at + x : at + x + 2] for at in range(0, len(frame), 2 * SIDE) for x in range(2 * SIDE - 2, -1, -2)
        )
        for frame in frames
    ]


@wrong("IMG-R21", "IMG-F05", at=stored("CR"))
def inverts_without_a_word(dataset: Any) -> None:
    """Black is white in every radiograph, and its photometric interpretation is as it was."""
    dataset.PixelData = _inverted(dataset.PixelData)


def _inverted(content: bytes) -> bytes:
    values = (4095 - int.from_bytes(content[at : at + 2], "little") for at in range(0, len(content), 2))
    return b"".join(value.to_bytes(2, "little") for value in values)


@wrong("IMG-R21", at=stored("CR"))
def calls_white_black(dataset: Any) -> None:
    """Radiographs are said to be the other way round, and their pixels are as they were."""
    dataset.PhotometricInterpretation = "MONOCHROME1"


@wrong("IMG-R21", "IMG-F05", at=pixels("CT"))
def saves_a_few_bits(frames: list[bytes]) -> list[bytes]:
    """Slices were compressed with loss on the way in, and nothing says so."""
    return [bytes(value & 0xE0 if at % 2 == 0 else value & 0xFE for at, value in enumerate(frame)) for frame in frames]


@wrong("IMG-R22", "IMG-D09", at=stored("CT"))
def forgets_where_nought_is(dataset: Any) -> None:
    """The intercept of slices is gone: air has the density of water."""
    dataset.RescaleIntercept = 0


@wrong("IMG-R22", "IMG-D09", at=stored("CT"))
def rounds_spacings(dataset: Any) -> None:
    """Pixels are said to lie a millimetre apart."""
    dataset.PixelSpacing = [1, 1]


@wrong("IMG-R22", "IMG-D09", at=stored("CT"))
def puts_slices_in_one_place(dataset: Any) -> None:
    """All slices lie in the same plane."""
    dataset.ImagePositionPatient = [-160, -160, 0]
    dataset.SliceLocation = 0


@wrong("IMG-R22", "IMG-D09", at=stored("CR"))
def turns_the_patient(dataset: Any) -> None:
    """Where the patient's left is was written the other way round."""
    dataset.PatientOrientation = ["R", "F"]


@wrong("IMG-S91", "IMG-R22", "IMG-D09", at=stored())
def moves_to_another_zone(dataset: Any) -> None:
    """Dates went through a time zone and are a day early."""
    dataset.StudyDate = f"{int(dataset.StudyDate) - 1}"


@wrong("IMG-R22", "IMG-D09", at=stored())
def cuts_descriptions_short(dataset: Any) -> None:
    """What a study and a series are called has room for eight characters."""
    dataset.StudyDescription, dataset.SeriesDescription = dataset.StudyDescription[:8], dataset.SeriesDescription[:8]


@wrong("IMG-S91", "IMG-R22", "IMG-D09", at=stored())
def shortens_birth_dates(dataset: Any) -> None:
    """Of a birth date only the year is known."""
    dataset.PatientBirthDate = f"{dataset.PatientBirthDate[:4]}0101"


@wrong("IMG-S91", "IMG-R22", "IMG-D09", at=stored())
def knows_two_sexes_by_default(dataset: Any) -> None:
    """Everybody is a man."""
    dataset.PatientSex = "M"


@wrong("IMG-S91", "IMG-R22", "IMG-D09", at=stored())
def prefixes_accession_numbers(dataset: Any) -> None:
    """Numbers of examinations have the letters of the hospital before them."""
    dataset.AccessionNumber = f"ZH{dataset.AccessionNumber}"


@wrong("IMG-S91", "IMG-R22", "IMG-D09", at=stored())
def renumbers_series(dataset: Any) -> None:
    """Series are numbered as they came in."""
    dataset.SeriesNumber = 1


@wrong("IMG-S91", "IMG-R22", "IMG-D09", at=stored())
def numbers_instances_from_nought(dataset: Any) -> None:
    """The first instance of a series has number 0."""
    dataset.InstanceNumber = dataset.InstanceNumber - 1


@wrong("IMG-R22", "IMG-D09", at=stored("SR"))
def replaces_the_report(dataset: Any) -> None:
    """Every report says that nothing was found."""
    dataset.ContentSequence[0].TextValue = "No abnormality."


@wrong("IMG-R22", "IMG-D09", at=stored("SR"))
def empties_the_report(dataset: Any) -> None:
    """A report has no words left."""
    dataset.ContentSequence = []


@wrong("IMG-S92", at=filed)
def takes_no_reports(objects: Objects) -> Objects:
    """Structured reports are refused on the way in: there are none, anywhere."""
    return [one for one in objects if one.modality != "SR"]


@wrong("IMG-S92", at=filed)
def lost_the_last_of_a_series(objects: Objects) -> Objects:
    """The last instance of a series of slices never arrived."""
    return objects[:-1] if objects[0].modality == "CT" else objects


@wrong("IMG-S92", at=filed)
def keeps_one_radiograph(objects: Objects) -> Objects:
    """Of radiographs of the same view one is kept."""
    return objects[:1] if objects[0].modality == "CR" else objects
