"""Cases on one object at several levels, on frames in their order, and on keys that lead out of a path."""

from __future__ import annotations

from typing import Any

from conformance.codecs.multipart import join
from conformance.model.exchange import Exchange
from conformance.model.words import Verdict
from tests.checks.images.answers import ALL, DESCRIBED, FAIL, NO_METADATA, ONE, PART, PASS, UNDECIDED, WHOLE, bent
from tests.checks.images.answers import case as one_each
from tests.checks.images.recorded import asking, dropping, empty, putting, recorded, status
from tests.checks.images.showing import CLIP, OTHER, OURS, STRAY, file, frames, kept
from tests.checks.making import Case

ATTRIBUTES = ["Rows", "PatientID", "Modality", "AccessionNumber"]


def alike(verdict: Verdict, about: str, exchange: Exchange, *others: Exchange) -> Case:
    """One object here and elsewhere."""
    exchanges = {"exchange": (exchange,), "others": others}
    return Case(kind="alike-at-every-level", verdict=verdict, about=about, exchanges=exchanges, parameters=WITH)


def included(verdict: Verdict, about: str, exchange: Exchange, *others: Exchange) -> Case:
    """A search for everything beside searches for something."""
    exchanges = {"exchange": (exchange,), "others": others}
    return Case(kind="includes-asked", verdict=verdict, about=about, exchanges=exchanges)


def located(*numbers: int) -> Exchange:
    """The frames 3 and 1 when asked for, in this order, each saying which it is."""
    place = f"https://node.example/studies/1.2/series/1.3/instances/{CLIP.sop}/frames"
    kind = "application/octet-stream"
    parts = [({"Content-Type": kind, "Content-Location": f"{place}/{one}"}, CLIP.frames[one - 1]) for one in numbers]
    return kept(
        CLIP, "/frames/3,1", f'multipart/related; type="{kind}"; boundary=cut', join(parts, "cut"), frames="3,1"
    )


def bare(entry: dict[str, Any]) -> None:
    """Asks for everything, and gets it."""
    asking("?PatientID=bsn-anna&includefield=all")(entry)


WITH = {"attributes": ATTRIBUTES}
THIRD, FIRST = CLIP.frames[2], CLIP.frames[0]
BY_NAME = recorded("search-images/included")
SPARSE = bent("search-images/everything", bare)
LEVELLING = [
    alike(PASS, "metadata of one and of its study", ONE, ONE, DESCRIBED),
    alike(PASS, "files of a series and of its study", PART, PART, WHOLE),
    alike(FAIL, "an attribute", ONE, bent("describe-study/described", putting("PatientID", "x", first_only=False))),
    alike(FAIL, "other pixels", OURS, OTHER),
    alike(PASS, "the same pixels", OURS, file(CLIP, CLIP.file)),
    alike(PASS, "one of the others is a refusal", ONE, NO_METADATA, DESCRIBED),
    alike(UNDECIDED, "nothing in common", STRAY, OURS),
    alike(UNDECIDED, "no answer", bent("describe-study/one", status(500)), DESCRIBED),
    one_each("frames-in-order", PASS, "as asked", exchange=frames(CLIP, "3,1", THIRD, FIRST), file=OURS),
    one_each("frames-in-order", FAIL, "by number", exchange=frames(CLIP, "3,1", FIRST, THIRD), file=OURS),
    one_each("frames-in-order", PASS, "by number, and named", exchange=located(1, 3), file=OURS),
    one_each("frames-in-order", PASS, "as asked, and named", exchange=located(3, 1), file=OURS),
    one_each("frames-in-order", UNDECIDED, "another", exchange=frames(CLIP, "3,1", THIRD, THIRD), file=OURS),
    one_each("frames-in-order", UNDECIDED, "not the file", exchange=frames(CLIP, "3,1", THIRD, FIRST), file=STRAY),
    included(PASS, "everything, and what was asked by name", bent("search-images/included", bare), BY_NAME),
    included(FAIL, "everything, and not what was asked by name", SPARSE, SPARSE, BY_NAME),
    included(UNDECIDED, "everything, and nothing by name", SPARSE, SPARSE),
    one_each("stays-within", PASS, "part", exchange=bent("search-images/everything", dropping()), control=ALL),
    one_each("stays-within", PASS, "nothing", exchange=recorded("search-images/nobody"), control=ALL),
    one_each("stays-within", PASS, "a refusal", exchange=NO_METADATA, control=ALL),
    one_each("stays-within", FAIL, "more", exchange=ALL, control=bent("search-images/everything", dropping())),
    one_each("stays-within", UNDECIDED, "nothing there", exchange=ALL, control=bent("search-images/everything", empty)),
]
