"""The XML schemas of a FHIR release as types with children: order, cardinality, type names, code lists, patterns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_XS = "{http://www.w3.org/2001/XMLSchema}"


@dataclass(frozen=True, slots=True)
class SchemaElement:
    """A child of a type: a choice has several types, its name ends in [x] and its types are FHIR type names."""

    name: str
    types: tuple[str, ...]
    least: int
    most: str
    attribute: bool = False


@dataclass(frozen=True, slots=True)
class SchemaType:
    """A complex type of the schema."""

    name: str
    base: str
    children: tuple[SchemaElement, ...]


@dataclass(slots=True)
class Schemas:
    """Everything the schemas say: types, code lists (code -> display), and the pattern of each primitive."""

    types: dict[str, SchemaType] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    patterns: dict[str, str] = field(default_factory=dict)
    resources: list[str] = field(default_factory=list)
    primitives: list[str] = field(default_factory=list)


def read(files: Mapping[str, bytes]) -> Schemas:
    """Read the schema files of a release, by file name; the collecting schemas are skipped."""
    schemas = Schemas()
    for name in sorted(files):
        if name in {"fhir-all.xsd", "fhir-single.xsd", "fhir-xhtml.xsd", "xml.xsd", "xmldsig-core-schema.xsd"}:
            continue
        root = etree.fromstring(files[name], etree.XMLParser(resolve_entities=False, no_network=True))
        for node in root.iterchildren():
            if node.tag == _XS + "simpleType":
                _simple(node, schemas)
            elif node.tag == _XS + "complexType":
                _complex(node, schemas)
    container = schemas.types.pop("ResourceContainer")
    schemas.resources = [each.name for each in container.children]
    return schemas


def _simple(node: etree._Element, schemas: Schemas) -> None:
    name = node.get("name", "")
    if name.endswith("-list"):
        listed = {each.get("value", ""): _display(each) for each in node.iter(_XS + "enumeration")}
        schemas.codes[name.removesuffix("-list")] = listed
    elif name.endswith("-primitive"):
        schemas.primitives.append(name.removesuffix("-primitive"))
        pattern = node.find(f".//{_XS}pattern")
        if pattern is not None:
            schemas.patterns[name.removesuffix("-primitive")] = pattern.get("value", "")


def _display(enumeration: etree._Element) -> str:
    text = enumeration.findtext(f"{_XS}annotation/{_XS}documentation")
    return " ".join((text or "").split())


def _complex(node: etree._Element, schemas: Schemas) -> None:
    name = node.get("name", "")
    extension = node.find(f"{_XS}complexContent/{_XS}extension")
    holder = node if extension is None else extension
    group = next((each for each in holder if each.tag in {_XS + "sequence", _XS + "choice"}), None)
    children = list(_children(group)) if group is not None else []
    attributes = [
        SchemaElement(
            each.get("name", ""),
            (each.get("type", "").removesuffix("-primitive"),),
            int(each.get("use") == "required"),
            "1",
            attribute=True,
        )
        for each in holder.iterchildren(_XS + "attribute")
    ]
    base = "" if extension is None else extension.get("base", "")
    schemas.types[name] = SchemaType(name, base, (*attributes, *children))


def _children(group: etree._Element) -> Iterable[SchemaElement]:
    for node in group.iterchildren(_XS + "element", _XS + "choice"):
        least, most = int(node.get("minOccurs", "1")), node.get("maxOccurs", "1").replace("unbounded", "*")
        if node.tag == _XS + "choice":
            yield _choice(node, least, most)
        else:
            name = str(node.get("name") or node.get("ref")).rpartition(":")[2]
            kind = "xhtml" if node.get("ref", "").startswith("xhtml:") else node.get("type", name)
            yield SchemaElement(name, (kind,), least, most)


def _choice(node: etree._Element, least: int, most: str) -> SchemaElement:
    options = [(each.get("name", ""), each.get("type", "")) for each in node.iterchildren(_XS + "element")]
    stems = {name.removesuffix(kind[0].upper() + kind[1:]) for name, kind in options}
    if len(stems) != 1:
        raise ValueError(f"a choice of {options[:3]} is no FHIR choice element")
    return SchemaElement(stems.pop() + "[x]", tuple(kind for _, kind in options), least, most)
