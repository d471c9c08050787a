"""From checked documents to requirements: each with its source, its status per release and how it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from conformance.agreements.building import IN_VOCABULARY, Vocabulary, folder_of, text_of
from conformance.agreements.document import Document, Keys
from conformance.agreements.documents import Complaints, Library
from conformance.agreements.pointing import resolved
from conformance.model.agreements import Agreement, Json, Judged, Requirement, Selector, Source
from conformance.model.words import Layer, Status, Strength, Text, Verification

ONE_EXCHANGE = "exchange"
"""The name under which a single selector is kept."""


def requirements(
    library: Library,
    known: Mapping[str, Agreement],
    words: Vocabulary,
    data: Mapping[str, Json],
    complaints: Complaints,
) -> dict[str, Requirement]:
    """All requirements by id, in the order of their files."""
    found: dict[str, Requirement] = {}
    for document in library.of("requirements"):
        agreement = known.get(folder_of(document))
        for name, raw in document.value["requirements"].items():
            path = ("requirements", name)
            complaints.once(name, found, document, path)
            complaints.names(document, (*path, "actor"), raw["actor"], words.actors, IN_VOCABULARY)
            complaints.names(document, (*path, "needs"), raw.get("needs", ()), words.claims, IN_VOCABULARY)
            if agreement:
                _releases(document, (*path, "releases"), raw["releases"], agreement, complaints)
            found[name] = _requirement(document, path, raw, data, complaints, agreement)
    return found


def _releases(
    document: Document, path: Keys, names: Mapping[str, str], agreement: Agreement, complaints: Complaints
) -> None:
    expected = Text(f"een release van '{agreement.id}'", f"a release of '{agreement.id}'")
    for name in names:
        if not _meant(name, agreement):
            complaints.unknown(document, (*path, name), expected, name, dict.fromkeys(agreement.releases))


def _meant(name: str, agreement: Agreement) -> tuple[str, ...]:
    """The releases a name stands for: itself, or all of its line (`1.3`: 1.3.0 and 1.3.1)."""
    if name in agreement.releases:
        return (name,)
    return tuple(release for release in agreement.releases if release.startswith(f"{name}."))


def _statuses(names: Mapping[str, str], agreement: Agreement | None) -> dict[str, Status]:
    """The status in each release, in the order of the releases; a release itself goes before its line."""
    if agreement is None:
        return {name: Status(status) for name, status in names.items()}
    of_lines = {release: names[name] for name in names for release in _meant(name, agreement)}
    found = of_lines | {name: status for name, status in names.items() if name in agreement.releases}
    return {release: Status(found[release]) for release in agreement.releases if release in found}


def _requirement(
    document: Document,
    path: Keys,
    raw: Mapping[str, Json],
    data: Mapping[str, Json],
    complaints: Complaints,
    agreement: Agreement | None,
) -> Requirement:
    optional = {name: text_of(raw[name]) for name in ("asks", "untested", "interpretation") if name in raw}
    return Requirement(
        id=str(path[-1]),
        title=text_of(raw["title"]),
        text=text_of(raw["text"]),
        remedy=text_of(raw["remedy"]),
        chapter=document.value["chapter"],
        agreement=folder_of(document),
        strength=Strength(raw["strength"]),
        actors=tuple(raw["actor"]),
        layer=Layer(raw["layer"]),
        verify=tuple(Verification(word) for word in raw["verify"]),
        releases=_statuses(raw["releases"], agreement),
        source=Source(**raw["source"]),
        place=document.place(path, key=True),
        toetsing=raw.get("toetsing", ""),
        judged=_judged(document, path, raw, data, complaints),
        needs=tuple(raw.get("needs", ())),
        warn_until=date.fromisoformat(raw["warn_until"]) if "warn_until" in raw else None,
        **optional,
    )


def _judged(
    document: Document, path: Keys, raw: Mapping[str, Json], data: Mapping[str, Json], complaints: Complaints
) -> Judged | None:
    if "judged" not in raw:
        return None
    judged = resolved(raw["judged"], document, (*path, "judged"), data, complaints)
    on = judged["on"]
    named = on if isinstance(on, dict) and "operation" not in on else {ONE_EXCHANGE: on}
    selectors = {name: _selector(selector) for name, selector in named.items()}
    over = tuple(judged.get("over", ()))
    return Judged(by=judged["by"], on=selectors, over=over, parameters=judged.get("with", {}))


def _selector(raw: str | Mapping[str, Json]) -> Selector:
    if isinstance(raw, str):
        return Selector(operation=raw)
    same = tuple(raw["same"]) if "same" in raw else None
    return Selector(operation=raw["operation"], given=raw.get("given", {}), same=same)
