"""What is kept of an image answer: its envelope, and its DICOM files without pixels and with listed attributes only.

Of pictures, frames and pixels a few numbers are kept, as facts. Nothing is trusted to be faithful: what was kept is
described again, and a part whose description is not that of the answer itself is not kept; its description becomes a
fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.codecs import dicom, multipart
from conformance.codecs.dicombare import bare
from conformance.codecs.dicomelements import LayoutError
from conformance.codecs.imagefacts import DESCRIBED, MOST_DESCRIBED, OCTETS, describe, envelope, frames_in, measure
from conformance.codecs.mediatypes import parse
from conformance.codecs.multipart import Defect
from conformance.recordings.loaded import unlike_file
from conformance.recordings.pictured import Shown, broken_off, drawn_from, held_in, loaded_as, turned
from conformance.recordings.tally import Looked

_REBUILT = frozenset({Defect.NO_CLOSE, Defect.BARE_LINE_FEEDS})
"""Defects of an envelope that the kept one can have too."""
_UID = re.compile(r"[0-9.]*")
_ALLOWED = frozenset(DESCRIBED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Masks:
    """How persons are taken out of a data set (DICOM JSON Model) of a header and of its name, and a keyed digest."""

    dataset: Callable[[Any], Any]
    header: Callable[[str, str], str]
    name: Callable[[str], str]
    digest: Callable[[bytes], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One part: its headers and body as kept, and what only the raw bytes show."""

    type: str
    headers: Mapping[str, str]
    body: bytes
    size: int
    pixels: Mapping[str, Any] | None = None
    picture: Mapping[str, Any] | None = None
    frame: str | None = None
    shown: Mapping[str, Any] | None = None
    unlike: list[str] | None = None
    unkept: Mapping[str, Any] | None = None


def keep(content_type: str, data: bytes, masks: Masks) -> Looked:
    """The kept body with its facts: `part_sizes` and, where there are such, `pixels`, `pictures`, `frames` and `parts`.

    `multipart` is one when the envelope could not be kept. Lists follow the parts; `parts` describes what was not kept.
    """
    shown = masks.header("content-type", content_type)
    if not parse(content_type).name.startswith("multipart/"):
        part = _part(shown, {}, memoryview(data), masks)
        return Looked(body=part.body, withheld=not part.body, facts=_facts([part]))
    whole = multipart.split(data, content_type)
    headers = [
        {masks.name(name): masks.header(name, value) for name, value in one.headers.items()} for one in whole.parts
    ]
    parts = [
        _part(held.get("content-type", "text/plain"), held, one.view, masks)
        for held, one in zip(headers[:MOST_DESCRIBED], whole.parts, strict=False)
    ]
    beyond = [_Part(type="", headers=held, body=b"", size=0) for held in headers[MOST_DESCRIBED:]]
    # Judges take it apart by the header as it was kept, so its delimiters are those.
    body = _envelope(whole, parse(shown).parameters, [*parts, *beyond])
    if set(whole.defects) <= _REBUILT and _same(whole, multipart.split(body, shown), parts):
        return Looked(body=body, facts=_facts(parts))
    raw = measure(content_type, data)
    about = {**raw["multipart"], "type": parse(shown).parameters.get("type", "").lower()}
    described = [_masked(one, part.type, part.headers, masks) for one, part in zip(raw["parts"], parts, strict=True)]
    return Looked(body=b"", withheld=True, facts={**_facts(parts), "multipart": about, "parts": described})


def _part(content_type: str, headers: Mapping[str, str], view: memoryview, masks: Masks) -> _Part:
    name = parse(content_type).name
    seen = describe(name, headers, view)
    picture = seen.get("image", {} if name.startswith("image/") else None)
    if picture is not None and (drawn := drawn_from(bytes(view))) is not None:
        picture = {**picture, "shows": _named(drawn)}
    if picture is not None and broken_off(bytes(view)):
        picture = {**picture, "broken_off": True}
    if picture is not None and turned(bytes(view)):
        picture = {**picture, "turned": True}
    made = _Part(type=name, headers=headers, body=b"", size=len(view), picture=picture)
    if name == OCTETS and view:
        frame = bytes(view)
        made = replace(made, frame=masks.digest(frame), shown=_named(loaded_as(frame)) or {})
    if "dicom" not in seen or not view:
        return made
    unlike = unlike_file(bytes(view))
    made = replace(made, unlike=None if unlike is None else list(unlike))
    described = _masked(seen, name, headers, masks)
    kept, pixels = _file(bytes(view), seen["dicom"], described["dicom"], masks)
    if _without_length(describe(name, {}, memoryview(kept)).get("dicom", {})) != _without_length(described["dicom"]):
        return replace(made, pixels=pixels, unkept=described)
    return replace(made, body=kept, pixels=pixels)


