"""Image gateways that store in a way of their own, by right: what they say means what was loaded."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from conformance.codecs.dicomjson import tag_of
from conformance.codecs.dicompixels import inverted
from conformance.simulators.http import Call
from tests.strangers.archives import stored
from tests.strangers.nodes import legal
from tests.strangers.pictures import Model, matches

ANY = ("studies", "series", "instances")


@legal("PS3.5 section 7.8 and PS3.3 annex A.1.3: a standard extended SOP class may have more attributes", at=stored())
def notes_who_sent_it(dataset: Any) -> None:
    """An archive adds its own attributes, private and standard, retired ones too."""
    block = dataset.private_block(0x0009, "EXAMPLE ARCHIVE", create=True)
    block.add_new(0x01, "LO", "STORED")
    dataset.StationName, dataset.TimezoneOffsetFromUTC, dataset.AcquisitionDate = "CT1", "+0100", dataset.StudyDate
    dataset.add_new(0x00080001, "UL", 812)


@legal("PS3.5 section 6.1.2.3: any character repertoire that has the letters", at=stored())
def writes_latin_letters(dataset: Any) -> None:
    """Whatever can be is kept in ISO 8859-1."""
    dataset.decode()
    with suppress(UnicodeEncodeError):
        "".join(str(one.value) for one in dataset if one.VR in ("PN", "LO", "SH")).encode("latin-1")
        dataset.SpecificCharacterSet = "ISO_IR 100"


@legal("PS3.5 section 6.2: leading and trailing spaces, and empty components of a name, mean nothing", at=stored())
def pads_what_it_keeps(dataset: Any) -> None:
    """Texts have spaces around them, names all their components, numbers a fraction and times too."""
    dataset.StudyDescription = f" {dataset.StudyDescription}  "
    dataset.PatientName = f"{dataset.PatientName}^^^"
    dataset.StudyTime = f"{dataset.StudyTime}.000000"
    if "PixelSpacing" in dataset:
        dataset.PixelSpacing = ["5.0", "5.00"]
        dataset.RescaleIntercept = "-1.024e3"


@legal("PS3.5 section 6.2.1: a name may have an ideographic and a phonetic group", at=stored())
def knows_how_a_name_sounds(dataset: Any) -> None:
    """A person's name has a second and a third way to write it, in characters that hold all of them."""
    dataset.decode()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName = f"{dataset.PatientName}=\u6a23\u672c=Voorbeeld"


@legal(
    "PS3.3 section C.7.6.3.1.2: in MONOCHROME1 the smallest value is white",
    at=stored("CR"),
    undecidable=("IMG-F05",),
    because="single frames do not say themselves which of black and white is the smaller",
)
def keeps_film_as_it_was(dataset: Any) -> None:
    """Radiographs are kept with white as the smallest value, and say so."""
    dataset.PixelData, dataset.PhotometricInterpretation = inverted(dataset.PixelData, 12, 2), "MONOCHROME1"


@legal(
    "PS3.3 section C.12.1.1.9: what was changed, and was before, in Original Attributes", at=stored("CT", "CR", "US")
)
def tells_what_it_corrected(dataset: Any) -> None:
    """The part of the body is one of the archive's own list, and what it was before stands beside it."""
    from pydicom.dataset import Dataset  # slow to load

    before, change = Dataset(), Dataset()
    before.BodyPartExamined, dataset.BodyPartExamined = dataset.BodyPartExamined, "TRUNK"
    change.ModifiedAttributesSequence = [before]
    change.ReasonForTheAttributeModification = "COERCE"
    dataset.OriginalAttributesSequence = [change]


@legal("PS3.3 section C.9.2: an overlay plane may be added to an image", at=stored("CR", "CT"))
def draws_an_overlay(dataset: Any) -> None:
    """A plane with an arrow is kept beside the pixels."""
    dataset.add_new(0x60000010, "US", 64)
    dataset.add_new(0x60000011, "US", 64)
    dataset.add_new(0x60000040, "CS", "G")
    dataset.add_new(0x60000050, "SS", [1, 1])
    dataset.add_new(0x60000100, "US", 1)
    dataset.add_new(0x60000102, "US", 0)
    dataset.add_new(0x60003000, "OW", bytes(512))


@legal("PS3.18 section 10.6.3.3: only the required attributes need come", at=matches(*ANY))
def says_what_it_must(models: list[Model], call: Call) -> list[Model]:
    """A match that nobody asked more of has no description of anything."""
    for one in models if "includefield" not in dict(call.query) else ():
        for name in ("StudyDescription", "SeriesDescription", "Rows", "Columns", "BitsAllocated"):
            one.pop(tag_of(name), None)
    return models
