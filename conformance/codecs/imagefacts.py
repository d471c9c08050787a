"""What an image answer holds: for each part its type, headers, size and description; of pixels only a length.

The same function describes an answer as it came and what was kept of it (`recordings.imagebodies`): judges read the
latter. It is pure; its version goes up whenever a description changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from conformance.codecs import dicom, multipart
from conformance.codecs.dicomjson import TAGS, number, value
from conformance.codecs.images import picture
from conformance.codecs.mediatypes import parse

VERSION = 3
MOST_DESCRIBED = 2_000
"""Parts beyond this many are counted and not described."""

DICOM = "application/dicom"
OCTETS = "application/octet-stream"
MOST_KNOWN = 200
"""Descriptions of files remembered in one process, in memory only: nothing in them is redacted yet."""

_KNOWN: dict[bytes, dict[str, Any]] = {}
_LEFT_OUT = frozenset({"PixelData", "ContentSequence"})
DESCRIBED = tuple(sorted(tag for keyword, tag in TAGS.items() if keyword not in _LEFT_OUT))
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
_NATIVE = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", _BIG_ENDIAN, dicom.DEFLATED})


def measurable(content_type: str) -> bool:
    """Whether a body of this type is an image answer, of which no more is stored than its description needs."""
    name = parse(content_type).name
    return name in (DICOM, OCTETS, "multipart/related") or name.startswith("image/")


def measure(content_type: str, body: bytes) -> dict[str, Any]:
    """`parts` and, for a multipart body, `multipart`; raises nothing on the node's bytes."""
    media = parse(content_type)
    if not media.name.startswith("multipart/"):
        return {"parts": [describe(media.name, {}, memoryview(body))]}
    whole = multipart.split(body, content_type)
    return {
        "multipart": envelope(whole),
        "parts": [describe(part.media_type, part.headers, part.view) for part in whole.parts[:MOST_DESCRIBED]],
    }


def envelope(whole: multipart.Multipart) -> dict[str, Any]:
    """What a multipart body is like around its parts."""
    return {
        "type": whole.type,
        "boundary": bool(whole.boundary),
        "complete": whole.complete,
        "defects": [str(defect) for defect in whole.defects],
        "count": len(whole.parts),
    }


def describe(name: str, headers: Mapping[str, str], view: memoryview) -> dict[str, Any]:
    """One part: `type`, `headers`, `size`, and `dicom` or `image` when it is one of these."""
    described: dict[str, Any] = {"type": name, "headers": dict(headers), "size": len(view)}
    if name == DICOM or dicom.has_prefix(view):
        described["dicom"] = _known(bytes(view))
    elif (seen := picture(bytes(view))) is not None:
        described["image"] = seen
    return described


def _known(data: bytes) -> dict[str, Any]:
    """A file's description, made once: nodes give the same objects again and again."""
    digest = sha256(data).digest()
    if digest not in _KNOWN:
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[digest] = _dicom(data)
    return _KNOWN[digest]


def _dicom(data: bytes) -> dict[str, Any]:
    try:
        file = dicom.read(data)
        model = dicom.to_model(file.dataset, DESCRIBED)
    except dicom.DicomError as error:
        return {"preamble": dicom.has_prefix(data), "readable": False, "defect": str(error.defect)}
    return {
        "preamble": True,
        "readable": True,
        "transfer_syntax": file.transfer_syntax,
        "dataset": model,
        "meta": _meta_names(file) in ("", value(model, "SOPInstanceUID")),
        "pixels": {"bytes": len(file.pixels), "expected": _expected(model, file.transfer_syntax)},
    }


def _meta_names(file: dicom.DicomFile) -> str:
    """The object that the file's meta elements say is in it (PS3.10 section 7.1); empty when they do not, or can't be
    read that far."""
    try:
        return str(file.dataset.file_meta.get("MediaStorageSOPInstanceUID", "") or "").strip("\0 ")
    except Exception:  # noqa: BLE001 - hostile bytes make the reader raise anything (see codecs/dicom)
        return ""


def frames_in(seen: Mapping[str, Any], pixels: bytes) -> tuple[bytes, ...]:
    """The frames of a file that was described so, as they are given on their own; none when it is compressed, has the
    other byte order, or is too short."""
    model = seen.get("dataset", {})
    bits, count = _bits(model, seen.get("transfer_syntax", "")), number(model, "NumberOfFrames") or 1
    if not bits or bits % 8 or not 0 < count * (bits // 8) <= len(pixels) or seen["transfer_syntax"] == _BIG_ENDIAN:
        return ()
    length = bits // 8
    return tuple(pixels[at : at + length] for at in range(0, count * length, length))


def _expected(model: Mapping[str, Any], transfer_syntax: str) -> int | None:
    """How long native Pixel Data has to be (PS3.5 section 8.1.1); None when compressed or without pixels."""
    bits = _bits(model, transfer_syntax)
    if bits is None:
        return None
    length = (bits * (number(model, "NumberOfFrames") or 1) + 7) // 8
    return length + length % 2


def _bits(model: Mapping[str, Any], transfer_syntax: str) -> int | None:
    """Of how many bits one native frame is."""
    sizes = [number(model, keyword) for keyword in ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated")]
    if transfer_syntax not in _NATIVE or any(size is None for size in sizes):
        return None
    total = 1
    for size in sizes:
        total *= size or 0
    return total
