"""The table, read: per record what names it and what must be equal; and a resource put into these terms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from conformance.checks.fhir.reading import Resource
from conformance.checks.loaded.paths import UNSEEN, Resolve, WrongPath, compiled
from conformance.checks.loaded.values import Kind, kinds
from conformance.model.agreements import Json

Record = Mapping[str, Any]
"""By path the values of a record, each a `Value` or the record of a part; what has none is left out."""

Made = TypeVar("Made")

_WORDS = frozenset({"more", "if said"})


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One element of a record. `more`: others may stand beside what was loaded; `if_said`: it may also be left out."""

    path: str
    read: Callable[[Resource, Resolve], list[Any]]
    kind: Kind | None
    part: Terms | None
    names: bool
    more: bool = False
    if_said: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The elements of a record, or of a part of one: those that name it first."""

    elements: tuple[Term, ...]

    @property
    def naming(self) -> tuple[Term, ...]:
        """What names a record."""
        return tuple(one for one in self.elements if one.names)

    def record(self, resource: Resource, resolve: Resolve) -> Record:
        """A resource in these terms."""
        found = ((term.path, list(_values(term, resource, resolve))) for term in self.elements)
        return {path: values for path, values in found if values}


def _values(term: Term, resource: Resource, resolve: Resolve) -> Iterator[Any]:
    for value in term.read(resource, resolve):
        if value is UNSEEN:
            yield None
        elif term.part is not None:
            yield term.part.record(value, resolve) if isinstance(value, dict) else {}
        elif term.kind is not None:
            yield term.kind.read(value)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """By the name of a query the type it asks for, and the terms of what it gives."""

    types: Mapping[str, str]
    terms: Mapping[str, Terms]

    @staticmethod
    def of(said: Mapping[str, Json]) -> Table:
        """The table that a document says, read once; KeyError or WrongPath for one that lint does not let pass."""
        return _READ.of(said)


def _read(said: Mapping[str, Json]) -> Table:
    known = kinds(said.get("units", {}))
    records = {name: _terms(one, known) for name, one in said["records"].items()}
    types = {query: said["records"][name]["type"] for query, name in said["queries"].items()}
    return Table(types, {query: records[name] for query, name in said["queries"].items()})


class Once(Generic[Made]):
    """What is made of a document, made once for each content: whoever plans anew has the same document again."""

    def __init__(self, make: Callable[[Mapping[str, Json]], Made]) -> None:
        self._make = make
        self._known: dict[int, tuple[Mapping[str, Json], Made]] = {}
        """With what they were made of, so that nothing else gets its identity."""
        self._made: dict[str, Made] = {}

    def of(self, said: Mapping[str, Json]) -> Made:
        """What is made of it."""
        known = self._known.get(id(said))
        if known is None:
            content = json.dumps(said, sort_keys=True)
            if content not in self._made:
                self._made[content] = self._make(said)
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[id(said)] = (said, self._made[content])
        return known[1]


_MOST = 256


_READ = Once(_read)


def _terms(said: Mapping[str, Json], known: Mapping[str, Kind]) -> Terms:
    naming = [_term(path, how, known, names=True) for path, how in said.get("named", {}).items()]
    equal = [_term(path, how, known, names=False) for path, how in said.get("equal", {}).items()]
    return Terms((*naming, *equal))


def _term(path: str, how: Json, known: Mapping[str, Kind], *, names: bool) -> Term:
    if isinstance(how, dict):
        part, more = _terms(how, known), bool(how.get("more"))
        return Term(path, compiled(path), None, part, names, more)
    kind, *words = (word.strip() for word in str(how).split(","))
    if kind not in known or not _WORDS.issuperset(words):
        raise WrongPath(f"{how!r} at {path!r}: write {', '.join(known)}, and 'more' or 'if said' behind it")
    return Term(path, compiled(path), known[kind], None, names, "more" in words, "if said" in words)
