"""From checked span documents to spans: over what requirements hold, and which members are never played."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from conformance.agreements.building import text_of
from conformance.agreements.covering import whole
from conformance.agreements.document import Document, Keys
from conformance.agreements.documents import Complaints, Library
from conformance.agreements.pointing import resolved
from conformance.agreements.problems import described, quoted
from conformance.model.agreements import Drawing, Exemption, Json, Span, member_name
from conformance.model.words import Text

_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
"""Values stand in the names of steps."""


def spans(library: Library, data: Mapping[str, Json], complaints: Complaints) -> dict[str, Span]:
    """All spans by id, in the order of their files."""
    found: dict[str, Span] = {}
    for document in library.of("span"):
        raw = document.value
        complaints.once(raw["span"], found, document, ("span",))
        dimensions = dict(_dimensions(document, data, complaints))
        span = Span(
            id=raw["span"],
            title=text_of(raw["title"]),
            dimensions=dimensions,
            never=tuple(_never(document, dimensions, complaints)),
            draw=Drawing(raw["draw"]),
            place=document.place(("span",), key=True),
        )
        if len(dimensions) == len(raw["dimensions"]):
            _members(document, span, complaints)
        found[span.id] = span
    return found


def _members(document: Document, span: Span, complaints: Complaints) -> None:
    """Something is left to play, and no two members have one name."""
    found = list(whole(span))
    if not found:
        expected = Text("een bereik waarvan iets overblijft", "a span of which something is left")
        step = Text("Neem minder op in 'never'.", "List less in 'never'.")
        complaints.at(document, ("never",), expected, Text("alles uitgezonderd", "everything excused"), step)
    names = Counter(member_name(member) for member in found)
    for name in (name for name, times in names.items() if times > 1):
        expected = Text("gevallen met verschillende namen", "members with different names")
        step = Text("Kies andere namen voor de waarden.", "Choose other names for the values.")
        complaints.at(document, ("dimensions",), expected, quoted(name), step)


def _dimensions(
    document: Document, data: Mapping[str, Json], complaints: Complaints
) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for name, raw in document.value["dimensions"].items():
        path: Keys = ("dimensions", name)
        values = resolved(raw, document, path, data, complaints)
        if isinstance(values, list):
            values = {str(value): None for value in values}
        if not isinstance(values, dict) or not values or set(values) == {"ref"}:
            expected = Text("een lijst of blok met waarden", "a list or block of values")
            step = Text("Noem minstens één waarde.", "Name at least one value.")
            complaints.at(document, path, expected, described(values), step)
            continue
        for value in (value for value in values if not _NAME.fullmatch(value)):
            expected = Text("namen van letters, cijfers en streepjes", "names of letters, digits and hyphens")
            step = Text("Kies een andere naam voor de waarde.", "Choose another name for the value.")
            complaints.at(document, path, expected, quoted(value), step)
        yield name, values


def _never(
    document: Document, dimensions: Mapping[str, Mapping[str, Json]], complaints: Complaints
) -> Iterator[Exemption]:
    dimension = Text("een dimensie van dit bereik", "a dimension of this span")
    known = Text("een waarde van deze dimensie", "a value of this dimension")
    for number, raw in enumerate(document.value.get("never", [])):
        path: Keys = ("never", number)
        member = {name: str(value) for name, value in raw.items() if name != "because"}
        for name, value in member.items():
            if name not in dimensions:
                complaints.unknown(document, (*path, name), dimension, name, dimensions)
            elif value not in dimensions[name]:
                complaints.unknown(document, (*path, name), known, value, dimensions[name])
        yield Exemption(member=member, because=text_of(raw["because"]))
