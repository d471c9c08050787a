"""Wrong gateways that passed until what they break was mended: pictures that show nothing, half of it, or something
else; and a node that asks with a word that is none."""

from __future__ import annotations

import re
from dataclasses import replace

from conformance.codecs.dicomjson import number
from conformance.codecs.images import png
from conformance.codecs.pngs import greys
from conformance.simulators.faults import Hook
from conformance.simulators.http import Answer, Call, Handler
from conformance.simulators.imageclient import Ask
from conformance.synthesis.dicom.modules import deflate
from tests.strangers.nodes import wrong
from tests.strangers.pictures import besides, held, kind, named_in, parts, retrieved, where_it_is, with_parts


@wrong("IMG-P01", at=retrieved("rendered"))
def draws_slices_through_a_wrong_window(call: Call, answer: Answer) -> Answer:
    """All that a CT holds lies above the window: it is white."""
    one = named_in(call)
    if one is None or one.modality != "CT":
        return answer
    rows, columns = number(one.model, "Rows") or 0, number(one.model, "Columns") or 0
    return replace(answer, body=png(columns, rows, 1, b"\xff" * (rows * columns)))


@wrong("IMG-P01", at=retrieved("rendered"))
def gives_radiographs_before_they_are_drawn(call: Call, answer: Answer) -> Answer:
    """A radiograph is given when two thirds of it are drawn."""
    one = named_in(call)
    if one is None or one.modality != "CR":
        return answer
    rows, columns = number(one.model, "Rows") or 0, number(one.model, "Columns") or 0
    drawn = bytes(greys(answer.body, most=1 << 16))[: columns * (2 * rows // 3)]
    return replace(answer, body=png(columns, rows, 1, drawn + bytes(rows * columns - len(drawn))))


@wrong("IMG-P01", at=Hook.IMAGES)
def keeps_a_picture_for_each_series(call: Call, handler: Handler) -> Answer:
    """One picture of a series is drawn when it arrives; that is the picture of all its instances."""
    one = named_in(call)
    if one is None or kind(call) != "rendered" or "/frames/" in call.path:
        return handler(call)
    first = next(other for other in held() if other.series == one.series)
    return handler(replace(call, path=call.path.replace(one.sop, first.sop)))


@wrong("IMG-P04", at=Hook.IMAGES)
def reads_one_form_for_frames(call: Call, handler: Handler) -> Answer:
    """What gives pictures of frames is older, and knows an Accept of one form."""
    if re.search(r"/frames/\d+/rendered\Z", call.path) and "," in call.header("accept"):
        return Answer(406, (("Content-Type", "text/plain"),), b"Not Acceptable\n")
    return handler(call)


@wrong("IMG-P03", "SAFE-22", at=Hook.IMAGES)
def draws_frames_of_any_study(call: Call, handler: Handler) -> Answer:
    """Frames are drawn by the number of their instance; study and series in the address are not looked at."""
    one = named_in(call)
    there = one is not None and kind(call) == "rendered" and "/frames/" in call.path
    return handler(where_it_is(call, one) if one is not None and there else call)


@wrong("IMG-R07", at=retrieved(""))
def sends_files_as_they_lie_to_who_asks_nothing(call: Call, answer: Answer) -> Answer:
    """Files lie deflated on the disk, and go out so when there is no Accept."""
    if call.header("accept"):
        return answer
    return with_parts(answer, [(head, deflate(file)[1]) for head, file in parts(answer)])


@wrong("IMG-V03", at=besides("/studies$"))
def forgets_an_s(ask: Ask) -> Ask:
    """It also searches by a keyword that is nearly one."""
    return replace(ask, query=(*ask.query, ("NumberOfStudyRelatedInstance", "1")))
