"""Of whom of the data set's patients a message tells otherwise than by number: by name, or by a study of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from conformance.model.agreements import Json
from conformance.synthesis.dicom.uids import series_uid, sop_uid
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import description


def told_of(answer: bytes, question: bytes) -> tuple[str, ...]:
    """The roles whose name, accession number, study, series or object stands in an answer (header fields and body), in
    capitals too, without what the question itself named."""
    said, asked = answer.lower(), question.lower()
    found = {sign for sign in _signs() if sign in said and sign not in asked and _alone(sign, said)}
    return tuple(sorted({_signs()[sign] for sign in found}))


def _alone(sign: bytes, data: bytes) -> bool:
    """Whether it stands there by itself: a number may be the beginning of a longer one, a name that of another."""
    return re.search(rb"(?<![\w.])" + re.escape(sign) + rb"(?!\w|\.\d)", data) is not None


@cache
def _signs() -> Mapping[bytes, str]:
    """What tells of whom: the name as DICOM and as people write it, what identifies a study and all that is in it."""
    found: dict[str, str] = {}
    for role, one in patients().items():
        if one.known:
            names = (f"{one.family}^{one.given}", f"{one.given} {one.family}", f"{one.family}, {one.given}")
            found |= dict.fromkeys(names, role)
    for key, study in description().items():
        found |= dict.fromkeys((study["uid"], study["accession"], *_within(key, study)), study["patient"])
    return {sign.lower().encode(): role for sign, role in found.items()}


def _within(key: str, study: Json) -> Iterator[str]:
    """The identifiers of the series and objects of a study."""
    for series in study["series"]:
        yield series_uid(key, series["number"])
        objects = 1 if "about" in series else series["instances"]
        yield from (sop_uid(key, series["number"], number) for number in range(1, objects + 1))
