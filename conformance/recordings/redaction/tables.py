"""Tables: what stands in a column that is named for a patient's number, in text, in markup and in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from conformance.recordings.redaction.naming import says_number

_LONGEST = 40
"""A longer text is no name of a column."""

Cell = tuple[str, str]
"""The name of a column, and what stands in it."""


def named(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Cell]:
    """Every cell of a column whose name says that patients' numbers stand in it."""
    names = [name.strip().strip('"') for name in head]
    columns = [at for at, name in enumerate(names) if len(name) < _LONGEST and says_number(name) and not _digits(name)]
    for cells in rows if columns else ():
        # A separator inside a cell, or a column that spans two, moves the ones behind it.
        moved = max(0, len(cells) - len(names))
        for at in columns:
            yield from ((names[at], cell.strip().strip('"')) for cell in cells[at : at + moved + 1])


def _digits(name: str) -> bool:
    """Whether so many digits stand in it that it is a row's and no name."""
    return sum(sign.isdigit() for sign in name) > _FEW and not name.startswith(_TAG)


_FEW, _TAG = 3, "00100020"
