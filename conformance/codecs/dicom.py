"""DICOM files (PS3.10): from bytes to a data set, with limits, and to the DICOM JSON Model without bulk data."""

from __future__ import annotations

import logging
import warnings
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any, cast

from pydicom.charset import python_encoding
from pydicom.config import IGNORE, settings
from pydicom.datadict import repeater_has_keyword, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import dcmread
from pydicom.tag import BaseTag

from conformance.codecs.dicomelements import PREAMBLE, LayoutError, head

settings.reading_validation_mode = IGNORE
logging.getLogger("pydicom").addHandler(logging.NullHandler())
"""Judgements decide on values; the reader must neither warn about them nor change them."""

DEFLATED = "1.2.840.10008.1.2.1.99"
MOST_INFLATED = 256 * 1024 * 1024
_LOCAL = frozenset({"LO", "SH"})
_TEXTS = frozenset({"AE", "AS", "CS", "DA", "DT", "TM", "UI"}) | _LOCAL


class Defect(StrEnum):
    """Why bytes are no readable DICOM file; the codes are stable."""

    EMPTY = "empty"
    NO_PREFIX = "no-dicm-prefix"
    TRUNCATED = "truncated"
    TOO_LARGE = "inflates-too-far"
    UNREADABLE = "unreadable"


class DicomError(ValueError):
    """Bytes that are no DICOM file (PS3.10 section 7.1)."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(f"not a readable DICOM file: {defect}")
        self.defect = defect


@dataclass(frozen=True, slots=True)
class DicomFile:
    """A file taken apart; `pixels` is the value of Pixel Data as it lies there, empty without."""

    transfer_syntax: str
    dataset: Dataset
    pixels: bytes


def is_keyword(name: str) -> bool:
    """Whether the dictionary of PS3.6 has an attribute by this keyword, one of its repeating groups too."""
    return tag_for_keyword(name) is not None or repeater_has_keyword(name)


def has_prefix(data: bytes | memoryview) -> bool:
    """Whether a 128 byte preamble and the prefix DICM stand in front (PS3.10 section 7.1)."""
    return data[PREAMBLE : PREAMBLE + 4] == b"DICM"


def read(data: bytes) -> DicomFile:
    """The file in these bytes; DicomError says why there is none."""
    if not data:
        raise DicomError(Defect.EMPTY)
    if not has_prefix(data):
        raise DicomError(Defect.NO_PREFIX)
    _refuse_bomb(data)
    # Warnings about odd values would reach a user who can do nothing with them; judgements name what is wrong.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _read(data)


def _read(data: bytes) -> DicomFile:
    try:
        dataset = dcmread(BytesIO(data))
        pixels = dataset.get_item("PixelData")
        meta = dataset.file_meta
        return DicomFile(str(meta.get("TransferSyntaxUID", "")), dataset, (pixels.value or b"") if pixels else b"")
    except EOFError:
        raise DicomError(Defect.TRUNCATED) from None
    except Exception:  # noqa: BLE001 - hostile bytes make the reader raise anything; it all means: unreadable
        raise DicomError(Defect.UNREADABLE) from None


def to_model(dataset: Dataset, tags: Iterable[str]) -> dict[str, Any]:
    """These attributes (tags of eight hexadecimal digits) in the DICOM JSON Model; DicomError if they can't be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _model(dataset, tags)
        except Exception:  # noqa: BLE001 - see _read: whatever the reader raises on hostile bytes means unreadable
            raise DicomError(Defect.UNREADABLE) from None


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a data set but one group: `texts` in the DICOM JSON Model, and every binary value, of items too."""

    texts: dict[str, Any]
    binaries: tuple[bytes, ...]


def whole_model(dataset: Dataset, *, without: int) -> Whole:
    """Everything a data set holds outside of a group; DicomError if it can't be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = Dataset()
            binaries: list[bytes] = []
            _gather(dataset, found, binaries, without)
            return Whole(found.to_json_dict(1 << 30, None, suppress_invalid_tags=True), tuple(binaries))
        except Exception:  # noqa: BLE001 - see _read: whatever the reader raises on hostile bytes means unreadable
            raise DicomError(Defect.UNREADABLE) from None


def _gather(dataset: Dataset, found: Dataset, binaries: list[bytes], without: int) -> None:
    for element in dataset:
        if element.tag.group == without:
            continue
        if element.VR == "SQ":
            items = [Dataset() for _ in element.value]
            for item, into in zip(element.value, items, strict=True):
                _gather(item, into, binaries, without)
            found.add_new(element.tag, "SQ", items)
        elif isinstance(element.value, bytes):
            binaries.append(element.value)
        else:
            found.add(element)


def _model(dataset: Dataset, tags: Iterable[str]) -> dict[str, Any]:
    encoding = encoding_of(dataset)
    held = dict(dataset.items())  # unconverted, and found without making a Tag of each number
    model: dict[str, Any] = {}
    others = Dataset()
    for tag in tags:
        number = int(tag, 16)
        element = held.get(cast("BaseTag", number))
        if element is None:
            continue
        # Most attributes are plain, and converting them here takes a fraction of the time the reader's own way takes.
        plain = _plain(element, encoding) if isinstance(element, RawDataElement) else None
        if plain is None:
            others[number] = dataset[number]
        else:
            model[tag] = plain
    return model | others.to_json_dict(1 << 30, None, suppress_invalid_tags=True)


def encoding_of(dataset: Dataset) -> str:
    """The codec for texts of one single-valued character set; empty when the reader must see to it."""
    named = dataset.get("SpecificCharacterSet") or "ISO_IR 6"
    return python_encoding.get(named, "") if isinstance(named, str) else ""


def _plain(element: RawDataElement, encoding: str) -> dict[str, Any] | None:
    """An attribute whose values are plain text or whole numbers; None for every other one."""
    vr, data = element.VR, element.value or b""
    if vr == "US":
        if not element.is_little_endian:
            return None
        numbers: list[Any] = [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
        return {"vr": vr, "Value": numbers} if numbers else {"vr": vr}
    if vr not in _TEXTS or not encoding:
        return None
    text = data.decode(encoding if vr in _LOCAL else "ascii", "replace").rstrip(" \0")
    if not text:
        return {"vr": vr}
    values = [value.strip(" ") or None for value in text.split("\\")]
    return {"vr": vr, "Value": values}


def _refuse_bomb(data: bytes) -> None:
    """Refuse a deflated data set that grows past the limit, before the reader inflates it whole.

    Whether it is deflated only its transfer syntax says, and where it begins only the end of the meta elements: the UID
    may stand anywhere, and the group length may be absent or wrong.
    """
    try:
        top = head(data)
    except LayoutError:
        return  # the reader says what is wrong
    if top.transfer_syntax != DEFLATED:
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflater.decompress(data[top.end :], MOST_INFLATED)
    except zlib.error:
        raise DicomError(Defect.UNREADABLE) from None
    if inflater.unconsumed_tail:
        raise DicomError(Defect.TOO_LARGE)
