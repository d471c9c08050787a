"""Which of the records that were loaded are in an answer, and what else is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from conformance.checks.fhir.reading import matches, name, parsed
from conformance.checks.loaded.comparing import Difference, differences, named_alike
from conformance.checks.loaded.paths import of_bundle, resolver
from conformance.checks.loaded.terms import Once, Record, Table, Terms
from conformance.model.agreements import Json

Pages = tuple[tuple[bytes, str], ...]
"""The body and media type of each page of an answer."""

ANSWERS, BESIDE = "answers", "beside"
"""In a sheet, of a patient and a query: what answers it; and, by name, what this patient has of that type besides."""


@dataclass(frozen=True, slots=True)
class Said:
    """A match of an answer: what it is called there, and what it says in the terms of the table."""

    name: str
    record: Record


Pair = tuple[Said, tuple[Difference, ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer beside what was loaded."""

    there: tuple[Pair, ...]
    """What was loaded and is there, each with what it says otherwise."""
    lost: tuple[Record, ...]
    """What was loaded and is not there."""
    twice: tuple[Said, ...]
    beside: tuple[Said, ...]
    """What was loaded of this patient and does not answer the question."""
    unknown: tuple[Said, ...]
    """What was not loaded of this patient."""


def _said_in(pages: Pages, kind: str, terms: Terms) -> tuple[Said, ...]:
    """The matches of a type on all pages, in the terms of the table; what they refer to may be on another page."""
    bundles = [parsed(body, media_type) for body, media_type in pages]
    there = dict(held for bundle in reversed(bundles) for held in of_bundle(bundle).items())
    found = (one for bundle in bundles for one in matches(bundle) if one.get("resourceType") == kind)
    return tuple(Said(name(one), terms.record(one, resolver(one, there))) for one in found)


def compared(terms: Terms, loaded: Mapping[str, Json], said: Sequence[Said]) -> Compared:
    """What was said beside what was loaded for one patient and query (`answers` and `beside`)."""
    answers, beside = loaded.get(ANSWERS, ()), loaded.get(BESIDE, ())
    left, rest, pairs = _exactly(answers, said)
    for one, record, found in _nearest(terms, left, rest):
        if any(record is other for other in left) and any(one is other for other in rest):
            pairs.append((one, found))
            left = [other for other in left if other is not record]
            rest = [other for other in rest if other is not one]
    sorts: dict[str, list[Said]] = {sort: [] for sort in ("twice", "beside", "unknown")}
    for one in rest:
        sorts[_sort_of(terms, one, answers, beside)].append(one)
    return Compared(tuple(pairs), tuple(left), *map(tuple, sorts.values()))


def _sort_of(terms: Terms, one: Said, answers: Iterable[Record], beside: Iterable[Record]) -> str:
    """What a match is that has no answer of its own left: one that was there, what must not come, or nobody's."""
    if _is_one_of(terms, one, answers):
        return "twice"
    if _is_named(terms, one, beside):
        return "beside"
    return "twice" if _is_named(terms, one, answers) else "unknown"


def _exactly(answers: Iterable[Record], said: Iterable[Said]) -> tuple[list[Record], list[Said], list[Pair]]:
    """What is said in the very words that were loaded goes first, so that nothing of the same name takes its place."""
    left = list(answers)
    rest: list[Said] = []
    pairs: list[Pair] = []
    for one in said:
        if one.record in left:
            left.remove(one.record)
            pairs.append((one, ()))
        else:
            rest.append(one)
    return left, rest, pairs


def _nearest(
    terms: Terms, loaded: Iterable[Record], said: Sequence[Said]
) -> list[tuple[Said, Record, tuple[Difference, ...]]]:
    """All pairs of one name, those that differ least first."""
    alike = ((one, record) for record in loaded for one in said if named_alike(terms, record, one.record))
    found = [(one, record, differences(terms, record, one.record)) for one, record in alike]
    return sorted(found, key=lambda pair: len(pair[2]))


def _is_named(terms: Terms, said: Said, loaded: Iterable[Record]) -> bool:
    return any(named_alike(terms, record, said.record) for record in loaded)


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """An answer sheet: by the role of a patient and the name of a query what answers it, and what is beside that."""

    patients: Mapping[str, Mapping[str, Mapping[str, Json]]]

    @staticmethod
    def of(sheet: Mapping[str, Json]) -> Loaded:
        """The sheet that a document is."""
        return _SHEETS.of(sheet)

    def others(self, role: str, query: str) -> Iterator[Record]:
        """What answers a query about all others."""
        for other, held in self.patients.items():
            if other != role:
                yield from held.get(query, {}).get(ANSWERS, ())


_SHEETS = Once(Loaded)


@dataclass(frozen=True, slots=True)
class Beside:
    """An answer beside an answer sheet."""

    compared: Compared
    theirs: tuple[str, ...]
    """The matches that say wholly what was loaded of another patient, by name."""


@lru_cache(maxsize=1024)
def beside(pages: Pages, query: str, role: str, loaded: Loaded, table: Table) -> Beside:
    """A searchset, page by page, beside what was loaded for the patient in a role and this query."""
    terms = table.terms[query]
    mine = loaded.patients[role].get(query, {})
    found = compared(terms, mine, _said_in(pages, table.types[query], terms))
    answers = mine.get(ANSWERS, ())
    rest = (*found.unknown, *found.twice)
    others = list(loaded.others(role, query)) if rest else []
    theirs = [one for one in rest if _is_one_of(terms, one, others) and not _is_one_of(terms, one, answers)]
    kept = replace(found, twice=tuple(one for one in found.twice if one not in theirs))
    return Beside(kept, tuple(one.name for one in theirs))


def _is_one_of(terms: Terms, said: Said, loaded: Iterable[Record]) -> bool:
    return any(not differences(terms, record, said.record) for record in loaded)