def _file(
    data: bytes, seen: Mapping[str, Any], described: Mapping[str, Any], masks: Masks
) -> tuple[bytes, Mapping[str, Any] | None]:
    """What is kept of a file, nothing when it can't be, and its pixels in numbers."""
    encoding, pixels = "", None
    try:
        if seen["readable"]:
            file = dicom.read(data)
            encoding = dicom.encoding_of(file.dataset)
            pixels = _numbers(file, seen, masks)
        return bare(data, seen.get("dataset", {}), described.get("dataset", {}), encoding), pixels
    except (dicom.DicomError, LayoutError):
        return b"", pixels


def _numbers(file: dicom.DicomFile, seen: Mapping[str, Any], masks: Masks) -> dict[str, Any]:
    """How long pixels are, by what they and each of their frames are known again, and which loaded ones they are."""
    pixels = file.pixels
    frames = [masks.digest(frame) for frame in frames_in(seen, pixels)]
    numbers = {"bytes": len(pixels), "digest": masks.digest(pixels) if pixels else "", "frames": frames}
    held = held_in(file) if pixels else None
    return numbers if held is None else {**numbers, "shows": [_named(one) for one in held]}


def _named(shown: Shown | None) -> dict[str, Any] | None:
    return None if shown is None else {"sop": shown.sop, "frame": shown.frame}


def _masked(seen: Mapping[str, Any], name: str, headers: Mapping[str, str], masks: Masks) -> dict[str, Any]:
    """A description with persons and unlisted attributes taken out."""
    described = {**seen, "type": name, "headers": dict(headers)}
    if "dataset" in seen.get("dicom", {}):
        syntax = seen["dicom"]["transfer_syntax"]
        described["dicom"] = {
            **seen["dicom"],
            "transfer_syntax": syntax if _UID.fullmatch(syntax) else "no UID",
            "dataset": _listed(masks.dataset(seen["dicom"]["dataset"])),
        }
    return described


def _listed(dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {tag: _items(attribute) for tag, attribute in dataset.items() if tag in _ALLOWED}


def _items(attribute: Mapping[str, Any]) -> Mapping[str, Any]:
    if attribute.get("vr") != "SQ" or "Value" not in attribute:
        return attribute
    return {**attribute, "Value": [_listed(item or {}) for item in attribute["Value"]]}


def _envelope(whole: multipart.Multipart, parameters: Mapping[str, str], parts: list[_Part]) -> bytes:
    """The parts as kept, between delimiters that break off or are sloppy as those that came."""
    line = b"\n" if Defect.BARE_LINE_FEEDS in whole.defects else b"\r\n"
    delimiter = b"--" + parameters.get("boundary", "").encode("latin-1", "replace")
    pieces: list[bytes] = []
    for part in parts:
        headers = [f"{name}: {value}".encode("latin-1", "replace") + line for name, value in part.headers.items()]
        pieces += [delimiter, line, *headers, line, part.body, line]
    if Defect.NO_CLOSE in whole.defects:
        return b"".join(pieces[:-1])
    return b"".join((*pieces, delimiter, b"--", line))


def _same(raw: multipart.Multipart, kept: multipart.Multipart, parts: list[_Part]) -> bool:
    """Whether the kept envelope has the shape of the raw one, and in it the parts as they were kept."""
    return envelope(raw) == envelope(kept) and all(
        (one.media_type, one.body, one.headers) == (was.media_type, part.body, part.headers)
        for was, one, part in zip(raw.parts, kept.parts, parts, strict=False)
    )


def _without_length(described: Mapping[str, Any]) -> dict[str, Any]:
    """A file's description without the length of its pixels, which the kept file has not."""
    pixels = described.get("pixels", {})
    return {**described, "pixels": pixels.get("expected")}


def _facts(parts: list[_Part]) -> dict[str, Any]:
    held: dict[str, list[Any]] = {
        "pixels": [part.pixels for part in parts],
        "pictures": [part.picture for part in parts],
        "frames": [part.frame for part in parts],
        "frames_shown": [part.shown for part in parts],
        "unlike": [part.unlike for part in parts],
        "parts": [part.unkept for part in parts],
    }
    facts = {name: entries for name, entries in held.items() if any(one is not None for one in entries)}
    return {"part_sizes": [part.size for part in parts], **facts}
