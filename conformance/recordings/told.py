"""Of whom of the data set's patients a message tells otherwise than by number: by name, or by a study of theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from conformance.synthesis.patients import patients
from conformance.synthesis.studies import description


def told_of(answer: bytes, question: bytes) -> tuple[str, ...]:
    """The roles whose name, study or accession number stands in an answer, without what the question itself named."""
    found = {sign for sign in _signs() if sign in answer and sign not in question and _alone(sign, answer)}
    return tuple(sorted({_signs()[sign] for sign in found}))


def _alone(sign: bytes, data: bytes) -> bool:
    """Whether it stands there by itself: a number may be the beginning of a longer one, a name that of another."""
    return re.search(rb"(?<![\w.])" + re.escape(sign) + rb"(?!\w|\.\d)", data) is not None


@cache
def _signs() -> Mapping[bytes, str]:
    """What tells of whom: the name as DICOM and as people write it, the studies' UIDs and accession numbers."""
    found: dict[str, str] = {}
    for role, one in patients().items():
        if one.known:
            names = (f"{one.family}^{one.given}", f"{one.given} {one.family}", f"{one.family}, {one.given}")
            found |= dict.fromkeys(names, role)
    for study in description().values():
        found |= dict.fromkeys((study["uid"], study["accession"]), study["patient"])
    return {sign.encode(): role for sign, role in found.items()}
