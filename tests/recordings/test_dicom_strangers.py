"""A stranger's number in what is not kept of an image answer: it rings all the same, and nothing of it stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset

from conformance.codecs.multipart import join
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import instances_of, studies
from tests.recordings.making import DICOM_JSON, STRANGER, exchange

ROLES = {patient.bsn: role for role, patient in patients().items()}
FILE = instances_of(studies(patients()))[0].file
DICOM, RELATED = "application/dicom", 'multipart/related; type="application/dicom"; boundary=b'
HEADERS = {"content-type": DICOM}
CDA = f'<ClinicalDocument><id root="2.16.840.1.113883.2.4.6.3" extension="{STRANGER}"/></ClinicalDocument>'

Plant = Callable[[Dataset], None]


def item(**values: object) -> Dataset:
    made = Dataset()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def private(element: int, vr: str, value: object) -> Plant:
    def plant(dataset: Dataset) -> None:
        block = dataset.private_block(0x0099, "SOMEBODY 1", create=True)
        block.add_new(element, vr, value)

    return plant


PLANTS: dict[str, Plant] = {
    "the patient id": lambda one: setattr(one, "PatientID", "LOCAL-77"),
    "patient id of an item": lambda one: setattr(one, "ReferencedPatientSequence", [item(PatientID=STRANGER)]),
    "an item in an item": lambda one: setattr(
        one, "ReferencedPatientSequence", [item(ReferencedPatientSequence=[item(PatientID=STRANGER)])]
    ),
    "other patient ids": lambda one: setattr(one, "OtherPatientIDsSequence", [item(PatientID=STRANGER)]),
    "patient comments": lambda one: setattr(one, "PatientComments", f"BSN {STRANGER}"),
    "image comments": lambda one: setattr(one, "ImageComments", f"burgerservicenummer: {STRANGER}"),
    "a private text": private(1, "LT", f"BSN {STRANGER}"),
    "private bytes": private(1, "OB", f"bsn={STRANGER};".encode()),
    "a document": lambda one: one.add_new("EncapsulatedDocument", "OB", CDA.encode()),
    "private meta": lambda one: one.file_meta.add_new("PrivateInformation", "OB", f"bsn {STRANGER}".encode()),
}


def planted(plant: Plant) -> bytes:
    dataset = dcmread(BytesIO(FILE))
    plant(dataset)
    written = BytesIO()
    dcmwrite(written, dataset, enforce_file_format=True)
    return written.getvalue()


def redacted(body: bytes, content_type: str) -> None:
    Redactor(ROLES).redact(exchange(body, content_type))


@pytest.mark.parametrize("name", PLANTS)
@pytest.mark.parametrize("related", [False, True], ids=["alone", "in parts"])
def test_it_rings_wherever_in_a_file(name: str, *, related: bool) -> None:
    file = planted(PLANTS[name])
    body, content_type = (join([(HEADERS, file), (HEADERS, FILE)], "b"), RELATED) if related else (file, DICOM)
    with pytest.raises(StrangerAlarm) as alarm:
        redacted(body, content_type)
    assert STRANGER not in str(alarm.value)


def test_it_rings_in_the_preamble() -> None:
    with pytest.raises(StrangerAlarm):
        redacted(f"BSN {STRANGER}".encode().ljust(128, b"\0") + FILE[128:], DICOM)


@pytest.mark.parametrize("outside", [b"BSN %s\r\n--b", b"--b--\r\nBSN %s"], ids=["before", "behind"])
def test_it_rings_outside_of_the_parts(outside: bytes) -> None:
    whole = join([(HEADERS, FILE)], "b")
    said = outside % STRANGER.encode()
    body = said + whole[3:] if said.endswith(b"--b") else whole.rpartition(b"--b--")[0] + said
    with pytest.raises(StrangerAlarm):
        redacted(body, RELATED)


def test_a_file_that_cannot_be_read_is_read_as_text() -> None:
    with pytest.raises(StrangerAlarm):
        redacted(FILE[:132] + f"BSN {STRANGER}".encode(), DICOM)


def test_pixels_say_nothing() -> None:
    dataset = dcmread(BytesIO(FILE))
    pixels = bytearray(dataset.PixelData)
    said = f"BSN {STRANGER}".encode()
    pixels[: len(said)] = said
    redacted(planted(lambda one: setattr(one, "PixelData", bytes(pixels))), DICOM)


def test_faithful_files_are_quiet_and_counted_once() -> None:
    redactor = Redactor(ROLES)
    redactor.redact(exchange(FILE, DICOM))
    once = dict(redactor.counts)
    redactor.redact(exchange(FILE, DICOM))
    assert dict(redactor.counts) == {name: 2 * number for name, number in once.items()}


LOCAL = {
    "a name": item(PatientID="123456782", IssuerOfPatientID="ZIEKENHUIS OOST"),
    "a number with letters": item(PatientID="LOCAL-77", IssuerOfPatientID="ZIEKENHUIS OOST"),
    "an identifier": item(
        PatientID=STRANGER,
        IssuerOfPatientIDQualifiersSequence=[
            item(UniversalEntityID="2.16.840.1.113883.2.4.3.11.60", UniversalEntityIDType="ISO")
        ],
    ),
}
BSN = {
    "nobody": item(PatientID=STRANGER),
    "an empty name": item(PatientID=STRANGER, IssuerOfPatientID=""),
    "who issues it": item(PatientID=STRANGER, IssuerOfPatientID="NLMINBIZA"),
    "its name": item(PatientID=STRANGER, IssuerOfPatientID="bsn"),
    "a hospital beside its identifier": item(
        PatientID=STRANGER,
        IssuerOfPatientID="ZIEKENHUIS OOST",
        IssuerOfPatientIDQualifiersSequence=[
            item(UniversalEntityID="2.16.840.1.113883.2.4.6.3", UniversalEntityIDType="ISO")
        ],
    ),
}


@pytest.mark.parametrize("name", LOCAL)
def test_a_number_that_another_issued_is_told_and_not_kept(name: str) -> None:
    """A hospital has numbers of its own for its patients; a node that hands them out is to be tested all the same."""
    file = planted(lambda one: setattr(one, "OtherPatientIDsSequence", [LOCAL[name]]))
    redacted(file, DICOM)
    described = [{"00101002": {"vr": "SQ", "Value": [LOCAL[name].to_json_dict()]}}]
    redactor = Redactor(ROLES)
    kept = redactor.redact(exchange(json.dumps(described).encode(), DICOM_JSON))
    assert LOCAL[name].PatientID not in repr(kept)
    assert redactor.counts["patient numbers of other issuers"] == 1
    place = "the answer, (8 signs), of another issuer"
    assert kept.facts.get("bare_numbers") == ({place: 1} if LOCAL[name].PatientID == STRANGER else None)


@pytest.mark.parametrize("name", BSN)
def test_a_number_of_who_issues_the_bsn_rings(name: str) -> None:
    described = [{"00101002": {"vr": "SQ", "Value": [BSN[name].to_json_dict()]}}]
    with pytest.raises(StrangerAlarm):
        redacted(planted(lambda one: setattr(one, "OtherPatientIDsSequence", [BSN[name]])), DICOM)
    with pytest.raises(StrangerAlarm):
        redacted(json.dumps(described).encode(), DICOM_JSON)


def test_a_patient_id_rings_whoever_issued_it() -> None:
    described = [{"00100020": {"vr": "LO", "Value": ["LOCAL-77"]}, "00100021": {"vr": "LO", "Value": ["OOST"]}}]
    with pytest.raises(StrangerAlarm):
        redacted(json.dumps(described).encode(), DICOM_JSON)
