"""Code systems, and what can be said of a value set without a terminology server."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Concept:
    """One code of a code system: its names, and the codes directly above it."""

    code: str
    display: str
    designations: tuple[tuple[str, str], ...]  # (language, value)
    parents: tuple[str, ...]
    properties: tuple[tuple[str, str], ...]

    def named(self, text: str) -> bool:
        """Whether the text is one of the concept's names; case and runs of white space do not count."""
        wanted = _plain(text)
        return not self.display or any(
            _plain(name) == wanted for name in (self.display, *(each for _, each in self.designations))
        )


class CodeSystem:
    """A code system as far as its definition lists it."""

    def __init__(self, resource: Json) -> None:
        """`resource` is a CodeSystem in the internal form."""
        self.resource = resource
        self.url = str(resource.get("url", ""))
        self.version = str(resource.get("version", ""))
        self.content = str(resource.get("content", "not-present"))
        self.case_sensitive = bool(resource.get("caseSensitive", True))

    @property
    def complete(self) -> bool:
        """Whether a code that is not listed does not exist."""
        return self.content == "complete"

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """Concepts by code, in the order of the definition."""
        return dict(_concepts(self.resource.get("concept", ()), ()))

    @cached_property
    def _folded(self) -> Mapping[str, Concept]:
        return {code.casefold(): concept for code, concept in self.concepts.items()}

    def concept(self, code: str) -> Concept | None:
        """The concept with this code, as the system's case sensitivity has it."""
        return self.concepts.get(code) or (None if self.case_sensitive else self._folded.get(code.casefold()))

    def below(self, ancestor: str) -> frozenset[str]:
        """The codes under a code, at any depth; cycles in the definition end."""
        found: set[str] = set()
        level = {ancestor}
        while level:
            level = {code for parent in level for code in self._children.get(parent, ())} - found
            found |= level
        return frozenset(found)

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        children: dict[str, list[str]] = {}
        for concept in self.concepts.values():
            for parent in concept.parents:
                children.setdefault(parent, []).append(concept.code)
        return children


def _concepts(listed: list[Json], above: tuple[str, ...]) -> Iterator[tuple[str, Concept]]:
    for each in listed:
        code = str(each.get("code", ""))
        properties = tuple((str(one.get("code", "")), _text(one)) for one in each.get("property", ()))
        parents = above + tuple(value for name, value in properties if name in {"subsumedBy", "parent"})
        names = tuple(
            (str(one.get("language", "")), str(one["value"])) for one in each.get("designation", ()) if "value" in one
        )
        yield code, Concept(code, str(each.get("display", "")), names, parents, properties)
        yield from _concepts(each.get("concept", []), (code,))


def _text(holder: Json) -> str:
    value = next((value for name, value in holder.items() if name.startswith("value")), "")
    if isinstance(value, dict):
        return str(value.get("code", ""))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
