"""A number that stands in pieces: a list of its digits, parts of it in members or elements that follow each other."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 4
"""Digits of one piece; what is longer is a number of its own."""
_WHOLE = (8, 9)
"""Digits of a patient's number, its zero lost or not."""
FEWEST = 3
"""So many pieces make a number of one; two may as well be two short numbers of somebody else."""
MOST = 40
"""So many values are looked at for one number."""


def joined(texts: Iterable[str], fewest: int = FEWEST) -> str:
    """The number that all the texts with a digit in them make, one after the other; empty when they make none.

    What may be of fewer pieces may have longer ones.
    """
    found: list[str] = []
    longest = _LONGEST if fewest >= FEWEST else _WHOLE[0]
    for text in texts:
        held = text.strip(" .-\t\r\n")
        if not any(sign.isdigit() for sign in held):
            continue
        if not (held.isascii() and held.isdigit()) or len(held) > longest or len(found) > _WHOLE[-1]:
            return ""
        found.append(held)
    number = "".join(found)
    return number.rjust(_WHOLE[-1], "0") if len(found) >= fewest and len(number) in _WHOLE else ""


def piece(text: str) -> bool:
    """Whether a text or number may be a piece of one."""
    return len(text) <= _LONGEST and text.isdecimal()
