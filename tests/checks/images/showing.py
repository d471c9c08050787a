"""Cases on what is seen in frames, pictures and files: the synthetic studies, kept as a run keeps them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from conformance.codecs.images import png
from conformance.codecs.multipart import join
from conformance.model.exchange import Exchange
from conformance.recordings.redaction import Redactor
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Instance, studies
from tests.checks.images.answers import DESCRIBED, FAIL, PASS, UNDECIDED, bent, case
from tests.checks.making import exchange, response

KNOWN = {role: one for role, one in patients().items() if one.known}
REDACTOR = Redactor({one.bsn: role for role, one in KNOWN.items()}, bytes(32))
HELD = {study.key: study.instances for study in studies(KNOWN)}
CLIP, THEIRS = HELD["us-anna"][0], HELD["us-bram"][0]
SLICE = HELD["ct-anna"][0]


def kept(one: Instance, tail: str, content_type: str, body: bytes, **given: Any) -> Exchange:
    """The answer to a request for an instance, or something of it, as it is kept."""
    url = f"https://node.example/dicom/studies/{one.study}/series/{one.series}/instances/{one.sop}{tail}"
    answered = response(200, body, content_type=content_type)
    return REDACTOR.redact(exchange("dicomweb.made", answered, given={"patient": "anna", **given}, url=url))


def frames(one: Instance, numbers: str, *parts: bytes) -> Exchange:
    """Frames that came when these were asked for."""
    body = join([({"Content-Type": "application/octet-stream"}, part) for part in parts], "cut")
    kind = 'multipart/related; type="application/octet-stream"; boundary=cut'
    return kept(one, f"/frames/{numbers}", kind, body, frames=numbers)


def file(one: Instance, data: bytes) -> Exchange:
    """A file that came when this instance was asked for."""
    body = join([({"Content-Type": "application/dicom"}, data)], "cut")
    return kept(one, "", 'multipart/related; type="application/dicom"; boundary=cut', body)


def drawn(one: Instance, data: bytes, number: str = "") -> Exchange:
    """A picture that came when this instance, or a frame of it, was asked for."""
    return kept(one, f"/frames/{number}/rendered" if number else "/rendered", "image/png", data, frames=number)


def described(one: Instance) -> Exchange:
    """The description of an instance."""
    sizes = {"00280010": {"vr": "US", "Value": [64]}, "00280011": {"vr": "US", "Value": [64]}}
    named = {"00080018": {"vr": "UI", "Value": [one.sop]}}
    body = json.dumps([{**named, **sizes}])
    return exchange("dicomweb.metadata", response(200, body, content_type="application/dicom+json"))


def icon(entry: dict[str, Any]) -> None:
    """Puts pixels into a sequence within the description."""
    item = {"7FE00010": {"vr": "OW", "InlineBinary": "AAAA"}}
    entry["datasets"][0]["00880200"] = {"vr": "SQ", "Value": [{}, item]}


OURS = file(CLIP, CLIP.file)
BLACK = png(64, 64, 1, bytes(4096))
HALF = png(64, 64, 1, CLIP.frames[0][:2048] + bytes(2048))
MIRRORED = png(64, 64, 1, b"".join(CLIP.frames[0][at : at + 64][::-1] for at in range(0, 4096, 64)))
STRIPES = png(64, 64, 1, bytes(at % 251 for at in range(4096)))
STRAY = file(CLIP, SLICE.file)
THEIR_PIXELS = b"".join((THEIRS.frames * len(CLIP.frames))[: len(CLIP.frames)])
OTHER = file(CLIP, CLIP.file.replace(b"".join(CLIP.frames), THEIR_PIXELS))
BOTH = replace(OURS, given={**OURS.given, "besides": "bram"}, facts={**OURS.facts, "told_of": ["anna"]})
FIRST, SECOND, *_ = (png(64, 64, 1, frame) for frame in CLIP.frames)
THEIR_PICTURE = png(64, 64, 1, THEIRS.frames[0])
MISNAMED = SLICE.file.replace(SLICE.sop.encode(), SLICE.sop[:-1].encode() + b"\0", 1)
SHOWING = [
    case("frames-as-in-file", PASS, "one", exchange=frames(CLIP, "2", CLIP.frames[1]), file=OURS),
    case("frames-as-in-file", PASS, "two", exchange=frames(CLIP, "3,1", CLIP.frames[2], CLIP.frames[0]), file=OURS),
    case("frames-as-in-file", PASS, "any order", exchange=frames(CLIP, "3,1", *CLIP.frames[0:3:2]), file=OURS),
    case("frames-as-in-file", FAIL, "the first", exchange=frames(CLIP, "2", CLIP.frames[0]), file=OURS),
    case("frames-as-in-file", FAIL, "one twice", exchange=frames(CLIP, "1,2", *CLIP.frames[:1] * 2), file=OURS),
    case("frames-as-in-file", FAIL, "black", exchange=frames(CLIP, "2", bytes(4096)), file=OURS),
    case("frames-as-in-file", FAIL, "another's", exchange=frames(CLIP, "2", THEIRS.frames[1]), file=OURS),
    case("frames-as-in-file", FAIL, "another file", exchange=frames(CLIP, "2", CLIP.frames[1]), file=OTHER),
    case("frames-as-in-file", UNDECIDED, "no such frame", exchange=frames(CLIP, "9", CLIP.frames[0]), file=OURS),
    case("frames-as-in-file", UNDECIDED, "not the file", exchange=frames(CLIP, "1", CLIP.frames[0]), file=STRAY),
    case("picture-given", PASS, "ours", exchange=drawn(CLIP, FIRST), description=described(CLIP)),
    case("picture-given", PASS, "any of a clip", exchange=drawn(CLIP, SECOND), description=described(CLIP)),
    case("picture-given", PASS, "the second", exchange=drawn(CLIP, SECOND, "2"), description=described(CLIP)),
    case("picture-given", FAIL, "not the second", exchange=drawn(CLIP, FIRST, "2"), description=described(CLIP)),
    case("picture-given", FAIL, "cut", exchange=drawn(CLIP, FIRST[:400]), description=described(CLIP)),
    case("picture-given", FAIL, "another's", exchange=drawn(THEIRS, FIRST), description=described(THEIRS)),
    case("picture-given", FAIL, "black", exchange=drawn(CLIP, BLACK), description=described(CLIP)),
    case("picture-given", FAIL, "half of it", exchange=drawn(CLIP, HALF), description=described(CLIP)),
    case("picture-given", FAIL, "mirrored", exchange=drawn(CLIP, MIRRORED), description=described(CLIP)),
    case("picture-given", PASS, "something else", exchange=drawn(CLIP, STRIPES), description=described(CLIP)),
    case("parts-are-dicom", PASS, "names itself", exchange=file(SLICE, SLICE.file)),
    case("parts-are-dicom", FAIL, "names another", exchange=file(SLICE, MISNAMED)),
    case("pixels-by-address", FAIL, "an icon", exchange=bent("describe-study/described", icon)),
    case("tells-of-nobody-else", PASS, "our pixels", exchange=OURS, control=DESCRIBED),
    case("tells-of-nobody-else", PASS, "our picture", exchange=drawn(CLIP, FIRST), control=DESCRIBED),
    case("tells-of-nobody-else", FAIL, "their pixels", exchange=OTHER, control=DESCRIBED),
    case("tells-of-nobody-else", FAIL, "their frame", exchange=frames(CLIP, "1", THEIRS.frames[0]), control=DESCRIBED),
    case("tells-of-nobody-else", FAIL, "their picture", exchange=drawn(CLIP, THEIR_PICTURE), control=DESCRIBED),
    case("tells-of-nobody-else", FAIL, "ours where two are named", exchange=BOTH, control=DESCRIBED),
]
