"""The DICOM JSON Model (PS3.18 annex F.2): reading it strictly, and looking attributes up by their keyword."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

Dataset = Mapping[str, Any]
"""A data set in the DICOM JSON Model: tag (8 upper case hexadecimal digits) to {"vr", "Value"...}."""

_ATTRIBUTES = """
    SpecificCharacterSet 00080005 CS · SOPClassUID 00080016 UI · SOPInstanceUID 00080018 UI
    StudyDate 00080020 DA · SeriesDate 00080021 DA · StudyTime 00080030 TM · SeriesTime 00080031 TM
    AccessionNumber 00080050 SH · InstanceAvailability 00080056 CS · Modality 00080060 CS
    ModalitiesInStudy 00080061 CS · ReferringPhysicianName 00080090 PN · TimezoneOffsetFromUTC 00080201 SH
    StudyDescription 00081030 LO · SeriesDescription 0008103E LO · ReferencedSeriesSequence 00081115 SQ
    ReferencedSOPClassUID 00081150 UI · ReferencedSOPInstanceUID 00081155 UI · RetrieveURL 00081190 UR
    ReferencedSOPSequence 00081199 SQ
    PatientName 00100010 PN · PatientID 00100020 LO · IssuerOfPatientID 00100021 LO
    IssuerOfPatientIDQualifiersSequence 00100024 SQ · PatientBirthDate 00100030 DA · PatientSex 00100040 CS
    StudyInstanceUID 0020000D UI · SeriesInstanceUID 0020000E UI · StudyID 00200010 SH
    SeriesNumber 00200011 IS · InstanceNumber 00200013 IS · NumberOfStudyRelatedSeries 00201206 IS
    NumberOfStudyRelatedInstances 00201208 IS · NumberOfSeriesRelatedInstances 00201209 IS
    SamplesPerPixel 00280002 US · NumberOfFrames 00280008 IS · Rows 00280010 US · Columns 00280011 US
    BitsAllocated 00280100 US · PerformedProcedureStepStartDate 00400244 DA
    PerformedProcedureStepStartTime 00400245 TM · RequestAttributesSequence 00400275 SQ
    UniversalEntityID 00400032 UT · ConceptNameCodeSequence 0040A043 SQ · ContentSequence 0040A730 SQ
    CurrentRequestedProcedureEvidenceSequence 0040A375 SQ · CodeValue 00080100 SH · CodingSchemeDesignator 00080102 SH
    AvailableTransferSyntaxUID 00083002 UI · PixelData 7FE00010 OW
"""
_ROWS = tuple(entry.split() for entry in _ATTRIBUTES.replace("\n", "·").split("·") if entry.strip())
TAGS: Mapping[str, str] = {keyword: tag for keyword, tag, _ in _ROWS}
VRS: Mapping[str, str] = {tag: vr for _, tag, vr in _ROWS}
"""Value representations by tag (PS3.6), for the attributes above."""

_TAG = re.compile(r"[0-9A-F]{8}")
_FLOATS = frozenset({"FD", "FL"})
_NUMBERS = _FLOATS | {"SL", "SS", "UL", "US"}
_EITHER = frozenset({"DS", "IS", "SV", "UV"})
_OTHERS = "AE AS AT CS DA DT LO LT OB OD OF OL OV OW PN SH SQ ST TM UC UI UN UR UT"
_VRS = _NUMBERS | _EITHER | frozenset(_OTHERS.split())
"""Value representations (PS3.5 section 6.2): those written as JSON numbers, those as numbers or strings, all."""
_BYTES = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
"""Value representations whose value is bytes: inline or elsewhere, and never in Value (section F.2.2)."""
_UNENDING = ("NaN", "inf", "-inf")
"""What JSON numbers cannot say of a float."""
_GROUPS = frozenset({"Alphabetic", "Ideographic", "Phonetic"})
"""The component groups of a person's name (table F.2.2-1)."""
_CONTENT = ("Value", "BulkDataURI", "InlineBinary")


