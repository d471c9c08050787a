"""Names that value sets give to codes: translations above all, which the code systems themselves do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


def add_names(found: dict[str, list[str]], value_set: Json) -> None:
    """Add the value set's displays and designations by `system|code`."""
    for system, concept in _concepts(value_set):
        names = found.setdefault(f"{system}|{concept.get('code', '')}", [])
        names += [name for name in _names(concept) if name not in names]


def _concepts(value_set: Json) -> Iterator[tuple[str, Json]]:
    for clause in value_set.get("compose", {}).get("include", ()):
        for concept in clause.get("concept", ()):
            yield str(clause.get("system", "")), concept


def _names(concept: Json) -> Iterator[str]:
    if concept.get("display"):
        yield str(concept["display"])
    for each in concept.get("designation", ()):
        if each.get("value"):
            yield str(each["value"])
