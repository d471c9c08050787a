"""The modules all objects share (PS3.3 annex C), from patient to SOP common, and the file around them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import dcmread
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from conformance.synthesis.dicom.uids import series_uid, sop_uid, uid_of

BSN_OID = "2.16.840.1.113883.2.4.6.3"
_WRITER = uid_of("writer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a study is about; `birth_date` is YYYYMMDD, `sex` M, F or O."""

    bsn: str
    name: str
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one object stands: its study, its series and its number, with the words of the description."""

    subject: Subject
    key: str
    study_uid: str
    study_id: str
    accession: str
    date: str
    time: str
    study_description: str
    series_number: int
    series_description: str
    characters: tuple[str, ...] = ("ISO_IR 192",)
    body_part: str = ""
    laterality: str = ""
    view: str = "PA"
    number: int = 1

    @property
    def series_uid(self) -> str:
        """The series' identifier, from the study's key and the series' number."""
        return series_uid(self.key, self.series_number)

    @property
    def sop_uid(self) -> str:
        """The object's identifier, from the series and the object's number."""
        return sop_uid(self.key, self.series_number, self.number)


def shared(place: Place, sop_class: str, modality: str) -> Dataset:
    """A data set with everything but the part that makes the object what it is."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = list(place.characters)
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = place.sop_uid
    dataset.Modality = modality
    dataset.InstanceNumber = place.number
    _patient(dataset, place.subject)
    _study(dataset, place)
    dataset.SeriesInstanceUID = place.series_uid
    dataset.SeriesNumber = place.series_number
    dataset.SeriesDescription = place.series_description
    dataset.Manufacturer = "Twiin conformance suite"
    dataset.InstitutionName = "Synthetic hospital"
    dataset.ManufacturerModelName = "Synthetic data"
    dataset.DeviceSerialNumber = "0"
    dataset.SoftwareVersions = "1"
    return dataset


def _patient(dataset: Dataset, subject: Subject) -> None:
    dataset.PatientName = subject.name
    dataset.PatientID = subject.bsn
    dataset.IssuerOfPatientID = "NLMINBIZA"
    qualifier = Dataset()
    qualifier.UniversalEntityID = BSN_OID
    qualifier.UniversalEntityIDType = "ISO"
    dataset.IssuerOfPatientIDQualifiersSequence = [qualifier]
    dataset.PatientBirthDate = subject.birth_date
    dataset.PatientSex = subject.sex


def _study(dataset: Dataset, place: Place) -> None:
    dataset.StudyInstanceUID = place.study_uid
    dataset.StudyID = place.study_id
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = place.date
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = place.time
    dataset.AccessionNumber = place.accession
    dataset.ReferringPhysicianName = "Verwijzer^Synthetisch"
    dataset.StudyDescription = place.study_description


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """A coded entry (PS3.3 section 8.8)."""
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return item


def part10(dataset: Dataset) -> bytes:
    """The data set as a DICOM file (PS3.10) in explicit VR little endian."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(_WRITER)
    meta.ImplementationVersionName = "TWIIN-SUITE"
    dataset.file_meta = meta
    buffer = BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def deflate(file: bytes) -> tuple[str, bytes]:
    """A file of ours encoded anew as deflated explicit VR little endian: the transfer syntax and the bytes."""
    dataset = dcmread(BytesIO(file))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    buffer = BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return str(DeflatedExplicitVRLittleEndian), buffer.getvalue()
