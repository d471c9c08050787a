"""An answer sheet from resources: what a source that holds them has to answer to each query of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from conformance.checks.bgz.searches import moment
from conformance.checks.fhir.reading import Resource, at, name, tokens
from conformance.checks.loaded.matching import ANSWERS, BESIDE
from conformance.checks.loaded.paths import resolver
from conformance.checks.loaded.terms import Record, Table, Terms
from conformance.model.agreements import Json

Queries = Mapping[str, Mapping[str, Json]]
"""The searches of the BgZ by name: of each the type, what it selects by (`where`), and whether the latest is asked."""


def learned(own: Iterable[Resource], others: Iterable[Resource], queries: Queries, table: Table) -> dict[str, Json]:
    """The part of a sheet about the patient who has these resources; `others`: what they may refer to beside these."""
    held = list(own)
    there = {name(one): one for one in (*held, *others)}
    return {query: dict(_parts(held, there, queries[query], table.terms[query])) for query in table.terms}


def _parts(
    held: Iterable[Resource], there: Mapping[str, Resource], query: Mapping[str, Json], terms: Terms
) -> Iterator[tuple[str, list[Record]]]:
    of_type = [one for one in held if one["resourceType"] == query["type"]]
    found = [one for one in of_type if selected(one, query["where"])]
    found = _newest(found) if query["latest"] else found
    rest = [one for one in of_type if not any(one is other for other in found)]
    names = Terms(terms.naming)
    yield ANSWERS, [terms.record(one, resolver(one, there)) for one in found]
    yield BESIDE, [names.record(one, resolver(one, there)) for one in rest]


def selected(resource: Resource, where: Mapping[str, Json]) -> bool:
    """Whether a resource has what a query selects by."""
    return all(any(tokens(value) & set(wanted) for value in at(resource, element)) for element, wanted in where.items())


def _newest(found: list[Resource]) -> list[Resource]:
    """Of each code the newest."""
    newest: dict[str, Resource] = {}
    for one in sorted(found, key=moment):
        newest[min(tokens(one.get("code")), default="")] = one
    return [one for one in found if any(one is each for each in newest.values())]
