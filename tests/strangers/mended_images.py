"""Wrong gateways that passed until what they break was mended: paths, keys, pages, and one object at several levels."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from conformance.codecs.dicomjson import TAGS, number, tag_of
from conformance.codecs.images import png
from conformance.codecs.pngs import greys
from conformance.simulators.faults import Hook
from conformance.simulators.http import Answer, Call, Handler
from conformance.synthesis.dicom.pixels import SIDE
from conformance.synthesis.studies import Instance
from tests.strangers.nodes import wrong
from tests.strangers.pictures import (
    Model,
    files_at,
    held,
    key,
    keys,
    kind,
    named_in,
    parts,
    retrieved,
    searched,
    where_it_is,
    with_key,
    with_parts,
)

ANY = ("studies", "series", "instances")
PAGING = ("limit", "offset")


def at_home(call: Call) -> Call:
    """The call with the study and series that its instance is in."""
    named = re.search(r"/instances/([\d.]+)", call.path)
    one = next((one for one in held() if named and one.sop == named[1]), None)
    return where_it_is(call, one) if one else call


def without_paging(call: Call) -> Call:
    """The search from its begin to its end."""
    return replace(call, query=tuple(pair for pair in call.query if pair[0] not in PAGING))


@wrong("SAFE-22", "IMG-D07", at=Hook.IMAGES)
def describes_by_the_last_number(call: Call, handler: Handler) -> Answer:
    """Metadata of an instance are looked up by its own number; study and series in the address are ornament."""
    return handler(at_home(call) if kind(call) == "metadata" else call)


@wrong("SAFE-22", "IMG-R16", at=Hook.IMAGES)
def fetches_from_any_series_of_the_study(call: Call, handler: Handler) -> Answer:
    """An instance is looked for in the study; in which series of it the address says, nobody asks."""
    there = at_home(call)
    same = there.path.split("/series/")[0] == call.path.split("/series/")[0]
    return handler(there if same and kind(call) == "" else call)


@wrong("IMG-S27", at=Hook.IMAGES)
def lets_the_query_win(call: Call, handler: Handler) -> Answer:
    """Parameters of address and query go into one table, and the last one stays."""
    study = key(call, "StudyInstanceUID")
    if searched(call) in ("series", "instances") and study and "/series/" not in call.path:
        return handler(replace(call, path=re.sub(r"studies/[\d.]+", f"studies/{study}", call.path)))
    return handler(call)


@wrong("IMG-S05", at=keys("series", "instances"))
def needs_no_study_for_what_is_unique(call: Call) -> Call:
    """A series or instance asked for by its number is unique, so the study in the address is left out."""
    unique = {"series": "SeriesInstanceUID", "instances": "SOPInstanceUID"}[searched(call)]
    return replace(call, path=f"/{searched(call)}") if key(call, unique) else call


@wrong("IMG-S14", at=keys("series"))
def pages_series_of_one_study_only(call: Call) -> Call:
    """Series over all studies come all at once."""
    return without_paging(call) if call.path == "/series" else call


@wrong("IMG-S14", at=keys("instances"))
def pages_instances_of_one_series_only(call: Call) -> Call:
    """Instances of a study come all at once."""
    return call if "/series/" in call.path else without_paging(call)


@wrong("IMG-S13", at=keys("studies"))
def has_no_word_for_all(call: Call) -> Call:
    """includefield=all names no attribute, and is passed over."""
    return replace(call, query=tuple(pair for pair in call.query if pair != ("includefield", "all")))


@wrong("IMG-S13", at=keys(*ANY))
def includes_the_first_of_several(call: Call) -> Call:
    """Of a list of fields the first is included."""
    fields = tuple((name, value.split(",")[0] if name == "includefield" else value) for name, value in call.query)
    return replace(call, query=fields)


@wrong("IMG-S28", at=keys("studies"))
def narrows_once(call: Call) -> Call:
    """Beside the patient a search has one index to use."""
    others = [name for name, _ in call.query if tag_of(name) not in ("", TAGS["PatientID"])]
    return with_key(call, others[-1], None) if len(others) == 2 else call


@wrong("IMG-S29", at=keys("studies"))
def has_no_index_on_times_and_names(call: Call) -> Call:
    """Time, study id and names are no columns that can be searched."""
    for keyword in ("StudyTime", "StudyID", "PatientName", "ReferringPhysicianName"):
        call = with_key(call, keyword, None)
    return call


@wrong("IMG-S29", at=keys("studies"))
def compares_without_case(call: Call) -> Call:
    """The database compares text whatever its case."""
    accession = key(call, "AccessionNumber")
    return with_key(call, "AccessionNumber", accession.upper()) if accession else call


@wrong("IMG-S11", at=keys("studies"))
def knows_one_wild_card(call: Call) -> Call:
    """A question mark is a question mark."""
    return with_key(call, "AccessionNumber", "none") if "?" in key(call, "AccessionNumber") else call


@wrong("IMG-S08", at=keys("studies"))
def knows_periods_only(call: Call) -> Call:
    """A single day is no period, and is passed over."""
    day = key(call, "StudyDate")
    return with_key(call, "StudyDate", None) if re.fullmatch(r"20\d\d(0\d|1[0-2])([01]\d|2[0-8])", day) else call


@wrong("IMG-R20", at=files_at("series"))
def corrects_series_only(dataset: Any) -> None:
    """A correction of the number of the order reached the files that are sent by series."""
    dataset.AccessionNumber = "TWC99"


@wrong("IMG-R20", at=files_at("studies"))
def turns_pictures_of_a_study(dataset: Any) -> None:
    """The exporter of whole studies has pictures upside down."""
    if "PixelData" in dataset:
        dataset.PixelData = dataset.PixelData[::-1]


@wrong("IMG-D08", at=retrieved("metadata"))
def describes_instances_from_an_old_table(call: Call, answer: Answer) -> Answer:
    """What is told of a single instance comes from a table that nobody corrects."""
    models: list[Model] = json.loads(answer.body)
    for one in models if "/instances/" in call.path else []:
        one[tag_of("AccessionNumber")] = {"vr": "SH", "Value": ["TWC99"]}
    return replace(answer, body=json.dumps(models).encode())


@wrong("SAFE-29", at=retrieved("frames"))
def gives_the_last_frame_first(_: Call, answer: Answer) -> Answer:
    """Frames come from a stack."""
    return with_parts(answer, parts(answer)[::-1])


@wrong("SAFE-29", at=Hook.IMAGES)
def gives_frames_as_they_lie(call: Call, handler: Handler) -> Answer:
    """Frames come as they lie in the file, in whatever order they were asked."""
    asked = re.search(r"frames/([\d,]+)\Z", call.path)
    if asked is None:
        return handler(call)
    return handler(replace(call, path=f"{call.path[: asked.start(1)]}{','.join(sorted(asked[1].split(',')))}"))


@wrong("SAFE-21", "IMG-P01", at=Hook.IMAGES)
def shows_thumbnails_by_number(call: Call, handler: Handler) -> Answer:
    """Thumbnails of half the size are kept by modality and instance number, whosever they are."""
    one = named_in(call)
    if kind(call) != "rendered" or "/frames/" in call.path or one is None or not one.frames:
        return handler(call)
    sign = (one.modality, number(one.model, "InstanceNumber"))
    first = next(each for each in held() if (each.modality, number(each.model, "InstanceNumber")) == sign)
    answer = handler(replace(call, path=address_of(first)))
    looks, side = greys(answer.body, most=1 << 16), SIDE // 2
    small = bytes(looks[y * SIDE + x] for y in range(0, SIDE, 2) for x in range(0, SIDE, 2))
    return replace(answer, body=png(side, side, 1, small))


def address_of(one: Instance) -> str:
    """Where a picture of an instance is."""
    return f"/studies/{one.study}/series/{one.series}/instances/{one.sop}/rendered"
