"""What FHIRPath asks about types: `TypeModel` is the question, `SnapshotModel` answers it from StructureDefinitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

_SYSTEM_STRING = "http://hl7.org/fhirpath/System.String"
_RESOURCE_BASES = ("Resource", "DomainResource", "CanonicalResource", "MetadataResource")


@dataclass(frozen=True, slots=True)
class Child:
    """An element of a type: its name without `[x]`, and its type names (a path such as `Observation.component` for
    elements defined in place)."""

    name: str
    types: tuple[str, ...]
    choice: bool = False


class TypeModel(Protocol):
    """What the evaluator asks about types."""

    def children(self, type_name: str) -> Mapping[str, Child] | None:
        """The children of a type by name, inherited ones too; None for an unknown type."""
        ...

    def parent(self, type_name: str) -> str | None:
        """The type this one specialises; None at the top or for an unknown type."""
        ...


class SnapshotModel:
    """A type model over StructureDefinitions with snapshots.

    `lookup` answers a base type by its name ("Patient", "Identifier", "string") with a StructureDefinition or None.
    """

    def __init__(self, lookup: Callable[[str], Mapping[str, Any] | None]) -> None:
        self._lookup = lookup
        self._children: dict[str, dict[str, Child]] = {}
        self._parents: dict[str, str | None] = {}
        self._loaded: set[str] = set()

    def children(self, type_name: str) -> Mapping[str, Child] | None:
        """The children of the type or of the element path; None when unknown."""
        self._load(type_name)
        return self._children.get(type_name)

    def parent(self, type_name: str) -> str | None:
        """The name of the base type."""
        self._load(type_name)
        return self._parents.get(type_name)

    def _load(self, type_name: str) -> None:
        root = type_name.split(".", 1)[0]
        if root not in self._loaded:
            structure = self._lookup(root)
            if structure is not None:
                self._take(root, structure)
            self._loaded.add(root)  # last: whoever is interrupted before leaves it to the next who asks

    def _take(self, root: str, structure: Mapping[str, Any]) -> None:
        base = str(structure.get("baseDefinition", "")).rsplit("/", 1)[-1]
        self._parents[root] = base or None
        self._children[root] = {}
        for element in structure.get("snapshot", {}).get("element", ()):
            self._add(element)

    def _add(self, element: Mapping[str, Any]) -> None:
        path: str = element["path"]
        owner, _, name = path.rpartition(".")
        # A slice repeats the path of the element it cuts; the element itself always comes first.
        if not owner or name in self._children.setdefault(owner, {}):
            return
        choice = name.endswith("[x]")
        name = name.removesuffix("[x]")
        types = tuple(self._type_names(element, path))
        if types == (path,):
            self._children.setdefault(path, {})
            self._parents[path] = element["type"][0]["code"]
        self._children[owner].setdefault(name, Child(name, types, choice))

    def _type_names(self, element: Mapping[str, Any], path: str) -> Iterable[str]:
        if "contentReference" in element:
            return (str(element["contentReference"]).rsplit("#", 1)[-1],)
        codes = [str(entry.get("code", _SYSTEM_STRING)) for entry in element.get("type", ())]
        if codes in (["BackboneElement"], ["Element"]):
            return (path,)
        # Ids and urls are typed System.String; in the data a resource's id is an `id`, the others are a `string`.
        root, _, rest = path.partition(".")
        string = "id" if rest == "id" and self._parents.get(root) in _RESOURCE_BASES else "string"
        return dict.fromkeys(string if code == _SYSTEM_STRING else code for code in codes)
