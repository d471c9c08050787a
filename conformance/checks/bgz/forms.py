"""Whether the two forms of one answer say the same: not only which resources, but all that stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from conformance.checks.bgz.searches import same_matches
from conformance.checks.fhir.reading import Resource, few, matches, name, searched
from conformance.checks.judgement import judgement, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text
from conformance.recordings.redaction.masks import shape


@judgement("same-in-both-forms")
def same_in_both_forms(one: Exchange, other: Exchange) -> Text | None:
    """Two searches give the same matches, each in the form that was asked for, and these say the same in both."""
    same = same_matches(one, other)
    left, right = ({name(found): found for found in matches(searched(exchange))} for exchange in (one, other))
    differing = [f"{each} {path}" for each in sorted(left) for path in _differences(left[each], right[each])]
    require(
        not differing,
        nl=f"zegt in de ene vorm iets anders dan in de andere: {few(differing)}",
        en=f"says other things in one form than in the other: {few(differing)}",
    )
    return same


def _differences(one: Resource, other: Resource) -> list[str]:
    """The paths at which two forms of a resource say different things, in whatever order they say it."""
    left, right = _said(one), _said(other)
    return sorted(path for path in left.keys() | right.keys() if not _same(left.get(path, []), right.get(path, [])))


def _said(resource: Resource) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, value in _values(resource, ""):
        found.setdefault(path, []).append(value)
    return {path: sorted(values) for path, values in found.items()}


_OF_THE_ANSWER = frozenset({"meta", "id", "fhir_comments"})
"""What a server may write anew with each answer beside the narrative: versions, and the names of what is contained."""


def _values(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            narrative = key == "text" and isinstance(inner, dict)
            if not (key in _OF_THE_ANSWER or narrative or (key == "reference" and str(inner).startswith("#"))):
                yield from _values(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, path)
    elif value is not None:
        yield path, _plain(value)


def _plain(value: Any) -> str:
    """A value as text: how exact a number is and what blanks stand in a text is a matter of the form."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _number(Decimal(value))
    return " ".join(str(value).split())


def _number(value: Decimal) -> str:
    """Digits and a power of ten, so that 1.50 is 1.5; never written out, which 1e999999999 would not survive."""
    sign, digits, exponent = value.as_tuple()
    written = "".join(map(str, digits))
    kept = written.rstrip("0")
    power = int(exponent) + len(written) - len(kept) if kept else 0
    return f"{'-' if sign and kept else ''}{kept or '0'}e{power}"


def _same(one: list[str], other: list[str]) -> bool:
    """Whether two lists of values are the same, as far as redaction left them: of what it withheld the shape tells."""
    if one == other:
        return True
    withheld = any(value == shape(value) and _LETTERS.search(value) for value in (*one, *other))
    return withheld and sorted(map(shape, one)) == sorted(map(shape, other))


_LETTERS = re.compile(r"[xX]")
