"""Element definitions as a tree: children, and slices beside the element they slice.

A StructureDefinition lists elements in document order with dotted paths; generating a snapshot is far simpler on a
tree. Nodes are never modified once built, so the trees of base types are shared by all profiles.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Json = dict[str, Any]
_PLACE = frozenset({"id", "path", "sliceName"})


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its definition without id, path and slice name, the elements below it, and its slices.

    `said` is false for a node that a differential only passes through.
    """

    name: str
    element: Json
    slice_name: str = ""
    children: tuple[Node, ...] = ()
    slices: tuple[Node, ...] = ()
    said: bool = True

    def child(self, name: str) -> Node | None:
        """The child with this element name."""
        return next((each for each in self.children if each.name == name), None)

    def slice(self, name: str) -> Node | None:
        """The slice of this name, also when it is a slice of a slice."""
        for each in self.slices:
            if each.slice_name == name:
                return each
            if name.startswith(each.slice_name + "/"):
                return each.slice(name)
        return None

    def with_child(self, child: Node) -> Node:
        """A copy in which the child stands in the place of the one with its name."""
        return replace(self, children=tuple(child if each.name == child.name else each for each in self.children))

    def with_slice(self, new: Node) -> Node:
        """A copy in which the slice replaces its namesake, goes below the slice it re-slices, or comes last."""
        for each in self.slices:
            if each.slice_name == new.slice_name:
                return self._swapped(each, new)
            if new.slice_name.startswith(each.slice_name + "/"):
                return self._swapped(each, each.with_slice(new))
        return replace(self, slices=(*self.slices, new))

    def _swapped(self, old: Node, new: Node) -> Node:
        return replace(self, slices=tuple(new if each is old else each for each in self.slices))


@dataclass(slots=True)
class _Growing:
    """A node while its tree is being built."""

    name: str
    slice_name: str = ""
    element: Json = field(default_factory=dict)
    said: bool = False
    children: list[_Growing] = field(default_factory=list)
    slices: list[_Growing] = field(default_factory=list)

    def child(self, name: str) -> _Growing:
        found = next((each for each in self.children if each.name == name), None)
        if found is None:
            found = _Growing(name)
            self.children.append(found)
        return found

    def slice(self, name: str) -> _Growing:
        for each in self.slices:
            if each.slice_name == name:
                return each
            if name.startswith(each.slice_name + "/"):
                return each.slice(name)
        made = _Growing(self.name, name)
        self.slices.append(made)
        return made

    def frozen(self) -> Node:
        return Node(
            self.name,
            self.element,
            self.slice_name,
            tuple(each.frozen() for each in self.children),
            tuple(each.frozen() for each in self.slices),
            self.said,
        )


def tree(elements: Sequence[Json]) -> Node:
    """The tree of a snapshot's or a differential's elements; parents that a differential leaves out are put in.

    Raises ValueError when there is no element, or a path does not start at the first element's root.
    """
    if not elements:
        raise ValueError("no elements")
    root_name = str(elements[0].get("path", "")).partition(".")[0]
    root = _Growing(root_name)
    latest: dict[str, _Growing] = {root_name: root}
    for element in elements:
        path = str(element.get("path", ""))
        if path.partition(".")[0] != root_name:
            raise ValueError(f"path {path!r} does not start at {root_name!r}")
        node = _by_id(root, element, path) or _by_order(latest, element, path)
        latest[path] = node
        node.said = True
        node.element = {name: value for name, value in element.items() if name not in _PLACE}
    return root.frozen()


def _by_id(root: _Growing, element: Json, path: str) -> _Growing | None:
    """Follow the id, when it says the same as path and slice name."""
    segments = [segment.partition(":") for segment in str(element.get("id", "")).split(".")]
    if (
        [name for name, _, _ in segments] != path.split(".")
        or segments[-1][2] != element.get("sliceName", "")
        or segments[0][2]
    ):
        return None
    node = root
    for name, _, slice_name in segments[1:]:
        node = node.child(name)
        if slice_name:
            node = node.slice(slice_name)
    return node


def _by_order(latest: dict[str, _Growing], element: Json, path: str) -> _Growing:
    """Without a usable id: below the element that came last at the parent's path."""
    parent_path, _, name = path.rpartition(".")
    if not parent_path:
        return latest[path]
    if parent_path not in latest:
        latest[parent_path] = _by_order(latest, {}, parent_path)
    node = latest[parent_path].child(name)
    return node.slice(str(element["sliceName"])) if element.get("sliceName") else node


def flat(node: Node, path: str = "", identifier: str = "") -> Iterator[Json]:
    """The elements of a tree in document order, with id, path and slice name."""
    path = f"{path}.{node.name}" if path else node.name
    identifier = f"{identifier}.{node.name}" if identifier else node.name
    if node.slice_name:
        identifier = f"{identifier}:{node.slice_name}"
    yield from _one(node, path, identifier)


def _one(node: Node, path: str, identifier: str) -> Iterator[Json]:
    place: Json = {"id": identifier, "path": path}
    if node.slice_name:
        place["sliceName"] = node.slice_name
    yield place | node.element
    for child in node.children:
        yield from flat(child, path, identifier)
    stem = identifier.removesuffix(f":{node.slice_name}") if node.slice_name else identifier
    for each in node.slices:
        yield from _one(each, path, f"{stem}:{each.slice_name}")
