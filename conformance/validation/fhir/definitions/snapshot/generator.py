"""Snapshots from differentials (StructureDefinition, "Differential versus snapshot").

The profile's differential is laid over the tree of its base. Where it walks into a datatype, a type profile or a
content reference, that definition's tree is hung in first. Choice elements are always written `value[x]` with one
slice a type, whichever of the notations of STU3 and R4 the differential uses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions.problem import DefinitionProblem
from conformance.validation.fhir.definitions.snapshot.choices import (
    BY_TYPE,
    choice_of,
    narrowed,
    stands_alone,
    type_in_name,
    typed,
)
from conformance.validation.fhir.definitions.snapshot.merge import contradictions, merged_element
from conformance.validation.fhir.definitions.snapshot.tree import Node, flat, tree

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
BASE = "http://hl7.org/fhir/StructureDefinition/"
EXTENSIONS = frozenset({"extension", "modifierExtension"})
BY_URL: Json = {"discriminator": [{"type": "value", "path": "url"}], "ordered": False, "rules": "open"}


class Generator:
    """Generates snapshots; problems go to the list given, with file and element."""

    def __init__(self, structure: Callable[[str], Json | None], problems: list[DefinitionProblem]) -> None:
        """`structure` finds a StructureDefinition with snapshot by canonical; it may come back here for another."""
        self._structure = structure
        self._problems = problems
        self._trees: dict[str, Node | None] = {}
        self._making: list[str] = []

    def generate(self, resource: Json, where: str) -> Json:
        """The StructureDefinition with a snapshot instead of its differential."""
        url = str(resource.get("url", ""))
        self._making.append(url)
        try:
            snapshot = _Profile(self, resource, where).elements()
        finally:
            self._making.pop()
        made = {name: value for name, value in resource.items() if name != "differential"}
        made["snapshot"] = {"element": snapshot}
        return made

    def problem(self, found: DefinitionProblem) -> None:
        """Note a problem once."""
        if found not in self._problems:
            self._problems.append(found)

    def tree_of(self, canonical: str) -> Node | None:
        """The tree of another definition; None when it is not here, or is being made and so asks for itself."""
        if canonical.partition("|")[0] in self._making:
            return None
        if canonical not in self._trees:
            structure = self._structure(canonical)
            elements = structure["snapshot"]["element"] if structure else []
            self._trees[canonical] = tree(elements) if elements else None
        return self._trees[canonical]


class _Profile:
    """The generation of one snapshot."""

    def __init__(self, generator: Generator, resource: Json, where: str) -> None:
        self._generator = generator
        self._resource = resource
        self._where = where
        self._type = str(resource.get("type") or resource.get("id") or "")

    def elements(self) -> list[Json]:
        """The snapshot's elements; empty when there is nothing to start from."""
        base = self._base()
        listed = self._resource.get("differential", {}).get("element", [])
        try:
            change = tree(listed) if listed else None
        except ValueError as error:
            self._problem("differential", str(error))
            change = None
        if base is None:
            return list(flat(change)) if change is not None else []
        base = replace(base, name=change.name if change is not None else base.name)
        made = self._merged(base, change, base.name) if change is not None else base
        return [_with_base(element) for element in flat(made)]

    def _base(self) -> Node | None:
        canonical = str(self._resource.get("baseDefinition") or "")
        found = self._generator.tree_of(canonical) if canonical else None
        if found is None and canonical:
            self._problem(
                self._type,
                f"its base {canonical} is not in the loaded definitions, or is based on this profile; "
                f"the base definition of {self._type} is used",
            )
            found = self._generator.tree_of(BASE + self._type)
        return found

    def _problem(self, element: str, message: str, *, is_error: bool = True) -> None:
        self._generator.problem(DefinitionProblem(self._where, element, message, is_error))

    def _merged(self, base: Node, change: Node, place: str) -> Node:
        """The base's node with everything the differential says of it and of what is below it."""
        element = merged_element(base.element, change.element)
        for message in contradictions(base.element, element) if change.said else ():
            self._problem(place, message)
        node = replace(base, element=element)
        if change.children:
            node = self._opened(node, place)
        for child in change.children:
            node = self._with_child(node, child, change, f"{place}.{child.name}")
        for each in change.slices:
            node = self._with_slice(node, each, f"{place}:{each.slice_name}")
        return node

    def _with_child(self, node: Node, change: Node, parent: Node, place: str) -> Node:
        existing = node.child(change.name)
        if existing is not None:
            return node.with_child(self._merged(existing, change, place))
        choice, code = choice_of(node, change.name)
        if choice is None:
            self._problem(place, f"there is no such element in {node.name}")
            return node
        if stands_alone(choice, parent):
            choice = narrowed(choice, code)
        named = [replace(change, slices=(), slice_name=change.name)] if change.said or change.children else []
        for each in (*named, *change.slices):
            choice = self._with_slice(choice, typed(each, choice, code), f"{place}:{each.slice_name}")
        return node.with_child(choice)

    def _with_slice(self, node: Node, change: Node, place: str) -> Node:
        node = self._sliced(node, change, place)
        if "slicing" not in node.element:
            return self._merged(node, change, place)
        existing = node.slice(change.slice_name)
        if existing is None:
            parent = node.slice(change.slice_name.rpartition("/")[0]) or node
            element = {name: value for name, value in parent.element.items() if name != "slicing"} | {"min": 0}
            existing = Node(node.name, element, change.slice_name, parent.children)
        change = typed(change, node, type_in_name(node, change.slice_name))
        return node.with_slice(self._merged(existing, change, place))

    def _sliced(self, node: Node, change: Node, place: str) -> Node:
        """The node with a slicing, put in where the specification lets a profile leave it out."""
        if "slicing" in node.element:
            return node
        if node.name in EXTENSIONS or node.name.endswith("[x]"):
            return replace(node, element={**node.element, "slicing": BY_URL if node.name in EXTENSIONS else BY_TYPE})
        told_apart = [
            {"type": "value", "path": child.name}
            for child in change.children
            if any(name.startswith(("fixed", "pattern")) for name in child.element)
        ]
        message = "slices without a slicing element"
        if not told_apart:
            self._problem(place, f"{message} or a fixed value; taken as a label of the element itself", is_error=False)
            return node
        paths = ", ".join(each["path"] for each in told_apart)
        self._problem(place, f"{message}; taken to be sliced by the value of {paths}", is_error=False)
        return replace(node, element={**node.element, "slicing": {**BY_URL, "discriminator": told_apart}})

    def _opened(self, node: Node, place: str) -> Node:
        """The node with the children of its type, its type profile or what its content refers to."""
        if node.children:
            return node
        reference = str(node.element.get("contentReference", ""))
        if reference:
            return self._referred(node, reference, place)
        types = node.element.get("type", [])
        source = self._of_type(types[0], place) if len(types) == 1 else self._generator.tree_of(BASE + "Element")
        if source is None:
            self._problem(
                place,
                f"the type {types[0].get('code') if types else 'of this element'} is not in the loaded definitions",
            )
            return node
        return replace(node, children=source.children)

    def _of_type(self, entry: Json, place: str) -> Node | None:
        profiles = entry.get("profile", [])
        found = self._generator.tree_of(str(profiles[0])) if len(profiles) == 1 else None
        if found is None and len(profiles) == 1:
            # HL7's own extensions may lack in the shipped STU3 digest: that is no defect of the profile.
            message = f"its type profile {profiles[0]} is not in the loaded definitions; the base type is used"
            self._problem(place, message, is_error=not str(profiles[0]).startswith(BASE))
        return found or self._generator.tree_of(BASE + _code(entry))

    def _referred(self, node: Node, reference: str, place: str) -> Node:
        path = reference.rpartition("#")[2]
        target = self._generator.tree_of(BASE + path.partition(".")[0])
        for name in path.split(".")[1:]:
            target = target.child(name) if target is not None else None
        if target is None:
            self._problem(place, f"its content reference {reference} leads nowhere")
            return node
        element = {name: value for name, value in node.element.items() if name != "contentReference"}
        element["type"] = target.element.get("type", [])
        return replace(node, element=element, children=target.children)


def _code(entry: Json) -> str:
    code = str(entry.get("code", ""))
    return code.rpartition(".")[2].lower() if code.startswith("http://hl7.org/fhirpath/") else code


def _with_base(element: Json) -> Json:
    if "base" not in element:
        element["base"] = {"path": element["path"], "min": element.get("min", 0), "max": element.get("max", "*")}
    return element
