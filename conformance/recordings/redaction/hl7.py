"""The patient's numbers in a message of HL7 version 2, with the separators it declares (chapter 2, section 2.5.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(r"(?<![A-Z])MSH(?P<field>[^\w\s])(?P<part>[^\w\s])(?P<again>[^\w\s])")
_SEGMENT = re.compile(r"(?<![A-Za-z0-9])(PID|MRG)([^\w\s])([^\r\n\x1c]{0,4000})")
_FIELDS = {"PID": (2, 3, 4, 19), "MRG": (1, 4)}
"""Which fields of a segment hold the numbers of a patient; MRG names the one that is given up."""


def numbers(text: str) -> Iterator[str]:
    """What stands in the fields for a patient's number, one of several after the other."""
    if "PID" not in text and "MRG" not in text:
        return
    header = _HEADER.search(text)
    if header is None:
        return
    for found in _SEGMENT.finditer(text):
        segment, field, rest = found.groups()
        if field == header["field"]:
            held = ["", *rest.split(field)]
            for at in _FIELDS[segment]:
                for one in held[at].split(header["again"]) if at < len(held) else ():
                    yield one.split(header["part"], 1)[0]
