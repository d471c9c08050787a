"""The names value sets give to codes, besides those of the code system: a Dutch value set names codes in Dutch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Names = dict[tuple[str, str], set[str]]
DEEPEST = 20


def names_in(find: Callable[[str], dict[str, Any] | None], canonical: str, depth: int = 0) -> Names:
    """(system, code) -> names in lower case, as the value set and those it includes list them."""
    resource = find(canonical)
    names: Names = {}
    for clause in (resource or {}).get("compose", {}).get("include", ()) if depth < DEEPEST else ():
        system = str(clause.get("system", ""))
        for concept in clause.get("concept", ()):
            own = names.setdefault((system, str(concept.get("code"))), set())
            listed = [concept.get("display"), *(each.get("value") for each in concept.get("designation", ()))]
            own.update(str(each).casefold() for each in listed if each)
        for included in clause.get("valueSet", ()):
            for key, more in names_in(find, included, depth + 1).items():
                names.setdefault(key, set()).update(more)
    return names
