"""A stranger in what is not kept of a DICOM file: sequences, private and meta elements, documents, preamble."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from pydicom.dataset import Dataset

from conformance.codecs import dicom
from conformance.codecs.dicomelements import PREAMBLE
from conformance.recordings.redaction.jsonform import JsonForm
from conformance.recordings.redaction.numerals import numbers
from conformance.recordings.redaction.reading import OverBudgetError, Reading

Document = Callable[[bytes, Reading], object]
"""Reads bytes that may be a document of any form, for what they show."""

_PIXELS = 0x7FE0
_MOST_TEXT = 1 << 20
"""Bytes of one binary value, or of a file that cannot be read, that are looked through for text."""
_MOST_FILES = 20_000


def look_through(data: bytes, reading: Reading, document: Document) -> None:
    """Read all of a file but its pixels; StrangerAlarm ends it. A file that was quiet is read once in a run."""
    digest = sha256(data).digest()
    if digest in reading.quiet.files:
        return
    try:
        _file(data, reading.aside(f"{reading.place}, a DICOM file"), document)
    except OverBudgetError:
        return
    if len(reading.quiet.files) < _MOST_FILES:
        reading.quiet.files.add(digest)


def _file(data: bytes, reading: Reading, document: Document) -> None:
    reading.screen.within(_text(data[:PREAMBLE]), reading.place)
    try:
        file = dicom.read(data)
        for dataset in (file.dataset.file_meta, file.dataset):
            _dataset(dataset, reading, document)
        readable = "SOPInstanceUID" in file.dataset  # the reader makes elements of any bytes
    except dicom.DicomError:
        readable = False
    if not readable:
        reading.screen.within(_text(data[:_MOST_TEXT]), reading.place)


def _dataset(dataset: Dataset, reading: Reading, document: Document) -> None:
    held = dicom.whole_model(dataset, without=_PIXELS)
    JsonForm(reading).dataset(numbers(held.texts), reading.place)
    for value in held.binaries:
        document(value[:_MOST_TEXT].strip(b"\0 "), reading)


def _text(data: bytes) -> str:
    """Bytes as the signs they may be; every byte is one in this encoding."""
    return data.decode("latin-1")
