"""Metadata, files, frames and rendered pictures."""

from __future__ import annotations

import copy
import json
import re
from base64 import b64encode
from dataclasses import replace
from typing import Any

from conformance.codecs.dicomjson import number, tag_of
from conformance.codecs.images import png
from conformance.simulators.faults import Hook
from conformance.simulators.http import Answer, Call, Handler
from conformance.synthesis.patients import patients
from tests.strangers.nodes import legal, wrong
from tests.strangers.pictures import (
    PIXELS,
    Model,
    files,
    kind,
    matches,
    named_in,
    parts,
    retrieved,
    where_it_is,
    with_parts,
)

PICTURES = ("frames", "rendered")
NOWHERE = "2.25.12345678901234567890"


@wrong("IMG-D05", at=retrieved("metadata"))
def puts_pixels_in_metadata(call: Call, answer: Answer) -> Answer:
    """The metadata of a series hold the pixels themselves."""
    models = json.loads(answer.body)
    for one in models if "/series/" in call.path and "/instances/" not in call.path else []:
        if PIXELS in one:
            one[PIXELS] = {"vr": "OW", "InlineBinary": b64encode(bytes(4096)).decode()}
    return replace(answer, body=json.dumps(models).encode())


@wrong("IMG-D06", "IMG-D07", at=Hook.IMAGES)
class KeepsMetadataByNumber:
    """The metadata of an instance are kept by study and instance number, though each series has a first one."""

    def __init__(self) -> None:
        self.kept: dict[object, Answer] = {}

    def __call__(self, call: Call, handler: Handler) -> Answer:
        answer, instance = handler(call), named_in(call)
        if kind(call) != "metadata" or instance is None or "/instances/" not in call.path or answer.status != 200:
            return answer
        return self.kept.setdefault((instance.study, number(instance.model, "InstanceNumber")), answer)


@wrong("IMG-R02", "IMG-R06", at=retrieved(""))
def cuts_the_last_file(_: Call, answer: Answer) -> Answer:
    """The last of several files ends half-way."""
    content = parts(answer)
    if len(content) > 1:
        content[-1] = (content[-1][0], content[-1][1][: len(content[-1][1]) // 2])
    return with_parts(answer, content)


@wrong("IMG-R05", "SAFE-21", at=files)
def leaves_another_in_the_key_objects(dataset: Any) -> None:
    """Key objects were made from the form that lay open: of another patient."""
    other = next(one for one in patients().values() if one.known and one.bsn != dataset.PatientID)
    if dataset.Modality == "KO":
        dataset.PatientID = other.bsn


@wrong("IMG-R13", at=files)
def points_at_what_was_deleted(dataset: Any) -> None:
    """A key object still names an instance that is no longer there."""
    if dataset.Modality == "KO":
        evidence = dataset.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
        gone = copy.deepcopy(evidence.ReferencedSOPSequence[0])
        gone.ReferencedSOPInstanceUID = NOWHERE
        evidence.ReferencedSOPSequence.append(gone)


@wrong("SAFE-22", "IMG-R17", at=Hook.IMAGES)
class GivesAgainWhatItGave:
    """What was fetched once lies in a cache by its own UID, and comes wherever it is asked."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def __call__(self, call: Call, handler: Handler) -> Answer:
        answer, instance = handler(call), named_in(call)
        if instance is None or kind(call) not in ("", *PICTURES) or "/instances/" not in call.path:
            return answer
        if answer.status == 200:
            self.given.add(instance.sop)
        return handler(where_it_is(call, instance)) if instance.sop in self.given else answer


@wrong("SAFE-28", at=matches("studies"))
def addresses_studies_by_the_number(models: list[Model], call: Call) -> list[Model]:
    """The address to fetch a study from has the patient's number in it."""
    for one in models:
        owner = one[tag_of("PatientID")]["Value"][0]
        one[tag_of("RetrieveURL")]["Value"] = [f"{call.base}/patients/{owner}/studies/{one['0020000D']['Value'][0]}"]
    return models


@wrong("IMG-F02", at=retrieved("frames"))
def does_not_close_its_frames(_: Call, answer: Answer) -> Answer:
    """The last line of the multipart is missing."""
    return replace(answer, body=re.sub(rb"--\r?\n?\Z", b"", answer.body))


@wrong("IMG-F03", at=Hook.IMAGES)
def stops_at_the_last_frame(call: Call, handler: Handler) -> Answer:
    """A frame beyond the last one is the last one."""
    instance, asked = named_in(call), re.search(r"frames/([\d,]+)\Z", call.path)
    if instance is None or not instance.frames or asked is None:
        return handler(call)
    there = (str(min(int(one), len(instance.frames))) for one in asked[1].split(","))
    return handler(replace(call, path=f"{call.path[: asked.start()]}frames/{','.join(there)}"))


@wrong("IMG-P01", at=retrieved("rendered"))
def renders_in_four_to_three(_: Call, answer: Answer) -> Answer:
    """Every picture has the shape of a screen of old."""
    return replace(answer, body=png(64, 48, 1, b"\x40" * 64 * 48))


@wrong("IMG-P03", at=Hook.IMAGES)
def shows_that_there_is_nothing(call: Call, handler: Handler) -> Answer:
    """What has no picture, or is not there, is rendered as an empty one."""
    answer = handler(call)
    if kind(call) != "rendered" or answer.status != 404:
        return answer
    return Answer(200, (("Content-Type", "image/png"),), png(16, 16, 1, bytes(256)))


@legal("RFC 2046 section 5.1.1: any boundary, and words around the parts", at=retrieved("", "frames"))
def closes_with_an_odd_boundary(_: Call, answer: Answer) -> Answer:
    """A boundary of odd characters, in quotes, and a sentence before the first part."""
    changed = with_parts(answer, parts(answer), "=_odd'boundary (1):x?/9")
    return replace(changed, body=b"This is in several parts.\r\n" + changed.body) if changed != answer else answer


@legal("PS3.18 section 10.4: nothing is said of the order of the parts", at=retrieved(""))
def gives_the_last_file_first(_: Call, answer: Answer) -> Answer:
    """Files come in the reverse order."""
    return with_parts(answer, parts(answer)[::-1])


@legal("IMG-P01: a picture with the proportions of the original, of any size", at=retrieved("rendered"))
def renders_small_and_in_colour(_: Call, answer: Answer) -> Answer:
    """A picture of half the size, in colour."""
    return replace(answer, body=png(128, 128, 3, b"\x30\x60\x90" * 128 * 128))
