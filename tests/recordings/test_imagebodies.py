"""What is kept of image answers: the same answer without pixels and persons, never a better or a worse one."""

from __future__ import annotations

import os
import re
import struct
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom.data
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.uid import UID

from conformance.checks.images import reading
from conformance.checks.judgement import TALLY, Tally, Undecidable
from conformance.codecs.dicomjson import TAGS, value
from conformance.codecs.imagefacts import DESCRIBED, describe
from conformance.model.exchange import Exchange
from conformance.recordings.imagebodies import Masks, keep
from conformance.recordings.redaction import Redactor
from conformance.recordings.tally import Looked
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import instances_of, studies
from tests.checks.making import exchange, response

ROLES = {patient.bsn: role for role, patient in patients().items()}
INSTANCES = instances_of(studies(patients()))
FILE = INSTANCES[0].file
DICOM, RELATED = "application/dicom", 'multipart/related; type="application/dicom"; boundary=b'
OTHERS = sorted((Path(pydicom.data.__file__).parent / "test_files").glob("*.dcm"))


def header(name: str, value: str) -> str:
    return value if name.startswith("content-") else "redacted"


def nobody(dataset: Any) -> Any:
    """A data set in which whoever it was became one patient: the shortest redaction that there can be."""
    masked = {tag: dict(attribute) for tag, attribute in dataset.items()}
    for tag, attribute in masked.items():
        held = attribute.get("Value", ())
        if attribute["vr"] == "SQ":
            attribute["Value"] = [nobody(item) for item in held]
        elif attribute["vr"] == "PN":
            attribute["Value"] = [
                {name: re.sub(r"\w", "x", text) for name, text in (one or {}).items()} for one in held
            ]
        elif tag in (TAGS["PatientID"], TAGS["PatientBirthDate"]):
            attribute["Value"] = ["bsn-anna" if tag == TAGS["PatientID"] else "19000101" for _ in held]
        if not attribute.get("Value", True):
            del attribute["Value"]
    return masked


def masks() -> Masks:
    key = os.urandom(16)
    return Masks(dataset=nobody, header=header, name=str, digest=lambda data: blake2b(data, key=key).hexdigest())


def kept(data: bytes, content_type: str = DICOM) -> Looked:
    return keep(content_type, data, masks())


def redacted(file: bytes) -> Exchange:
    """A file as an answer, through the whole of redaction."""
    return Redactor(ROLES).redact(exchange("x", response(200, file, content_type=DICOM)))


def seen(looked: Looked, size: int, content_type: str = DICOM) -> tuple[Any, ...]:
    """What judges see of it."""
    answer = response(200, looked.body, content_type=content_type)
    token = TALLY.set(Tally())
    try:
        made = exchange("x", answer, facts=looked.facts)
        return reading.parts(made) if size else ()
    except Undecidable:
        return ()
    finally:
        TALLY.reset(token)


def listed(dataset: Any) -> Any:
    """A description with listed attributes only, at any depth."""
    held = {tag: dict(attribute) for tag, attribute in dataset.items() if tag in DESCRIBED}
    for attribute in held.values():
        if attribute["vr"] == "SQ" and "Value" in attribute:
            attribute["Value"] = [listed(item) for item in attribute["Value"]]
    return held


def alike(one: Any, other: Any) -> bool:
    """Whether two descriptions say the same, but for persons and lengths."""
    left, right = ({**part.get("dicom", {})} for part in (one, other))
    for described in (left, right):
        if re.search("[^0-9.]", described.get("transfer_syntax", "")):
            described["transfer_syntax"] = "no UID"
    datasets = [listed(described.pop("dataset", {})) for described in (left, right)]
    expected = [described.pop("pixels", {}).get("expected") for described in (left, right)]
    forms = [{tag: (held["vr"], len(held.get("Value", ()))) for tag, held in dataset.items()} for dataset in datasets]
    return (one["type"], left, expected[0], forms[0]) == (other["type"], right, expected[1], forms[1])


def written(file: bytes, syntax: str, change: Any = None) -> bytes:
    """The file as pydicom writes it in another transfer syntax, with a data set that was changed."""
    dataset = dcmread(BytesIO(file))
    if change:
        change(dataset)
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    out = BytesIO()
    dcmwrite(out, dataset, implicit_vr=syntax == "1.2.840.10008.1.2", little_endian=syntax != "1.2.840.10008.1.2.2")
    return out.getvalue()


@pytest.mark.parametrize("number", range(len(INSTANCES)))
def test_our_own_files_are_kept_without_pixels_and_persons(number: int) -> None:
    file = INSTANCES[number].file
    made = redacted(file)
    assert made.response is not None
    looked = Looked(body=made.response.body, facts=made.facts)
    (part,), raw = seen(looked, len(file)), describe(DICOM, {}, memoryview(file))
    assert "parts" not in looked.facts
    assert alike(part, raw)
    assert looked.facts["part_sizes"] == [len(file)]
    assert looked.facts["pixels"][0]["bytes"] == raw["dicom"]["pixels"]["bytes"]
    assert len(looked.body) < 3000
    patient = value(raw["dicom"]["dataset"], "PatientID")
    assert value(part["dicom"]["dataset"], "PatientID") == f"bsn-{ROLES[patient]}"
    assert patient.encode() not in looked.body


