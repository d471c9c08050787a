"""FHIR STU3 resources between JSON form and XML.

JSON form is the internal one: dict, list, str, bool, int and Decimal, with ids and extensions of primitives in `_name`
siblings. The order of elements, and which of them repeat, comes from `fhir_stu3.json` (written by
`conformance.upkeep.fhir_elements`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any

from lxml import etree

from conformance.model.agreements import Json

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
DEFAULT_NAMESPACE: dict[Any, str] = {None: FHIR}
DEPTH_LIMIT = 64
PRIMITIVES = frozenset({"boolean", "integer", "decimal", "string"})
ATTRIBUTES = {"Extension": "url"}


class FhirXmlError(ValueError):
    """The bytes are no FHIR XML; the message names the element and what was expected."""


@cache
def _table() -> dict[str, dict[str, str]]:
    text = files("conformance.codecs").joinpath("fhir_stu3.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, str]] = json.loads(text)
    return table


def to_xml(resource: dict[str, Json]) -> bytes:
    """A resource as an XML document in UTF-8, elements in the order of the specification.

    Elements the type does not know come last, in their own order: a deliberately wrong resource keeps its fault.
    """
    root = _resource_element(resource)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _resource_element(resource: dict[str, Json]) -> etree._Element:
    name = str(resource.get("resourceType", "Resource"))
    element = etree.Element(_tag(name), nsmap=DEFAULT_NAMESPACE)
    _write(element, {key: value for key, value in resource.items() if key != "resourceType"}, name, root=True)
    return element


def _write(parent: etree._Element, value: dict[str, Json], kind: str, *, root: bool = False) -> None:
    forms = _table().get(kind, {})
    attribute = ATTRIBUTES.get(kind)
    for name in _ordered(value, forms):
        if (name == "id" and not root) or name == attribute:
            parent.set(name, _text(value[name]))
            continue
        form = forms.get(name, "")
        for item, sibling in _pairs(value.get(name), value.get("_" + name)):
            _write_one(parent, name, form.removeprefix("*"), item, sibling)


def _ordered(value: dict[str, Json], forms: dict[str, str]) -> Iterator[str]:
    present = {name.removeprefix("_"): None for name in value}
    yield from (name for name in forms if name in present)
    yield from (name for name in present if name not in forms)


def _pairs(value: Json, sibling: Json) -> Iterator[tuple[Json, Json]]:
    """Each value with the `_name` sibling at the same place."""
    values = value if isinstance(value, list) else [value]
    siblings = sibling if isinstance(sibling, list) else [sibling]
    for index in range(max(len(values), len(siblings))):
        yield (
            values[index] if index < len(values) else None,
            siblings[index] if index < len(siblings) else None,
        )


def _write_one(parent: etree._Element, name: str, form: str, item: Json, sibling: Json) -> None:
    if item is None and sibling is None:
        return
    if form == "xhtml" and isinstance(item, str):
        parent.append(_parsed(item.encode()))
        return
    element = etree.SubElement(parent, _tag(name))
    if isinstance(item, dict) and "resourceType" in item:
        element.append(_resource_element(item))
    elif isinstance(item, dict):
        _write(element, item, form)
    elif item is not None:
        element.set("value", _text(item))
    if isinstance(sibling, dict):
        _write(element, sibling, "Element")


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _tag(name: str) -> str:
    return f"{{{FHIR}}}{name}"


def from_xml(data: bytes) -> dict[str, Json]:
    """An XML document as JSON form; raises FhirXmlError when it is no well-formed FHIR STU3 XML."""
    return _read_resource(_parsed(data), 0)


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise FhirXmlError(f"not well-formed XML: {error}") from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise FhirXmlError("the document has a document type declaration, which FHIR does not allow")
    return root


def _read_resource(element: etree._Element, depth: int) -> dict[str, Json]:
    name = etree.QName(element).localname
    if etree.QName(element).namespace != FHIR or name not in _table():
        raise FhirXmlError(f"<{name}> is no FHIR STU3 resource (namespace {FHIR} expected)")
    return {"resourceType": name, **_read(element, name, depth)}


def _read(element: etree._Element, kind: str, depth: int) -> dict[str, Json]:
    if depth > DEPTH_LIMIT:
        raise FhirXmlError(f"<{kind}> lies deeper than {DEPTH_LIMIT} elements")
    forms = _table().get(kind, {})
    content: dict[str, Json] = {str(name): str(value) for name, value in element.attrib.items() if name != "value"}
    for child in element:
        name = etree.QName(child).localname
        form = forms.get(name, "")
        value, sibling = _read_one(child, form.removeprefix("*"), depth)
        _add(content, name, value, sibling, repeats=form.startswith("*"))
    return {name: value for name, value in content.items() if not _only_siblings(value)}


def _only_siblings(value: Json) -> bool:
    """Whether JSON leaves this list out, since all its items have nothing but ids or extensions."""
    return isinstance(value, list) and all(item is None for item in value)


def _read_one(child: etree._Element, form: str, depth: int) -> tuple[Json, Json]:
    """The value of one element and, for a primitive, its id and extensions."""
    if form == "xhtml":
        return etree.tostring(child, encoding="unicode", with_tail=False), None
    if form == "Resource":
        return (_read_resource(child[0], depth + 1) if len(child) else {}), None
    value = child.get("value")
    if form in PRIMITIVES or (not form and value is not None):
        return _primitive(value, form, etree.QName(child).localname), _read(child, "Element", depth + 1) or None
    return _read(child, form, depth + 1), None


def _primitive(value: str | None, form: str, name: str) -> Json:
    if value is None:
        return None
    if form == "boolean" and value in ("true", "false"):
        return value == "true"
    if form in ("integer", "decimal"):
        try:
            return int(value) if form == "integer" else Decimal(value)
        except (ValueError, InvalidOperation):
            raise FhirXmlError(f"<{name} value={value!r}> is no {form}") from None
    return value


def _add(content: dict[str, Any], name: str, value: Json, sibling: Json, *, repeats: bool) -> None:
    if not repeats:
        if name in content or "_" + name in content:
            raise FhirXmlError(f"<{name}> stands twice where one is allowed")
        content.update({} if value is None else {name: value})
        content.update({} if sibling is None else {"_" + name: sibling})
        return
    values, siblings = content.setdefault(name, []), content.get("_" + name)
    values.append(value)
    if sibling is not None and siblings is None:
        siblings = content["_" + name] = [None] * (len(values) - 1)
    if siblings is not None:
        siblings.append(sibling)
