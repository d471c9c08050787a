"""Which reader a body gets: by what it is, since a faulty node may call it something else."""

from __future__ import annotations

import re
from dataclasses import replace

from conformance.codecs import dicom, imagefacts, multipart
from conformance.recordings import imagebodies
from conformance.recordings.redaction import jsonform, numerals, plain, skeleton, unkept, xmlform
from conformance.recordings.redaction.addresses import shown
from conformance.recordings.redaction.headers import header
from conformance.recordings.redaction.jsonform import JsonForm
from conformance.recordings.redaction.naming import says_number
from conformance.recordings.redaction.reading import MOST_BYTES, OverBudgetError, Reading
from conformance.recordings.tally import OVER_BUDGET, Looked, withhold

_FORM = "application/x-www-form-urlencoded"


def look(content_type: str, data: bytes, reading: Reading) -> Looked:
    """Read a body, count what it shows, and take persons and secrets out; StrangerAlarm ends it."""
    if not data:
        return Looked(body=b"")
    if len(data) > MOST_BYTES and not imagefacts.measurable(content_type):
        return withhold(OVER_BUDGET)
    try:
        return _read(content_type, data, reading)
    except OverBudgetError:
        return withhold(OVER_BUDGET)


def _read(content_type: str, data: bytes, reading: Reading) -> Looked:
    media = content_type.split(";", 1)[0].strip().lower()
    if imagefacts.measurable(content_type):
        return _binary(content_type, data, reading)
    if media.startswith("multipart/"):
        return _parts(content_type, data, reading)
    if media == _FORM and _FIELD.match(data):
        return plain.form(data, reading)
    return _document(media, data, reading)


def _document(media: str, data: bytes, reading: Reading) -> Looked:
    begin = data[:256].lstrip(b"\xef\xbb\xbf \t\r\n")
    looked = _formed(media, data, begin, reading)
    markup = begin.startswith(b"<") and not _is_xml(media, begin)
    if looked.withheld or markup or b"<!--" in data or b"<?" in data[1:]:
        # Nothing of it is kept, or not all of it was read: a stranger in it is a stranger all the same.
        unkept.look_through(data, reading)
    return looked


def _formed(media: str, data: bytes, begin: bytes, reading: Reading) -> Looked:
    if "json" in media or begin[:1] in (b"{", b"["):
        return jsonform.read(data, reading, fhir="fhir" in media)
    if _is_xml(media, begin):
        return xmlform.read(data, reading)
    return plain.read(data, reading)


def _is_xml(media: str, begin: bytes) -> bool:
    return media.endswith("xml") or begin.startswith((b"<?xml", b"<Bundle"))


def _binary(content_type: str, data: bytes, reading: Reading) -> Looked:
    """DICOM files without pixels; of what else there is the facts tell what a judgement needs."""
    masks = imagebodies.Masks(
        dataset=lambda dataset: numerals.plain(JsonForm(reading).dataset(numerals.numbers(dataset), reading.place)),
        header=lambda name, value: header(name, value, reading.screen, reading.addresses),
        name=lambda name: skeleton.name(name, reading, f"{reading.place}, the headers of a part"),
        digest=reading.screen.pseudonyms.digest,
    )
    if content_type.lower().lstrip().startswith("multipart/"):
        _texts(content_type, data, reading)
    else:
        unkept.look_through(data, reading)
    return replace(imagebodies.keep(content_type, data, masks), tally=reading.tally)


def _parts(content_type: str, data: bytes, reading: Reading) -> Looked:
    """Parts of no known kind: screened for strangers, and not kept."""
    _texts(content_type, data, reading)
    return withhold("a multipart body that no reader knows", reading.tally)


def _texts(content_type: str, data: bytes, reading: Reading) -> None:
    """Parts that are documents are read for what they show, though nothing of them is kept."""
    whole = multipart.split(data, content_type)
    for part in whole.parts[: imagefacts.MOST_DESCRIBED]:
        for name, value in part.headers.items():
            skeleton.name(name, reading, f"{reading.place}, the headers of a part")
            reading.screen.text(value, f"{reading.place}, the header {shown(name)} of a part")
        _field(part.headers.get("content-disposition", ""), part.view, reading)
        if dicom.has_prefix(part.view) or part.media_type.startswith(_BINARY):
            unkept.look_through(part.body, reading)
        else:
            _document(part.media_type, part.body, reading)
    for outside in _around(data, whole.boundary) if whole.parts else (data[:_MOST_WHOLE],):
        reading.screen.within(outside.decode("latin-1"), f"{reading.place}, outside of its parts")


def _field(disposition: str, held: memoryview, reading: Reading) -> None:
    """The value of a field in a form of parts (RFC 7578), when it is named for a number."""
    named = _NAME.search(disposition)
    if named and says_number(named.group(1)) and len(held) < _LONGEST_FIELD:
        value = bytes(held).decode("utf-8", "replace")
        if reading.screen.meant_as_number(value, direct=True):
            reading.screen.named(value, f"{reading.place}, a field of a form")


_NAME, _LONGEST_FIELD = re.compile(r"""(?<![\w*])name="?([^";]+)"""), 200


def _around(data: bytes, boundary: str) -> tuple[bytes, bytes]:
    """What stands before the first delimiter and behind the last is of no part."""
    delimiter = f"--{boundary}".encode("latin-1", "replace")
    return data.partition(delimiter)[0][:_MOST_AROUND], data.partition(delimiter + b"--")[2][:_MOST_AROUND]


_FIELD = re.compile(rb"[^\s<>{}\[\]\0\x80-\xff]*=")
"""How a form begins, when it is one."""
_BINARY = ("image/", "video/", imagefacts.DICOM, "application/octet-stream")
"""What is kept of a part of these kinds is decided by the facts, whatever it holds."""
_MOST_WHOLE = 1 << 20
"""Bytes of a body in parts that has none."""
_MOST_AROUND = 1 << 16
