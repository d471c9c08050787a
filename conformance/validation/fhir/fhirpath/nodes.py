"""Nodes: elements of a resource as FHIRPath walks over them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from conformance.validation.fhir.fhirpath.quantity import Quantity
from conformance.validation.fhir.fhirpath.temporal import Temporal
from conformance.validation.fhir.fhirpath.type_table import Slot, Type

_UNDECLARED: tuple[Slot, ...] = ()


class Node:
    """An element: its JSON value (None when only id or extensions are there), its type, and where it came from.

    `sibling` is the content of the `_name` property of a primitive. `parent`, `name` and `index` (-1: does not repeat)
    give the location.
    """

    __slots__ = ("index", "name", "parent", "sibling", "type", "value")

    def __init__(
        self,
        value: Any,
        type_: Type,
        sibling: Any = None,
        parent: Node | None = None,
        name: str = "",
        index: int = -1,
    ) -> None:
        self.value = value
        self.type = type_
        self.sibling = sibling
        self.parent = parent
        self.name = name
        self.index = index

    def __repr__(self) -> str:
        return f"<{self.type.name} at {self.location}>"

    @property
    def location(self) -> str:
        """FHIRPath from the outermost node, such as `Patient.name[0].given[1]`."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None:
            label = node.name or node.type.name
            steps.append(label if node.index < 0 else f"{label}[{node.index}]")
            node = node.parent
        return ".".join(reversed(steps))

    @property
    def is_primitive(self) -> bool:
        """Whether the type is a FHIR primitive."""
        return self.type.convert is not None

    def resource(self) -> Node:
        """The nearest resource around this node, or the outermost node when there is none."""
        node = self
        while not (isinstance(node.value, dict) and "resourceType" in node.value) and node.parent is not None:
            node = node.parent
        return node

    def root_resource(self) -> Node:
        """The resource that contains the nearest resource, or that resource itself (also inside a Bundle)."""
        nearest = self.resource()
        return nearest.parent.resource() if nearest.name == "contained" and nearest.parent is not None else nearest


class TypeName(NamedTuple):
    """What `type()` answers."""

    namespace: str
    name: str


Item: TypeAlias = Node | bool | int | Decimal | str | Temporal | Quantity | TypeName
Items: TypeAlias = list[Item]


def append_children(node: Node, name: str, found: Items) -> None:
    """Add the children of that name, in document order, to `found`."""
    value = node.value if node.value.__class__ is dict else node.sibling
    if value.__class__ is not dict:
        return
    slots = node.type.slots(name)
    if slots is None:
        slots = _UNDECLARED if node.type.known else node.type.table.guess_slots(value, name)
    for key, sibling_key, type_ in slots:
        child = value.get(key)
        if type_.convert is not None and (sibling := value.get(sibling_key)) is not None:
            _append_with_siblings(node, name, type_, child, sibling, found)
        elif child is None:
            continue
        elif child.__class__ is list:
            for index, entry in enumerate(child):
                found.append(Node(entry, type_.concrete(entry) if type_.abstract else type_, None, node, name, index))
        else:
            found.append(Node(child, type_.concrete(child) if type_.abstract else type_, None, node, name))


def has_children(node: Node, name: str) -> bool:
    """Whether at least one child of that name is there."""
    value = node.value if node.value.__class__ is dict else node.sibling
    if value.__class__ is not dict:
        return False
    slots = node.type.slots(name)
    if slots is None:
        slots = _UNDECLARED if node.type.known else node.type.table.guess_slots(value, name)
    for key, sibling_key, type_ in slots:
        child = value.get(key)
        if child is not None and child != []:
            return True
        if type_.convert is not None and value.get(sibling_key):
            return True
    return False


def all_children(node: Node) -> list[Node]:
    """All children of the node, in document order."""
    value = node.value if node.value.__class__ is dict else node.sibling
    found: Items = []
    if isinstance(value, dict):
        for name in dict.fromkeys(map(node.type.child_name, value)):
            if name is not None:
                append_children(node, name, found)
    return [item for item in found if isinstance(item, Node)]


def _append_with_siblings(node: Node, name: str, type_: Type, child: Any, sibling: Any, found: Items) -> None:
    if child.__class__ is not list and sibling.__class__ is not list:
        found.append(Node(child, type_, sibling, node, name))
        return
    values = child if isinstance(child, list) else [] if child is None else [child]
    siblings = sibling if isinstance(sibling, list) else [sibling]
    for index in range(max(len(values), len(siblings))):
        value = values[index] if index < len(values) else None
        beside = siblings[index] if index < len(siblings) else None
        found.append(Node(value, type_, beside, node, name, index))
