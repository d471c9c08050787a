"""What a codec must know of a FHIR version's types to read and write XML."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(Enum):
    """How a child is represented."""

    PRIMITIVE = "primitive"
    COMPLEX = "complex"
    RESOURCE = "resource"
    XHTML = "xhtml"


@dataclass(frozen=True, slots=True)
class Child:
    """One JSON property of a type: `valueQuantity` and `valueString` are two children of an Observation."""

    name: str
    type: str  # a type name, or the path of a backbone element ("Patient.contact")
    kind: Kind
    repeats: bool
    element: str  # the element's name in the definition: "value[x]"
    attribute: bool = False  # written as an XML attribute: Element.id and Extension.url


class TypeTable(Protocol):
    """The children of every type of one FHIR version, in the order of the definition."""

    def children(self, type_name: str) -> Mapping[str, Child] | None:
        """Children by JSON property name, or None when the version has no such type."""
