"""Image gateways, and nodes that ask them, that are odd and right."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import replace

from conformance.codecs.dicomjson import TAGS, tag_of
from conformance.codecs.multipart import join
from conformance.simulators.faults import Hook
from conformance.simulators.hello import Hello
from conformance.simulators.http import Answer, Call, Handler
from conformance.simulators.imageclient import Ask
from tests.strangers.nodes import legal
from tests.strangers.pictures import (
    Model,
    instead,
    key,
    keys,
    kind,
    matches,
    parts,
    retrieved,
    searched,
    with_key,
)

ANY = ("studies", "series", "instances")
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1x"
    "eXBkeFxlZ2P/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AU//Z"
)
"""A grey square of eight by eight."""


@legal("PS3.18 section F.2.2: the order of members in an object means nothing", at=Hook.IMAGES)
def writes_its_attributes_backwards(call: Call, handler: Handler) -> Answer:
    """Attributes come in the reverse order, and their VR behind their values."""
    answer = handler(call)
    if not answer.header("content-type").startswith("application/dicom+json"):
        return answer
    models = [
        {tag: dict(reversed(held.items())) for tag, held in reversed(one.items())} for one in json.loads(answer.body)
    ]
    return replace(answer, body=json.dumps(models, indent=1).encode())


@legal(
    "PS3.18 section 10.6.3.3: other attributes may come along, private ones too (PS3.5 section 7.8)", at=matches(*ANY)
)
def tells_of_its_archive(models: list[Model], _: Call) -> list[Model]:
    """Each match says where it lies, in private attributes and in standard ones that nobody asked for."""
    for one in models:
        one["00080054"] = {"vr": "AE", "Value": ["ARCHIVE"]}
        one["00080056"] = {"vr": "CS", "Value": ["ONLINE"]}
        one["00090010"] = {"vr": "LO", "Value": ["EXAMPLE 1.0"]}
        one["00091001"] = {"vr": "UN", "InlineBinary": "AAEC"}
        one["00091002"] = {"vr": "SQ", "Value": [{}, {"00080060": {"vr": "CS"}}]}
    return models


@legal("PS3.18 section 10.6.3.3: a RetrieveURL where the objects can be retrieved", at=matches(*ANY))
def says_no_address(models: list[Model], _: Call) -> list[Model]:
    """A match does not say where it can be fetched: everybody knows how to make the address."""
    for one in models:
        one.pop(TAGS["RetrieveURL"], None)
    return models


@legal("RFC 9110 section 8.3.1: a media type may have parameters that a recipient does not know", at=Hook.IMAGES)
def names_its_character_set(call: Call, handler: Handler) -> Answer:
    """DICOM JSON is said to be in UTF-8, with a space before it and in capitals."""
    answer = handler(call)
    if not answer.header("content-type").startswith("application/dicom+json"):
        return answer
    return answer.with_header("Content-Type", "Application/DICOM+JSON ; Charset=UTF-8")


@legal("PS3.18 section 8.3.4.2: fuzzy matching that is not supported is told in a warning", at=Hook.IMAGES)
def warns_at_every_search(call: Call, handler: Handler) -> Answer:
    """Every search comes with warnings, an entity tag and what caches want to know."""
    answer = handler(call)
    if not searched(call):
        return answer
    words = "The fuzzymatching parameter is not supported. Only literal matching has been performed."
    extra = (
        ("Warning", f'299 archive "{words}"'),
        ("ETag", 'W/"1f"'),
        ("Vary", "Accept"),
        ("Cache-Control", "no-store"),
    )
    return replace(answer, headers=(*answer.headers, *extra))


@legal("RFC 2387 section 3.1: parameters of multipart/related in any order, start and start-info too", at=retrieved(""))
def begins_with_the_boundary(_: Call, answer: Answer) -> Answer:
    """The boundary stands first, the names are in capitals, and every part says its place, number and length."""
    if not answer.header("content-type").startswith("multipart/"):
        return answer
    made = [
        (
            {
                **head,
                "Content-Location": f"/dicomweb/objects/{at}",
                "Content-ID": f"<{at}@archive>",
                "MIME-Version": "1.0",
            },
            body,
        )
        for at, (head, body) in enumerate(parts(answer))
    ]
    named = 'Multipart/Related; BOUNDARY="simple boundary"; Start="<0@archive>"; TYPE="application/dicom"'
    body = join(made, "simple boundary") + b"And so it ends.\r\n"
    return replace(answer, body=body).with_header("Content-Type", named)


@legal("IMG-P01: a PNG or JPEG; PS3.18 table 8.7.4-1: image/jpeg is the default", at=Hook.IMAGES)
def renders_as_jpeg_where_it_may(call: Call, handler: Handler) -> Answer:
    """Whoever takes a JPEG too gets one, and a small one."""
    answer = handler(call)
    if kind(call) != "rendered" or answer.status != 200 or "jpeg" not in call.header("accept"):
        return answer
    return Answer(200, (("Content-Type", "image/jpeg"),), JPEG)


@legal("PS3.18 section F.2.6: bulk data may be given by address, or left out of metadata", at=retrieved("metadata"))
def leaves_pixels_out(_: Call, answer: Answer) -> Answer:
    """Metadata say nothing of the pixels, and the last instance comes first."""
    models = [{tag: held for tag, held in one.items() if tag != "7FE00010"} for one in json.loads(answer.body)]
    return replace(answer, body=json.dumps(models[::-1]).encode())


@legal("PS3.18 section 10.6.1: a key of a level above the resources searched need not be supported", at=Hook.IMAGES)
def ignores_what_the_path_says_already(call: Call, handler: Handler) -> Answer:
    """Below a study a key that names a study is passed over: the path said which."""
    below = searched(call) in ("series", "instances") and call.path.startswith("/studies/")
    changed = with_key(call, "StudyInstanceUID", None) if below else call
    return handler(with_key(changed, "SeriesInstanceUID", None) if "/series/" in call.path and below else changed)


@legal("PS3.18 section 10.6.3.3.2: with all come the attributes of the level itself", at=keys("series", "instances"))
def adds_nothing_of_the_study(call: Call) -> Call:
    """Below the studies includefield=all adds nothing: of series and instances everything is told already."""
    return replace(call, query=tuple(pair for pair in call.query if pair != ("includefield", "all")))


@legal("PS3.18 section 8.5: a request that contradicts itself is a bad one", at=Hook.IMAGES)
def refuses_contradictions(call: Call, handler: Handler) -> Answer:
    """A key that names another study or series than the path is refused, with a sentence."""
    named = (key(call, "StudyInstanceUID"), key(call, "SeriesInstanceUID") if "/series/" in call.path else "")
    if (
        searched(call) in ("series", "instances")
        and "/studies/" in call.path
        and any(one and one not in call.path for one in named)
    ):
        return Answer(400, (("Content-Type", "text/plain"),), b"The key contradicts the path.\n")
    return handler(call)


@legal("SAFE-29: frames in any order, each with a Content-Location that says which it is", at=retrieved("frames"))
def names_each_frame(call: Call, answer: Answer) -> Answer:
    """Frames come in the order in which they lie, each under its address."""
    asked = re.search(r"frames/([\d,]+)\Z", call.path)
    if asked is None or not answer.header("content-type").startswith("multipart/"):
        return answer
    base, numbers = call.base + call.path[: asked.start(1)], [int(one) for one in asked[1].split(",")]
    named = sorted(zip(numbers, parts(answer), strict=True), key=lambda one: one[0])
    made = [({**head, "Content-Location": f"{base}{number}"}, body) for number, (head, body) in named]
    boundary = re.search(r"boundary=\"?([^\";]+)", answer.header("content-type"))
    return replace(answer, body=join(made, boundary[1] if boundary else ""))


@legal("PS3.18 section F.2.2: a person's name in more than one group of characters", at=matches("studies"))
def writes_names_in_two_scripts(models: list[Model], _: Call) -> list[Model]:
    """Names are told in ideograms too, and a referring physician has no name."""
    for one in models:
        one[tag_of("PatientName")]["Value"][0]["Ideographic"] = "\u6a23\u672c"
        one[tag_of("ReferringPhysicianName")] = {"vr": "PN"}
    return models


@legal("RFC 8446 section 6: who can't agree may just close the connection", at=Hook.HELLO)
def hangs_up_on_old_versions(hello: Hello) -> bytes | None:
    """A client of an old version finds the line dead."""
    return b"" if max(hello.versions) < 0x0304 else None


@legal("RFC 6265: a cookie that says nothing of the patient", at=instead(""))
def carries_a_session(ask: Ask) -> Ask:
    """Every request has a cookie, a client's name and a number of its own."""
    opaque = {"Cookie": "session=zW3kQm1f0aY", "X-Request-Id": "9f1c2d3e", "User-Agent": "viewer/1"}
    return replace(ask, headers={**ask.headers, **opaque})
