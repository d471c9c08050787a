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
_ABOUT_IT = ("because", "unless")
_EXISTING = Text("een claim of patiënt die bestaat", "a claim or patient that exists")


def spans(
    library: Library, data: Mapping[str, Json], conditions: Mapping[str, object], complaints: Complaints
) -> dict[str, Span]:
    """All spans by id, in the order of their files. `conditions`: the claims and patients that there are."""
    found: dict[str, Span] = {}
    documents = tuple(library.of("span"))
    for document in sorted(documents, key=lambda one: "of" in one.value):
        complaints.once(document.value["span"], found, document, ("span",))
        base = _base(document, found, documents, complaints)
        span = _span(document, base, data, conditions, complaints)
        if len(span.dimensions) == len(document.value["dimensions"]) + len(base.dimensions if base else ()):
            _members(document, span, complaints)
        found[span.id] = span
    return {document.value["span"]: found[document.value["span"]] for document in documents}


def _base(
    document: Document, found: Mapping[str, Span], documents: tuple[Document, ...], complaints: Complaints
) -> Span | None:
    """The span `of` which another is: its own dimensions with all members of that one."""
    if "of" not in document.value:
        return None
    whole = {one.value["span"] for one in documents if "of" not in one.value}
    known = {name: span for name, span in found.items() if name in whole}
    if document.value["of"] not in known:
        expected = Text("een bereik dat zelf niet 'of' een ander is", "a span that is not itself 'of' another")
        complaints.unknown(document, ("of",), expected, document.value["of"], known)
    return known.get(document.value["of"])


def _span(
    document: Document,
    base: Span | None,
    data: Mapping[str, Json],
    conditions: Mapping[str, object],
    complaints: Complaints,
) -> Span:
    raw = document.value
    dimensions = dict(_dimensions(document, data, complaints))
    for name in dimensions.keys() & (base.dimensions.keys() if base else set()):
        expected = Text("een dimensie die het andere bereik niet heeft", "a dimension that the other span has not")
        step = Text("Kies een andere naam.", "Choose another name.")
        complaints.at(document, ("dimensions", name), expected, quoted(name), step, key=True)
    dimensions |= base.dimensions if base else {}
    return Span(
        id=raw["span"],
        title=text_of(raw["title"]),
        dimensions=dimensions,
        never=(*_never(document, dimensions, conditions, complaints), *(base.never if base else ())),
        draw=Drawing(raw["draw"]),
        place=document.place(("span",), key=True),
    )


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
    document: Document,
    dimensions: Mapping[str, Mapping[str, Json]],
    conditions: Mapping[str, object],
    complaints: Complaints,
) -> Iterator[Exemption]:
    dimension = Text("een dimensie van dit bereik", "a dimension of this span")
    known = Text("een waarde van deze dimensie", "a value of this dimension")
    for number, raw in enumerate(document.value.get("never", [])):
        path: Keys = ("never", number)
        member = {name: str(value) for name, value in raw.items() if name not in _ABOUT_IT}
        if raw.get("unless", "") not in {"", *conditions}:
            complaints.unknown(document, (*path, "unless"), _EXISTING, raw["unless"], conditions)
        if not member:
            step = Text("Noem een dimensie met een waarde.", "Name a dimension with a value.")
            complaints.at(document, path, known, Text("geen", "none"), step)
        for name, value in member.items():
            if name not in dimensions:
                complaints.unknown(document, (*path, name), dimension, name, dimensions)
            elif value not in dimensions[name]:
                complaints.unknown(document, (*path, name), known, value, dimensions[name])
        yield Exemption(member=member, because=text_of(raw["because"]), unless=raw.get("unless", ""))
