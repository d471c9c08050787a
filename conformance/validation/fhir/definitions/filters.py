"""Filters of a value set's include over a code system whose content is here (ValueSet.compose.include.filter)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.validation.fhir.definitions.terminology import CodeSystem, Concept

Json = dict[str, Any]
_NAMES = {"concept": "code", "code": "code", "display": "display"}


class UnknownFilterError(Exception):
    """A filter that cannot be computed here; the message says which."""


def filtered(system: CodeSystem, filters: list[Json]) -> frozenset[str]:
    """The codes that pass every filter. Raises UnknownFilterError."""
    codes = frozenset(system.concepts)
    for each in filters:
        name, operator, value = (str(each.get(key, "")) for key in ("property", "op", "value"))
        codes &= (
            _hierarchy(system, operator, value)
            if _NAMES.get(name) == "code"
            else _property(system, name, operator, value)
        )
    return codes


def _hierarchy(system: CodeSystem, operator: str, value: str) -> frozenset[str]:
    everything = frozenset(system.concepts)
    if operator == "is-a":
        return system.below(value) | ({value} & everything)
    if operator == "descendent-of":
        return system.below(value)
    if operator == "is-not-a":
        return everything - system.below(value) - {value}
    if operator in {"in", "not-in", "=", "regex"}:
        return _matching(system, operator, value, lambda concept: (concept.code,))
    if operator == "generalizes":
        return frozenset(code for code in everything if code == value or value in system.below(code))
    raise UnknownFilterError(f"filter {operator} on {system.url}")


def _property(system: CodeSystem, name: str, operator: str, value: str) -> frozenset[str]:
    if operator == "exists":
        having = frozenset(code for code, concept in system.concepts.items() if _values(concept, name))
        return having if value == "true" else frozenset(system.concepts) - having
    if name in {"parent", "child"}:
        raise UnknownFilterError(f"filter on {name} of {system.url}")
    return _matching(system, operator, value, lambda concept: _values(concept, name))


def _values(concept: Concept, name: str) -> tuple[str, ...]:
    if name == "display":
        return (concept.display,)
    return tuple(value for key, value in concept.properties if key == name)


def _matching(system: CodeSystem, operator: str, value: str, values: Any) -> frozenset[str]:
    listed = {each.strip() for each in value.split(",")}
    if operator == "=":
        return frozenset(code for code, concept in system.concepts.items() if value in values(concept))
    if operator in {"in", "not-in"}:
        inside = frozenset(code for code, concept in system.concepts.items() if listed & set(values(concept)))
        return inside if operator == "in" else frozenset(system.concepts) - inside
    if operator == "regex":
        return _regex(system, value, values)
    raise UnknownFilterError(f"filter {operator} on {system.url}")


def _regex(system: CodeSystem, pattern: str, values: Any) -> frozenset[str]:
    """A pattern from a package is a stranger's: only short ones without nested repetition are run."""
    if len(pattern) > 200 or re.search(r"[*+}][^|]*\)[*+{]", pattern):
        raise UnknownFilterError(f"the regular expression on {system.url} is not safe to run")
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UnknownFilterError(f"the regular expression on {system.url} cannot be read ({error})") from error
    return frozenset(
        code for code, concept in system.concepts.items() if any(compiled.fullmatch(each) for each in values(concept))
    )