class DicomJsonError(ValueError):
    """A document that is not a DICOM JSON Model; `code` is stable, `where` the tag or index as the document has it."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code} at {where}" if where else code)
        self.code = code
        self.where = where


@lru_cache(maxsize=512)
def read_model(body: bytes) -> tuple[Dataset, ...]:
    """The data sets of an application/dicom+json body, the same for the same body; DicomJsonError when it breaks the
    model."""
    try:
        document = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise DicomJsonError("not-utf-8") from None
    except (ValueError, RecursionError):
        raise DicomJsonError("not-json") from None
    if not isinstance(document, list):
        raise DicomJsonError("not-an-array")
    for index, dataset in enumerate(document):
        _check_dataset(dataset, f"[{index}]")
    return tuple(document)


def _check_dataset(dataset: object, where: str) -> None:
    if not isinstance(dataset, dict):
        raise DicomJsonError("not-an-object", where)
    for tag, attribute in dataset.items():
        place = f"{where}.{tag[:16]}"
        if not _TAG.fullmatch(tag):
            raise DicomJsonError("bad-tag", place)
        if tag.endswith("0000"):
            raise DicomJsonError("group-length", place)
        if not isinstance(attribute, dict) or not isinstance(attribute.get("vr"), str):
            raise DicomJsonError("no-vr", place)
        _check_value(attribute, place)


def _check_value(attribute: Mapping[str, Any], place: str) -> None:
    vr = attribute["vr"]
    if vr not in _VRS:
        raise DicomJsonError("unknown-vr", place)
    if sum(key in attribute for key in _CONTENT) > 1:
        raise DicomJsonError("several-contents", place)
    value = attribute.get("Value", [])
    if not isinstance(value, list):
        raise DicomJsonError("value-not-an-array", place)
    _check_bytes(attribute, place)
    for index, item in enumerate(value):
        if vr == "SQ":
            _check_dataset(item, f"{place}[{index}]")
        elif item is not None:
            _check_item(vr, item, place)


def _check_bytes(attribute: Mapping[str, Any], place: str) -> None:
    """Bytes are at an address or inline in base64, and nothing else is inline."""
    bare = attribute["vr"] in _BYTES
    if bare and attribute.get("Value"):
        raise DicomJsonError("bytes-as-value", place)
    if not isinstance(attribute.get("BulkDataURI", ""), str):
        raise DicomJsonError("address-not-text", place)
    if "InlineBinary" in attribute and not bare:
        raise DicomJsonError("inline-but-no-bytes", place)
    if "InlineBinary" in attribute and not _is_base64(attribute["InlineBinary"]):
        raise DicomJsonError("not-base64", place)


def _check_item(vr: str, item: object, place: str) -> None:
    """One value has the JSON type of its VR (table F.2.3-1)."""
    if vr == "PN":
        _check_name(item, place)
        return
    if vr == "AT" and not (isinstance(item, str) and _TAG.fullmatch(item)):
        raise DicomJsonError("bad-tag", place)
    number = isinstance(item, int | float) and not isinstance(item, bool)
    fits = (number and vr in _NUMBERS | _EITHER) or (isinstance(item, str) and vr not in _NUMBERS)
    if not fits and not (vr in _FLOATS and item in _UNENDING):
        raise DicomJsonError("wrong-type-for-vr", place)


def _check_name(item: object, place: str) -> None:
    if not isinstance(item, dict):
        raise DicomJsonError("name-not-an-object", place)
    if not all(group in _GROUPS and isinstance(text, str) for group, text in item.items()):
        raise DicomJsonError("bad-name", place)


def _is_base64(text: object) -> bool:
    try:
        return isinstance(text, str) and b64decode(text, validate=True) is not None
    except ValueError:
        return False


def tag_of(name: str) -> str:
    """The tag for a keyword or for eight hexadecimal digits; empty for what is neither (PS3.18 section 8.3.4)."""
    if name in TAGS:
        return TAGS[name]
    return name.upper() if re.fullmatch(r"[0-9A-Fa-f]{8}", name) else ""


def values(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """All values of an attribute as text; a person's name gives its alphabetic form; absent or empty gives none."""
    attribute = dataset.get(tag_of(keyword), {})
    return tuple(_text(item) for item in attribute.get("Value", ()) if item is not None)


def value(dataset: Dataset, keyword: str) -> str:
    """The first value as text, or the empty string."""
    return next(iter(values(dataset, keyword)), "")


def number(dataset: Dataset, keyword: str) -> int | None:
    """The first value as a whole number; None when absent or not a number."""
    try:
        return int(value(dataset, keyword))
    except ValueError:
        return None


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """The items of a sequence."""
    return tuple(item for item in dataset.get(tag_of(keyword), {}).get("Value", ()) if isinstance(item, dict))


def attribute(keyword: str, *content: Any) -> dict[str, dict[str, Any]]:
    """One attribute in the model, for composing answers; empty content gives an attribute without value."""
    tag = TAGS[keyword]
    vr = VRS[tag]
    held: list[Any] = [{"Alphabetic": item} if vr == "PN" else item for item in content]
    return {tag: {"vr": vr, "Value": held} if held else {"vr": vr}}


def _text(item: Any) -> str:
    if isinstance(item, dict):
        return str(item.get("Alphabetic", ""))
    if isinstance(item, float) and item.is_integer():
        return str(int(item))
    return str(item)
