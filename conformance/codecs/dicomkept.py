"""The DICOM attributes whose values may be kept, at any depth of a data set, each with the reason why.

An allow list, after the thought of PS3.15 table E.1-1: of what is not in it only tag, VR and number of values stay,
with each value replaced by one that its VR allows. What a check reads belongs in here; what nobody reads does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class How(StrEnum):
    """How far a value of a listed attribute is trusted."""

    KEPT = "kept"
    """It says nothing of a person: kept, once it has the grammar of its VR and shows no person's number."""
    KNOWN = "known"
    """It may name a person or tell of one: kept only when it is the data set's own."""
    PATIENT = "patient"
    """It is a patient's number: a word for one of the data set's patients, an alarm for anybody else's."""


class Kept(NamedTuple):
    """One line of the list."""

    keyword: str
    how: How
    reason: str


_IDENTITY = "a check pairs what was found, described and handed over by it"
_MOMENT = "a check compares the moment, and searches by it; of the examination, never of a birth"
_COUNT = "a check counts by it"
_PICTURE = "tells how many pixels there must be, and how they are stored"
_FORM = "tells how the rest of the data set is written"
_EVIDENCE = "a check follows references from documents to instances"
_CODED = "a coded word: a code, its system, and what kind of statement it makes"
_WORDS = "words of the node: only those that were loaded may be read"
_PERSON = "a person's, unless it is one of the data set's"

_ROWS = f"""
    00080005 SpecificCharacterSet kept · {_FORM}
    00080016 SOPClassUID kept · {_IDENTITY}
    00080018 SOPInstanceUID kept · {_IDENTITY}
    00080020 StudyDate kept · {_MOMENT}
    00080021 SeriesDate kept · {_MOMENT}
    00080023 ContentDate kept · {_MOMENT}
    00080030 StudyTime kept · {_MOMENT}
    00080031 SeriesTime kept · {_MOMENT}
    00080033 ContentTime kept · {_MOMENT}
    00080050 AccessionNumber kept · {_IDENTITY}
    00080056 InstanceAvailability kept · {_IDENTITY}
    00080060 Modality kept · {_COUNT}
    00080061 ModalitiesInStudy kept · {_COUNT}
    00080090 ReferringPhysicianName known · {_PERSON}
    00080100 CodeValue known · {_CODED}
    00080102 CodingSchemeDesignator kept · {_CODED}
    00080104 CodeMeaning known · {_WORDS}
    00080105 MappingResource kept · {_CODED}
    00080201 TimezoneOffsetFromUTC kept · {_MOMENT}
    00081030 StudyDescription known · {_WORDS}
    0008103E SeriesDescription known · {_WORDS}
    00081111 ReferencedPerformedProcedureStepSequence kept · {_EVIDENCE}
    00081115 ReferencedSeriesSequence kept · {_EVIDENCE}
    00081150 ReferencedSOPClassUID kept · {_EVIDENCE}
    00081155 ReferencedSOPInstanceUID kept · {_EVIDENCE}
    00081190 RetrieveURL kept · a check asks for what it points at; screened as an address
    00081199 ReferencedSOPSequence kept · {_EVIDENCE}
    00083002 AvailableTransferSyntaxUID kept · {_FORM}
    00100010 PatientName known · {_PERSON}
    00100020 PatientID patient · a check compares whose the images are
    00100021 IssuerOfPatientID kept · says what kind of number the Patient ID is
    00100024 IssuerOfPatientIDQualifiersSequence kept · says what kind of number the Patient ID is
    00100030 PatientBirthDate known · {_PERSON}
    00100040 PatientSex kept · one letter that a check compares with what was loaded
    0020000D StudyInstanceUID kept · {_IDENTITY}
    0020000E SeriesInstanceUID kept · {_IDENTITY}
    00200010 StudyID kept · {_IDENTITY}
    00200011 SeriesNumber kept · {_IDENTITY}
    00200013 InstanceNumber kept · {_IDENTITY}
    00200052 FrameOfReferenceUID kept · {_IDENTITY}
    00201206 NumberOfStudyRelatedSeries kept · {_COUNT}
    00201208 NumberOfStudyRelatedInstances kept · {_COUNT}
    00201209 NumberOfSeriesRelatedInstances kept · {_COUNT}
    00280002 SamplesPerPixel kept · {_PICTURE}
    00280004 PhotometricInterpretation kept · {_PICTURE}
    00280006 PlanarConfiguration kept · {_PICTURE}
    00280008 NumberOfFrames kept · {_PICTURE}
    00280010 Rows kept · {_PICTURE}
    00280011 Columns kept · {_PICTURE}
    00280100 BitsAllocated kept · {_PICTURE}
    00280101 BitsStored kept · {_PICTURE}
    00280102 HighBit kept · {_PICTURE}
    00280103 PixelRepresentation kept · {_PICTURE}
    00282110 LossyImageCompression kept · {_PICTURE}
    00400032 UniversalEntityID kept · says what kind of number the Patient ID is
    00400033 UniversalEntityIDType kept · says what kind of number the Patient ID is
    00400244 PerformedProcedureStepStartDate kept · {_MOMENT}
    00400245 PerformedProcedureStepStartTime kept · {_MOMENT}
    00400275 RequestAttributesSequence kept · {_EVIDENCE}
    0040A010 RelationshipType kept · {_CODED}
    0040A040 ValueType kept · {_CODED}
    0040A043 ConceptNameCodeSequence kept · {_CODED}
    0040A160 TextValue known · {_WORDS}
    0040A372 PerformedProcedureCodeSequence kept · {_EVIDENCE}
    0040A375 CurrentRequestedProcedureEvidenceSequence kept · {_EVIDENCE}
    0040A491 CompletionFlag kept · {_CODED}
    0040A493 VerificationFlag kept · {_CODED}
    0040A504 ContentTemplateSequence kept · {_CODED}
    0040A730 ContentSequence kept · {_EVIDENCE}
    0040DB00 TemplateIdentifier kept · {_CODED}
"""


def _kept() -> Mapping[str, Kept]:
    kept: dict[str, Kept] = {}
    for row in filter(None, map(str.strip, _ROWS.splitlines())):
        left, _, reason = row.partition(" · ")
        tag, keyword, how = left.split()
        kept[tag] = Kept(keyword, How(how), reason)
    return kept


KEPT: Mapping[str, Kept] = _kept()
"""By tag (eight upper case hexadecimal digits)."""
