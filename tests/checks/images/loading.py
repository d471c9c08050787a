"""Cases on what came beside what was loaded: the synthetic studies, some bent, kept as a run keeps them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import RLELossless

from conformance.codecs.dicomjson import Dataset as Model
from conformance.codecs.dicomjson import attribute, tag_of
from conformance.model.exchange import Exchange
from conformance.synthesis.studies import Instance
from tests.checks.images.answers import FAIL, PASS, SILENCE, UNDECIDED, case
from tests.checks.images.showing import CLIP, HELD, REDACTOR, SLICE, THEIRS, file, frames
from tests.checks.making import exchange, response

SUITE, OWN = {"data": "suite"}, {"data": "own"}
WORDS = SUITE | {"attributes": ["StudyDate", "StudyDescription", "PatientName", "RescaleIntercept", "ContentSequence"]}
STUDIES = SUITE | {"studies": {"one": {"uid": SLICE.study, "series": [{"instances": 2}, {"about": 2}]}}}
REPORT = next(one for one in HELD["ct-anna"] if one.modality == "SR")
BASE = f"https://node.example/dicom/studies/{SLICE.study}"


def told(*models: Model, tail: str = "/metadata") -> Exchange:
    """Data sets that came when a study was asked for."""
    operation = "dicomweb.metadata" if tail == "/metadata" else f"dicomweb.search-{tail[1:]}"
    answered = response(200, json.dumps(models), content_type="application/dicom+json")
    return REDACTOR.redact(exchange(operation, answered, given={"patient": "anna"}, url=BASE + tail))


def saying(one: Instance, **values: Any) -> dict[str, Any]:
    """The description of an instance with other values of some attributes; None leaves one out."""
    model = copy.deepcopy(dict(one.model))
    for name, held in values.items():
        if held is None:
            del model[tag_of(name)]
        else:
            model |= attribute(name, held)
    return model


def bent(one: Instance, change: Callable[[Dataset], object]) -> bytes:
    """The file of an instance after a change."""
    dataset, written = dcmread(BytesIO(one.file)), BytesIO()
    change(dataset)
    dcmwrite(written, dataset, enforce_file_format=True)
    return written.getvalue()


def repainted(content: bytes, **also: str) -> bytes:
    """The file of the slice with other pixels."""

    def change(dataset: Dataset) -> None:
        dataset.PixelData = content
        for name, held in also.items():
            setattr(dataset, name, held)

    return bent(SLICE, change)


def _dark(content: bytes) -> bytes:
    values = (4095 - int.from_bytes(content[at : at + 2], "little") for at in range(0, len(content), 2))
    return b"".join(value.to_bytes(2, "little") for value in values)


def _report(text: str) -> Exchange:
    return file(REPORT, bent(REPORT, lambda one: setattr(one.ContentSequence[0], "TextValue", text)))


def _by_its_own_word(dataset: Dataset) -> None:
    before, change = Dataset(), Dataset()
    before.PatientName, dataset.PatientName = dataset.PatientName, "Ander^Persoon"
    change.ModifiedAttributesSequence = [before]
    dataset.OriginalAttributesSequence = [change]


def entries(*uids: str, name: str = "SeriesInstanceUID", of: str = SLICE.study) -> tuple[Model, ...]:
    """What a search below the study finds: these series, or these objects of one of them."""
    place = attribute("StudyInstanceUID", of)
    return tuple({**place, **attribute(name, uid)} for uid in uids)


MARKED = bent(SLICE, lambda one: setattr(one, "PhotometricInterpretation", "MONOCHROME1"))
PACKED = bent(SLICE, lambda one: one.compress(RLELossless, generate_instance_uid=False))
DARK = _dark(SLICE.frames[0])
JPEG = "1.2.840.10008.1.2.4.50"
DESCRIBED = told(dict(CLIP.model))
STRANGE = saying(CLIP, SOPInstanceUID=CLIP.sop)
UNKNOWN = {**STRANGE, **attribute("SOPInstanceUID", "2.25.77")}
KEPT_DARK = {**STRANGE, "00280004": {"vr": "CS", "Value": ["MONOCHROME1"]}}
TURNED = b"".join(CLIP.frames[::-1])
MISNAMED = bent(SLICE, lambda one: setattr(one, "SOPInstanceUID", "2.25.77"))
S, R = SLICE.series, REPORT.series


def _lossy(dataset: Dataset) -> None:
    dataset.PixelData, dataset.LossyImageCompression = bytes(len(dataset.PixelData)), "01"


def words(verdict: Any, about: str, came: Exchange, control: Exchange | None = None) -> Any:
    """One case on the words of what came."""
    return case("as-loaded", verdict, about, WORDS, exchange=came, control=control or came)


def whole(verdict: Any, about: str, came: Exchange) -> Any:
    """One case on whether all that was loaded was found."""
    return case("holds-all-loaded", verdict, about, STUDIES, exchange=came)


def painted(verdict: Any, about: str, came: Exchange) -> Any:
    """One case on the pixels of a file."""
    return case("pixels-as-loaded", verdict, about, SUITE, exchange=came)


def shown(verdict: Any, about: str, came: Exchange, description: Exchange = DESCRIBED) -> Any:
    """One case on frames."""
    return case("frames-as-loaded", verdict, about, SUITE, exchange=came, description=description)


LOADING = [
    words(PASS, "a description", told(dict(SLICE.model))),
    words(PASS, "another character set", told(saying(SLICE, SpecificCharacterSet="ISO_IR 100"))),
    words(PASS, "more than asked", told({**SLICE.model, "00090010": {"vr": "LO", "Value": ["ARCHIVE"]}})),
    words(PASS, "a time with fractions", told(saying(SLICE, StudyTime="101500.000000"))),
    words(PASS, "a padded name", told(saying(SLICE, PatientName="Voorbeeld^Anna^^^ "))),
    words(PASS, "what nobody minds", told(saying(SLICE, ReferringPhysicianName="Ander"))),
    words(FAIL, "another day", told(saying(SLICE, StudyDate="20260311"))),
    words(FAIL, "another name", told(saying(SLICE, PatientName="VOORBEELD^ANNA"))),
    words(FAIL, "no description", told(saying(SLICE, StudyDescription=None))),
    words(PASS, "no description found", told(saying(SLICE, StudyDescription=None), tail="/instances")),
    words(FAIL, "half a description found", told(saying(SLICE, StudyDescription="CT th"), tail="/instances")),
    words(
        FAIL, "a series of another day", told({**entries(S)[0], **attribute("StudyDate", "20260311")}, tail="/series")
    ),
    words(UNDECIDED, "never loaded", told(saying(SLICE, SOPInstanceUID="2.25.77"))),
    words(PASS, "nothing", told(tail="/instances"), told(dict(SLICE.model))),
    words(UNDECIDED, "nothing anywhere", told(tail="/instances"), SILENCE),
    words(UNDECIDED, "silence", SILENCE),
    words(PASS, "a file", file(SLICE, SLICE.file)),
    words(PASS, "a report", file(REPORT, REPORT.file)),
    words(FAIL, "another report", _report("Geen bijzonderheden.")),
    words(FAIL, "an empty report", file(REPORT, bent(REPORT, lambda one: setattr(one, "ContentSequence", [])))),
    words(FAIL, "no intercept", file(SLICE, bent(SLICE, lambda one: setattr(one, "RescaleIntercept", 0)))),
    words(
        PASS,
        "a number written otherwise",
        file(SLICE, bent(SLICE, lambda one: setattr(one, "RescaleIntercept", "-1024.0"))),
    ),
    words(PASS, "changed by its own word", file(SLICE, bent(SLICE, _by_its_own_word))),
    whole(PASS, "both series", told(*entries(S, R), tail="/series")),
    whole(FAIL, "one series", told(*entries(S), tail="/series")),
    whole(FAIL, "one twice", told(*entries(S, R, R), tail="/series")),
    whole(FAIL, "an unknown one for one of ours", told(*entries(S, "2.25.77"), tail="/series")),
    whole(FAIL, "none", told(tail="/series")),
    whole(UNDECIDED, "one more", told(*entries(S, R, "2.25.77"), tail="/series")),
    whole(FAIL, "fewer objects", told(*entries(SLICE.sop, name="SOPInstanceUID"), tail="/instances")),
    whole(UNDECIDED, "another study", replace(told(tail="/series"), request=SILENCE.request)),
    whole(UNDECIDED, "silence", SILENCE),
    painted(PASS, "a slice", file(SLICE, SLICE.file)),
    painted(PASS, "a clip", file(CLIP, CLIP.file)),
    painted(PASS, "packed without loss", file(SLICE, PACKED)),
    painted(
        PASS, "white for black, and it says so", file(SLICE, repainted(DARK, PhotometricInterpretation="MONOCHROME1"))
    ),
    painted(PASS, "a report", file(REPORT, REPORT.file)),
    painted(FAIL, "white for black", file(SLICE, repainted(DARK))),
    painted(FAIL, "said to be white for black", file(SLICE, MARKED)),
    painted(FAIL, "black", file(SLICE, repainted(bytes(len(SLICE.frames[0]))))),
    painted(FAIL, "the next slice", file(SLICE, repainted(HELD["ct-anna"][1].frames[0]))),
    painted(FAIL, "turned around", file(CLIP, bent(CLIP, lambda one: setattr(one, "PixelData", TURNED)))),
    painted(UNDECIDED, "with loss, and it says so", file(SLICE, bent(SLICE, _lossy))),
    painted(UNDECIDED, "never loaded", file(SLICE, MISNAMED)),
    painted(UNDECIDED, "silence", SILENCE),
    shown(PASS, "one", frames(CLIP, "2", CLIP.frames[1])),
    shown(PASS, "two", frames(CLIP, "3,1", CLIP.frames[0], CLIP.frames[2])),
    shown(FAIL, "the next", frames(CLIP, "2", CLIP.frames[2])),
    shown(FAIL, "black", frames(CLIP, "2", bytes(4096))),
    shown(FAIL, "another's", frames(CLIP, "2", THEIRS.frames[1])),
    shown(UNDECIDED, "kept white for black", frames(CLIP, "2", CLIP.frames[1]), told(KEPT_DARK)),
    shown(UNDECIDED, "not described", frames(CLIP, "2", CLIP.frames[1]), told(UNKNOWN)),
    shown(UNDECIDED, "silence", SILENCE),
    case("as-loaded", UNDECIDED, "data of its own", WORDS | OWN, exchange=DESCRIBED, control=DESCRIBED),
    case("holds-all-loaded", UNDECIDED, "data of its own", STUDIES | OWN, exchange=told(tail="/series")),
    case("pixels-as-loaded", UNDECIDED, "data of its own", OWN, exchange=file(SLICE, SLICE.file)),
    case("frames-as-loaded", UNDECIDED, "data of its own", OWN, exchange=frames(CLIP, "1"), description=DESCRIBED),
]
