"""The types of one FHIR version as tables: what the codecs, the validator and FHIRPath ask of the definitions.

A type is named as in the definitions ("Patient", "HumanName", "string"); a backbone element by its path
("Patient.contact"), so that a content reference is simply the name of another type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from conformance.codecs.fhir import Child, Kind
from conformance.validation.fhir.primitives import primitive

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEM = "http://hl7.org/fhirpath/System."
FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
RESOURCES = {"Resource", "DomainResource"}


class TypeSource(Protocol):
    """The part of Definitions that the model needs."""

    def type(self, name: str) -> dict[str, Any] | None:
        """The base StructureDefinition of a type, with snapshot."""


@dataclass(frozen=True, slots=True)
class TypeShape:
    """One type or backbone element: its own element, its children, and the element definition of each child."""

    name: str
    definition: str
    element: dict[str, Any]
    children: dict[str, Child]
    elements: tuple[dict[str, Any], ...]
    is_resource: bool


class Model:
    """Type tables, made per type when first asked for."""

    def __init__(self, source: TypeSource) -> None:
        self._source = source
        self._shapes: dict[str, TypeShape | None] = {}

    def children(self, type_name: str) -> Mapping[str, Child] | None:
        """Children by JSON property name, in the order of the definition; None for an unknown type."""
        shape = self.shape(type_name)
        return shape.children if shape else None

    def shape(self, type_name: str) -> TypeShape | None:
        """The shape of a type or backbone element."""
        if type_name not in self._shapes:
            owner = type_name.split(".", 1)[0]
            structure = self._source.type(owner)
            # All at once: whoever is interrupted while a type is made leaves no half of it to the next who asks.
            self._shapes |= {type_name: None} | (self._made(structure, owner) if structure is not None else {})
        return self._shapes[type_name]

    def is_resource(self, name: str) -> bool:
        """Whether a name is a concrete or abstract resource type of this version."""
        shape = self.shape(name) if name[:1].isupper() and "." not in name else None
        return shape is not None and shape.is_resource

    def kind(self, type_name: str) -> Kind:
        """How a value of this type is represented."""
        if type_name == "xhtml":
            return Kind.XHTML
        if primitive(type_name) is not None:
            return Kind.PRIMITIVE
        if type_name in RESOURCES or (type_name[:1].isupper() and self._is_resource_type(type_name)):
            return Kind.RESOURCE
        return Kind.COMPLEX

    def _is_resource_type(self, name: str) -> bool:
        structure = self._source.type(name)
        return structure is not None and structure.get("kind") == "resource"

    def _made(self, structure: dict[str, Any], owner: str) -> dict[str, TypeShape | None]:
        """The shapes of a type and of every backbone element in it."""
        elements = structure.get("snapshot", {}).get("element", [])
        if not elements:
            return {}
        root = elements[0]["path"]
        below: dict[str, list[dict[str, Any]]] = {}
        for element in elements[1:]:
            if ":" not in element.get("id", ""):
                below.setdefault(element["path"].rsplit(".", 1)[0], []).append(element)
        shapes: dict[str, TypeShape | None] = {}
        for element in elements:
            path = element["path"]
            if path != root and path not in below:
                continue
            name = owner + path.removeprefix(root)
            members = tuple(below.get(path, ()))
            children = {child.name: child for each in members for child in self._children_of(each, owner, root, below)}
            is_resource = structure.get("kind") == "resource" and path == root
            shapes[name] = TypeShape(name, structure["url"], element, children, members, is_resource)
        return shapes

    def _children_of(self, element: dict[str, Any], owner: str, root: str, below: Mapping[str, Any]) -> list[Child]:
        path = element["path"]
        name = path.rsplit(".", 1)[1]
        repeats = element.get("base", element).get("max", element.get("max", "1")) not in {"0", "1"}
        if "contentReference" in element:
            target = owner + element["contentReference"].rsplit("#", 1)[1].removeprefix(root)
            return [Child(name, target, Kind.COMPLEX, repeats, name)]
        if path in below:
            return [Child(name, owner + path.removeprefix(root), Kind.COMPLEX, repeats, name)]
        attribute = (name == "id" and not self._is_resource_type(owner)) or (name == "url" and owner == "Extension")
        attribute = attribute or (name == "id" and "." in path.removeprefix(root + "."))
        found = []
        names = type_names(element)
        if name == "id" and path == f"{root}.id" and self._is_resource_type(owner):
            names = ["id"]  # R4 calls it a string and means the type id: the reference and the R5 text say so
        for type_name in names:
            json_name = name[:-3] + type_name[0].upper() + type_name[1:] if name.endswith("[x]") else name
            found.append(Child(json_name, type_name, self.kind(type_name), repeats, name, attribute))
        return found


def type_names(element: Mapping[str, Any]) -> list[str]:
    """The type names an element allows, without those of the FHIRPath system types."""
    names = []
    for entry in element.get("type", ()):
        code = entry.get("code", "")
        if code.startswith(SYSTEM) or not code:
            code = system_type(element["path"], entry)
        names.append(code)
    return names


def system_type(path: str, entry: Mapping[str, Any]) -> str:
    """The FHIR type behind `System.String`: an extension says it, and FHIR fixes it for id and url."""
    for extension in entry.get("extension", ()):
        if extension.get("url") == FHIR_TYPE:
            named = extension.get("valueUrl") or extension.get("valueUri") or extension.get("valueString")
            if named:
                return str(named)
    if path.endswith(".id"):
        return "string"
    return "uri" if path == "Extension.url" else "string"
