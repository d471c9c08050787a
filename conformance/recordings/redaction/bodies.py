"""Which reader a body gets: by what it is, since a faulty node may call it something else."""

from __future__ import annotations

from dataclasses import replace

from conformance.codecs import dicom, imagefacts, multipart
from conformance.recordings import imagebodies
from conformance.recordings.redaction import jsonform, plain, skeleton, xmlform
from conformance.recordings.redaction.addresses import shown
from conformance.recordings.redaction.dicomfile import look_through
from conformance.recordings.redaction.headers import header
from conformance.recordings.redaction.jsonform import JsonForm
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
    if media == _FORM:
        return plain.form(data, reading)
    return _document(media, data, reading)


def _document(media: str, data: bytes, reading: Reading) -> Looked:
    looked = _formed(media, data, reading)
    if looked.withheld or b"<!--" in data or b"<?" in data[5:]:
        # Nothing of it is kept, or not all of it was read: a stranger in it is a stranger all the same.
        reading.screen.within(data.decode("utf-8", "replace"), reading.place)
        if b"\0" in data:
            # In UTF-16 and UTF-32 a zero byte stands beside every sign of ASCII.
            reading.screen.within(data.replace(b"\0", b"").decode("utf-8", "replace"), reading.place)
    return looked


def _formed(media: str, data: bytes, reading: Reading) -> Looked:
    begin = data[:256].lstrip(b"\xef\xbb\xbf \t\r\n")
    if "json" in media or begin[:1] in (b"{", b"["):
        return jsonform.read(data, reading, fhir="fhir" in media)
    if media.endswith("xml") or begin.startswith((b"<?xml", b"<Bundle")):
        return xmlform.read(data, reading)
    return plain.read(data, reading)


def _binary(content_type: str, data: bytes, reading: Reading) -> Looked:
    """DICOM files without pixels; of what else there is the facts tell what a judgement needs."""
    masks = imagebodies.Masks(
        dataset=lambda dataset: jsonform.plain(JsonForm(reading).dataset(jsonform.numbers(dataset), reading.place)),
        header=lambda name, value: header(name, value, reading.screen, reading.addresses),
        name=lambda name: skeleton.name(name, reading, f"{reading.place}, the headers of a part"),
        digest=reading.screen.pseudonyms.digest,
    )
    _texts(content_type, data, reading)
    if not content_type.lower().lstrip().startswith("multipart/") and dicom.has_prefix(data):
        look_through(data, reading, _any_document)
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
        media = part.media_type
        if dicom.has_prefix(part.view):
            look_through(part.body, reading, _any_document)
        elif not media.startswith("image/") and media not in (imagefacts.DICOM, "application/octet-stream"):
            _document(media, part.body, reading)
    _around(data, whole.boundary, reading)


def _around(data: bytes, boundary: str, reading: Reading) -> None:
    """What stands before the first delimiter and behind the last is of no part."""
    delimiter = f"--{boundary}".encode("latin-1", "replace")
    if not boundary or delimiter not in data:
        return
    for outside in (data.partition(delimiter)[0][:_MOST_AROUND], data.rpartition(delimiter)[2][:_MOST_AROUND]):
        reading.screen.within(outside.decode("latin-1"), f"{reading.place}, outside of its parts")


def _any_document(data: bytes, reading: Reading) -> Looked:
    return _document("application/xml" if data.startswith(b"<") else "", data, reading)


_MOST_AROUND = 1 << 16
