"""What in markup only several elements together tell: a number in pieces, a name and its value, an issuer, a column."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from conformance.recordings.identities import is_bsn_system
from conformance.recordings.redaction import tables
from conformance.recordings.redaction.naming import NAMING, VALUES, issues, says_number, tells_of_number
from conformance.recordings.redaction.pieces import FEWEST, MOST

_FEW = 12
"""Children of an element that says who issued a number, or names a value: a longer list of them is something else."""
_GROUPS = ("thead", "tbody", "tfoot")


def _local(found: Any) -> str:
    return found.tag.rpartition("}")[2] if isinstance(found.tag, str) else ""


def _text(found: Any) -> str:
    return "".join(found.itertext()).strip()


def _children(found: Any) -> list[Any]:
    return [child for child in islice(found, _FEW) if isinstance(child.tag, str)]


def issued(found: Any) -> bool:
    """Whether a child says, by itself or in a part of one that names the issuer, that the number is the citizens'."""
    for child in _children(found):
        held = (child, *child) if issues(_local(child)) else (child,)
        if any(is_bsn_system(one.text) for one in islice(held, _FEW)):
            return True
    return False


def pieces(found: Any) -> Iterator[str]:
    """The texts and values of attributes in an element, in their order; no more than one number has pieces."""
    for at, one in enumerate(islice(found.iter(), MOST)):
        yield from one.attrib.values()
        yield one.text or ""
        if at and one.tail:
            yield one.tail


def fewest(found: Any) -> int:
    """Of how many pieces a number may be: where text stands between elements (a part in bold), of two."""
    mixed = len(found) and any(
        (text or "").strip() for text in (found.text, *(child.tail for child in _children(found)))
    )
    return 2 if mixed else FEWEST


def each_named(found: Any) -> bool:
    """Whether every child is one of several that are named for a number."""
    names = {_local(child) for child in islice(found, MOST)} if len(found) >= FEWEST else set()
    return len(names) == 1 and says_number(names.pop())


def pairs(found: Any) -> Iterator[tables.Cell]:
    """The value beside an element that names it."""
    children = _children(found) if 1 < len(found) <= _FEW else []
    told = [_text(child) for child in children if _local(child).lower() in NAMING and not len(child)]
    names = [text for text in told if tells_of_number(text)]
    for child in children if names else ():
        if _local(child).lower().startswith(VALUES):
            yield names[0], _text(child)


def cells(table: Any) -> Iterator[tables.Cell]:
    """The cells of a table in columns that its first row names for a number."""
    rows = [
        row
        for one in table
        for row in (one if _local(one).lower() in _GROUPS else (one,))
        if _local(row).lower() == "tr"
    ]
    texts = ([_text(cell) for cell in row if _local(cell).lower() in ("th", "td")] for row in rows)
    head = next(texts, [])
    yield from tables.named(head, texts)
