"""A snapshot's flat list of elements as the tree it means: children and slices by name, re-slices in their slice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Piece:
    """One element of a profile, sliced or not."""

    element: dict[str, Any]
    name: str  # the last part of the path: "value[x]"
    children: dict[str, Piece] = field(default_factory=dict)
    slices: dict[str, Piece] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The element id, for messages and outputs."""
        return str(self.element.get("id") or self.element.get("path", ""))


def tree(structure: dict[str, Any]) -> Piece | None:
    """The root of a structure's snapshot; None when it has none."""
    elements = structure.get("snapshot", {}).get("element", [])
    if not elements:
        return None
    root = Piece(elements[0], str(elements[0]["path"]))
    for element in elements[1:]:
        _insert(root, _owned(element, str(structure.get("url", ""))))
    return root


def _owned(element: dict[str, Any], url: str) -> dict[str, Any]:
    """An element whose binding to a contained value set (`#id`) says whose it is."""
    binding = element.get("binding") or {}
    if not str(binding.get("valueSet", "")).startswith("#"):
        return element
    return {**element, "binding": {**binding, "valueSet": f"{url}{binding['valueSet']}"}}


def _insert(root: Piece, element: dict[str, Any]) -> None:
    path = str(element["path"]).split(".")
    parts = str(element.get("id") or element["path"]).split(".")
    if len(parts) != len(path):
        parts = path
    here = root
    for name, part in zip(path[1:], parts[1:], strict=True):
        following = here.children.get(name)
        if following is None:
            following = here.children[name] = Piece(element, name)
        here = _slice(following, part, element) if ":" in part else following
    if here.element is not element and ":" not in parts[-1]:
        here.element = element


def _slice(sliced: Piece, part: str, element: dict[str, Any]) -> Piece:
    """The piece of `identifier:bsn`, or of the re-slice `identifier:bsn/old` under its slice."""
    here = sliced
    label = part.split(":", 1)[1]
    for length in range(1, label.count("/") + 2):
        name = "/".join(label.split("/")[:length])
        if name in here.slices:
            here = here.slices[name]
        elif name == label:
            here.slices[name] = here = Piece(element, sliced.name)
    return here
