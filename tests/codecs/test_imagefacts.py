"""What is measured on the raw bytes of image answers."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread, dcmwrite
from pydicom.data import get_testdata_file
from pydicom.uid import UID

from conformance.codecs import dicom
from conformance.codecs.dicomjson import TAGS, value
from conformance.codecs.imagefacts import measurable, measure
from conformance.codecs.images import picture, png
from conformance.codecs.multipart import join
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Instance, instances_of, studies


def deflated(file: bytes) -> bytes:
    """The same file in the deflated transfer syntax, written with pydicom."""
    dataset = dcmread(BytesIO(file))
    dataset.file_meta.TransferSyntaxUID = UID(dicom.DEFLATED)
    written = BytesIO()
    dcmwrite(written, dataset)
    return written.getvalue()


@pytest.fixture(scope="module")
def slice_one() -> Instance:
    return instances_of(studies(patients()))[0]


def test_a_file_is_described_without_its_pixels(slice_one: Instance) -> None:
    (part,) = measure("application/dicom", slice_one.file)["parts"]
    assert part["dicom"]["readable"]
    assert part["dicom"]["transfer_syntax"] == "1.2.840.10008.1.2.1"
    assert value(part["dicom"]["dataset"], "SOPInstanceUID") == slice_one.sop
    assert part["dicom"]["pixels"] == {"bytes": 8192, "expected": 8192}
    assert "7FE00010" not in part["dicom"]["dataset"]


def test_a_cut_off_file_shows_by_its_pixels(slice_one: Instance) -> None:
    (part,) = measure("application/dicom", slice_one.file[:-100])["parts"]
    assert part["dicom"]["pixels"] == {"bytes": 8092, "expected": 8192}


def test_parts_of_a_multipart_body_are_described(slice_one: Instance) -> None:
    body = join(
        [
            ({"Content-Type": "application/dicom"}, slice_one.file),
            ({"Content-Type": "image/png"}, png(2, 1, 1, b"\0\xff")),
        ],
        "b",
    )
    facts = measure('multipart/related; type="application/dicom"; boundary=b', body)
    assert facts["multipart"] == {
        "type": "application/dicom",
        "boundary": True,
        "complete": True,
        "defects": [],
        "count": 2,
    }
    assert [part["type"] for part in facts["parts"]] == ["application/dicom", "image/png"]
    assert facts["parts"][1]["image"] == {"format": "png", "width": 2, "height": 1, "whole": True}


def test_what_is_not_dicom_is_said_to_be_so() -> None:
    (part,) = measure("application/dicom", b"not at all")["parts"]
    assert part["dicom"] == {"preamble": False, "readable": False, "defect": "no-dicm-prefix"}


def test_a_deflated_bomb_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dicom, "MOST_INFLATED", 1000)
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = deflater.compress(b"\0" * 100_000) + deflater.flush()
    syntax = b"\x02\x00\x10\x00UI\x16\x00" + dicom.DEFLATED.encode()
    head = b"\0" * 128 + b"DICM" + b"\x02\x00\x00\x00UL\x04\x00" + len(syntax).to_bytes(4, "little") + syntax
    with pytest.raises(dicom.DicomError) as caught:
        dicom.read(head + bomb)
    assert caught.value.defect is dicom.Defect.TOO_LARGE


def test_a_file_that_mentions_deflating_is_not_deflated(slice_one: Instance) -> None:
    """As an archive lists it among the transfer syntaxes that are available."""
    listed = struct.pack("<HH2sH", 0x0008, 0x0005, b"CS", 10) + b"ISO_IR 192"
    mentioned = struct.pack("<HH2sH", 0x0008, 0x3002, b"UI", 22) + dicom.DEFLATED.encode()
    at = slice_one.file.index(listed) + len(listed)
    data = slice_one.file[:at] + mentioned + slice_one.file[at:]
    assert dicom.DEFLATED.encode() in data[:2048]
    assert dicom.read(data).transfer_syntax == "1.2.840.10008.1.2.1"


@pytest.mark.parametrize("change", ["right", "wrong", "absent"])
def test_a_deflated_file_is_read_whatever_its_group_length_says(slice_one: Instance, change: str) -> None:
    data = deflated(slice_one.file)
    head = data[132:144]
    assert head[:8] == b"\x02\0\0\0UL\x04\0"
    other = {"right": head, "wrong": head[:8] + b"\x07\0\0\0", "absent": b""}[change]
    file = dicom.read(data[:132] + other + data[144:])
    assert (file.transfer_syntax, len(file.pixels)) == (dicom.DEFLATED, 8192)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    measure("application/dicom", b"\0" * 128 + b"DICM" + noise)
    measure("application/octet-stream", noise)
    picture(b"\xff\xd8\xff" + noise)


def test_which_bodies_are_measured() -> None:
    assert measurable("image/png")
    assert measurable('multipart/related; type="application/dicom"')
    assert not measurable("application/dicom+json")


def test_quickly_converted_attributes_are_what_the_reader_makes_of_them() -> None:
    # In which characters a file is written: JSON is always in UTF-8, and says so.
    other = ("PixelData", "ContentSequence", "SpecificCharacterSet")
    tags = [tag for keyword, tag in TAGS.items() if keyword not in other]
    for instance in instances_of(studies(patients())):
        dataset = dicom.read(instance.file).dataset
        expected = {tag: instance.model[tag] for tag in tags if tag in instance.model}
        assert dicom.to_model(dataset, tags) == expected


@pytest.mark.parametrize(
    "name", ["DICOMDIR", "badVR.dcm", "nested_priv_SQ.dcm", "reportsi.dcm", "CT_small.dcm", "JPEG2000.dcm"]
)
def test_files_of_others_are_described_as_their_own_reader_does(name: str) -> None:
    path = get_testdata_file(name, download=False)
    if path is None:
        pytest.skip(f"pydicom does not carry {name}")
    (part,) = measure("application/dicom", Path(path).read_bytes())["parts"]
    assert part["dicom"]["readable"]
    assert part["dicom"]["transfer_syntax"]


def test_meta_elements_that_cannot_be_read_name_nothing(slice_one: Instance) -> None:
    """A value representation that is none, where the meta elements name the object."""
    broken = slice_one.file.replace(b"\x02\x00\x03\x00UI", b"\x02\x00\x03\x00U\0", 1)
    assert broken != slice_one.file
    (part,) = measure("application/dicom", broken)["parts"]
    assert part["dicom"]["meta"]
