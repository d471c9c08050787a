"""What is kept of an image answer: its envelope, and its DICOM files without pixels and with listed attributes only.

Of pictures, frames and pixels a few numbers are kept, as facts. Nothing is trusted to be faithful: what was kept is
described again, and a part whose description is not that of the answer itself is not kept; its description becomes a
fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.codecs import dicom, multipart
from conformance.codecs.dicombare import bare
from conformance.codecs.dicomelements import LayoutError
from conformance.codecs.imagefacts import DESCRIBED, MOST_DESCRIBED, describe, measure
from conformance.codecs.mediatypes import parse
from conformance.codecs.multipart import Defect
from conformance.recordings.tally import Looked

_HEADERS = frozenset(
    {"content-type", "content-length", "content-transfer-encoding", "content-location", "mime-version"}
)
"""Headers of a part whose value is kept."""
_REBUILT = frozenset({Defect.NO_CLOSE, Defect.BARE_LINE_FEEDS})
"""Defects of an envelope that the kept one can have too."""
_ALLOWED = frozenset(DESCRIBED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Masks:
    """How persons are taken out of a DICOM JSON value and of a header, and a keyed digest."""

    value: Callable[[Any], Any]
    header: Callable[[str], str]
    digest: Callable[[bytes], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One part: its headers and body as kept, and what only the raw bytes show."""

    headers: Mapping[str, str]
    body: bytes
    size: int
    pixels: Mapping[str, Any] | None = None
    picture: Mapping[str, Any] | None = None
    unkept: Mapping[str, Any] | None = None


def keep(content_type: str, data: bytes, masks: Masks) -> Looked:
    """The kept body with the facts `part_sizes` and, where there are such, `pixels`, `pictures` and `parts`; the fact
    `multipart` when the envelope could not be kept. Lists follow the parts; `parts` describes what was not kept."""
    media = parse(content_type)
    if not media.name.startswith("multipart/"):
        part = _part(media.name, {}, memoryview(data), masks)
        return Looked(body=part.body, withheld=not part.body, facts=_facts([part]))
    whole = multipart.split(data, content_type)
    parts = [_part(one.media_type, one.headers, one.view, masks) for one in whole.parts[:MOST_DESCRIBED]]
    beyond = [_Part(headers=_headers(one.headers, masks), body=b"", size=0) for one in whole.parts[MOST_DESCRIBED:]]
    raw, body = measure(content_type, data), _envelope(whole, [*parts, *beyond])
    if set(whole.defects) <= _REBUILT and _same(raw, measure(content_type, body), parts):
        return Looked(body=body, facts=_facts(parts))
    described = [_masked(one, masks) for one in raw["parts"]]
    facts = {**_facts(parts), "multipart": raw["multipart"], "parts": described}
    return Looked(body=b"", withheld=True, facts=facts)


def _part(name: str, headers: Mapping[str, str], view: memoryview, masks: Masks) -> _Part:
    seen = describe(name, headers, view)
    picture = seen.get("image", {} if name.startswith("image/") else None)
    made = _Part(headers=_headers(headers, masks), body=b"", size=len(view), picture=picture)
    if "dicom" not in seen or not view:
        return made
    described = _masked(seen, masks)
    kept, pixels = _file(bytes(view), seen["dicom"], described["dicom"], masks)
    if _without_length(describe(name, {}, memoryview(kept)).get("dicom", {})) != _without_length(described["dicom"]):
        return _Part(headers=made.headers, body=b"", size=made.size, pixels=pixels, unkept=described)
    return _Part(headers=made.headers, body=kept, size=made.size, pixels=pixels)


def _file(
    data: bytes, seen: Mapping[str, Any], described: Mapping[str, Any], masks: Masks
) -> tuple[bytes, Mapping[str, Any] | None]:
    """What is kept of a file, nothing when it can't be, and its pixels in numbers."""
    encoding, pixels = "", None
    try:
        if seen["readable"]:
            file = dicom.read(data)
            encoding = dicom.encoding_of(file.dataset)
            pixels = {"bytes": len(file.pixels), "digest": masks.digest(file.pixels) if file.pixels else ""}
        return bare(data, seen.get("dataset", {}), described.get("dataset", {}), encoding), pixels
    except (dicom.DicomError, LayoutError):
        return b"", pixels


def _masked(seen: Mapping[str, Any], masks: Masks) -> dict[str, Any]:
    """A description with persons and unlisted attributes taken out."""
    described = {**seen, "headers": _headers(seen["headers"], masks)}
    if "dataset" in seen.get("dicom", {}):
        dataset = _listed(masks.value(seen["dicom"]["dataset"]))
        described["dicom"] = {**seen["dicom"], "dataset": dataset}
    return described


def _listed(dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {tag: _items(attribute) for tag, attribute in dataset.items() if tag in _ALLOWED}


def _items(attribute: Mapping[str, Any]) -> Mapping[str, Any]:
    if attribute.get("vr") != "SQ" or "Value" not in attribute:
        return attribute
    return {**attribute, "Value": [_listed(item or {}) for item in attribute["Value"]]}


def _headers(headers: Mapping[str, str], masks: Masks) -> dict[str, str]:
    return {name: masks.header(value) if name in _HEADERS else "redacted" for name, value in headers.items()}


def _envelope(whole: multipart.Multipart, parts: list[_Part]) -> bytes:
    """The parts as kept, between the same delimiters as they came in."""
    line = b"\n" if Defect.BARE_LINE_FEEDS in whole.defects else b"\r\n"
    delimiter = b"--" + whole.boundary.encode("latin-1", "replace")
    pieces: list[bytes] = []
    for part in parts:
        headers = b"".join(
            f"{name}: {value}".encode("latin-1", "replace") + line for name, value in part.headers.items()
        )
        pieces += [delimiter, line, headers, line, part.body, line]
    if Defect.NO_CLOSE in whole.defects:
        return b"".join(pieces[:-1])
    return b"".join((*pieces, delimiter, b"--", line))


def _same(raw: Mapping[str, Any], kept: Mapping[str, Any], parts: list[_Part]) -> bool:
    """Whether the kept envelope has the shape of the raw one, and in it the parts as they were kept."""
    return bool(raw["multipart"] == kept["multipart"]) and all(
        (one["type"], one["size"], one["headers"]) == (was["type"], len(part.body), dict(part.headers))
        for was, one, part in zip(raw["parts"], kept["parts"], parts, strict=True)
    )


def _without_length(described: Mapping[str, Any]) -> dict[str, Any]:
    """A file's description without the length of its pixels, which the kept file has not."""
    pixels = described.get("pixels", {})
    return {**described, "pixels": pixels.get("expected")}


def _facts(parts: list[_Part]) -> dict[str, Any]:
    held: dict[str, list[Any]] = {
        "pixels": [part.pixels for part in parts],
        "pictures": [part.picture for part in parts],
        "parts": [part.unkept for part in parts],
    }
    facts = {name: entries for name, entries in held.items() if any(one is not None for one in entries)}
    return {"part_sizes": [part.size for part in parts], **facts}