@pytest.mark.parametrize("path", OTHERS, ids=[path.stem for path in OTHERS])
def test_files_of_others_are_kept_as_they_are(path: Path) -> None:
    data = path.read_bytes()
    looked = kept(data)
    (part,) = seen(looked, len(data))
    assert "parts" not in looked.facts
    assert alike(part, describe(DICOM, {}, memoryview(data)))


@pytest.mark.parametrize(
    "syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"]
)
def test_each_transfer_syntax_stays_what_it_is(syntax: str) -> None:
    for instance in INSTANCES:
        data = written(instance.file, syntax)
        looked = keep(DICOM, data, masks())
        assert "parts" not in looked.facts
        (part,) = seen(looked, len(data))
        assert part["dicom"]["transfer_syntax"] == syntax
        assert alike(part, describe(DICOM, {}, memoryview(data)))


SECRET = b"Jansen-de Vries"


def _planting(dataset: Dataset) -> None:
    text = SECRET.decode()
    dataset.PatientName = text
    dataset.PatientComments = text
    dataset.PatientAddress = text
    dataset.add_new(0x00091001, "LO", text)
    dataset.PixelData = SECRET + b"\0"
    inner = Dataset()
    inner.PatientComments = text
    inner.ReferencedSOPInstanceUID = "1.2.3"
    dataset.ReferencedSOPSequence = [inner]
    dataset.OtherPatientIDsSequence = [inner]
    dataset.file_meta.SourceApplicationEntityTitle = text


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"])
def test_nothing_stays_of_what_is_not_listed(syntax: str) -> None:
    data = SECRET + written(FILE, syntax, _planting)[len(SECRET) :]
    assert data.count(SECRET) == 9
    looked = keep(DICOM, data, masks())
    (part,) = seen(looked, len(data))
    assert "parts" not in looked.facts
    assert SECRET not in looked.body
    assert value(part["dicom"]["dataset"][TAGS["ReferencedSOPSequence"]]["Value"][0], "ReferencedSOPInstanceUID")


def _vr(data: bytes, tag: tuple[int, int], vr: bytes) -> bytes:
    at = data.index(struct.pack("<HH", *tag))
    return data[: at + 4] + vr + data[at + 6 :]


def _odd(data: bytes) -> bytes:
    at = data.index(struct.pack("<HH", 0x0008, 0x0060))
    assert data[at + 4 : at + 8] == b"CS\2\0"
    return data[: at + 6] + b"\3\0" + data[at + 8 : at + 10] + b"X" + data[at + 10 :]


WRONG = {
    "no prefix": FILE[:128] + FILE[132:],
    "no preamble": FILE[128:],
    "empty": b"",
    "a page": b"<html>" + SECRET * 20,
    "text in an integer's place": _vr(FILE, (0x0020, 0x0013), b"LO"),
    "a VR that is none": _vr(FILE, (0x0008, 0x0060), b"ZZ"),
    "an odd length": _odd(FILE),
    "no meta elements": FILE[:132] + FILE[132 + 12 + int.from_bytes(FILE[140:144], "little") :],
    "cut in the pixels": FILE[:-100],
    "cut in the data set": FILE[:700],
    "cut in the meta elements": FILE[:200],
    "only the prefix": FILE[:132],
    "no modality": written(FILE, "1.2.840.10008.1.2.1", lambda one: one.pop("Modality")),
    "an empty patient": written(FILE, "1.2.840.10008.1.2.1", lambda one: setattr(one, "PatientID", "")),
    "a name in two scripts": written(
        FILE, "1.2.840.10008.1.2.1", lambda one: setattr(one, "PatientName", "Müller^Zoë=王^小东=ab")
    ),
}


@pytest.mark.parametrize("about", WRONG)
def test_what_is_wrong_stays_wrong_in_the_same_way(about: str) -> None:
    data = WRONG[about]
    looked = kept(data)
    assert SECRET not in looked.body
    if not data:
        assert seen(looked, 0) == ()
        return
    (part,) = seen(looked, len(data))
    assert alike(part, describe(DICOM, {}, memoryview(data)))
    assert ("parts" in looked.facts) is (about in ("a VR that is none", "cut in the meta elements"))


def test_pixels_are_told_apart_within_a_run_and_not_outside() -> None:
    ours, theirs = masks(), masks()
    first, again, other = (keep(DICOM, FILE, one).facts["pixels"][0]["digest"] for one in (ours, ours, theirs))
    assert first == again != other
    assert len(first) >= 32


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(st.data())
def test_whatever_comes_judges_see_what_came(data: st.DataObject) -> None:
    whole = bytearray(INSTANCES[data.draw(st.integers(0, len(INSTANCES) - 1))].file)
    del whole[1500:]
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(128, len(whole) - 1))] = data.draw(st.integers(0, 255))
    del whole[data.draw(st.integers(0, len(whole))) :]
    looked = kept(bytes(whole))
    for part in seen(looked, len(whole)):
        assert alike(part, describe(DICOM, {}, memoryview(bytes(whole))))
