"""The internal form to FHIR JSON and FHIR XML bytes."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from lxml import etree

from conformance.codecs.fhir.types import Child, Kind
from conformance.codecs.fhir.xml_reader import FHIR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.codecs.fhir.types import TypeTable

NAMESPACES: Any = {None: FHIR}
DECIMAL_MARK = re.compile('"\ufdd0([-+0-9.eE]+)\ufdd1"')


class WriteError(ValueError):
    """The internal form holds something its format cannot say: a property the type does not have."""


def to_json(resource: dict[str, Any], *, indent: int | None = 2) -> bytes:
    """FHIR JSON, UTF-8. Decimals keep their digits: `1.50` stays `1.50`."""
    text = json.dumps(_marked(resource), ensure_ascii=False, indent=indent)
    return DECIMAL_MARK.sub(r"\1", text).encode()


def _marked(value: Any) -> Any:
    """The json module writes no Decimal: digits go out between noncharacters, the quotes come off later."""
    if isinstance(value, dict):
        return {key: _marked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_marked(each) for each in value]
    return f"\ufdd0{_digits(value)}\ufdd1" if isinstance(value, Decimal) else value


def to_xml(resource: dict[str, Any], types: TypeTable) -> bytes:
    """FHIR XML, UTF-8, elements in the order of the definition. Raises WriteError for a property the type lacks."""
    root = _resource(resource, types)
    tree: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return tree


def _resource(resource: Mapping[str, Any], types: TypeTable) -> etree._Element:
    name = str(resource.get("resourceType", ""))
    if types.children(name) is None:
        raise WriteError(f"{name or 'a resource without resourceType'} is no resource type of this version")
    element = etree.Element(f"{{{FHIR}}}{name}", nsmap=NAMESPACES)
    _children(element, resource, name, types)
    return element


def _children(element: etree._Element, content: Mapping[str, Any], type_name: str, types: TypeTable) -> None:
    children = types.children(type_name) or {}
    unknown = [key for key in content if key.removeprefix("_") not in children and key != "resourceType"]
    if unknown:
        raise WriteError(f"{type_name} has no property {unknown[0]}")
    for child in children.values():
        for value, sibling in _values(content, child):
            if child.attribute:
                element.set(child.name, str(value))
            else:
                _child(element, child, value, sibling, types)


def _values(content: Mapping[str, Any], child: Child) -> Iterator[tuple[Any, Any]]:
    values, siblings = content.get(child.name), content.get(f"_{child.name}")
    if isinstance(values, list) or isinstance(siblings, list):
        yield from zip_longest(values or [], siblings or [])
    elif values is not None or siblings is not None:
        yield values, siblings


def _child(parent: etree._Element, child: Child, value: Any, sibling: Any, types: TypeTable) -> None:
    if child.kind is Kind.XHTML:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        parent.append(etree.fromstring(value, parser))
        return
    element = etree.SubElement(parent, f"{{{FHIR}}}{child.name}")
    if child.kind is Kind.PRIMITIVE:
        if value is not None:
            element.set("value", _text(value))
        _children(element, sibling or {}, "Element", types)
    elif child.kind is Kind.RESOURCE:
        element.append(_resource(value, types))
    else:
        _children(element, value, child.type, types)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _digits(value) if isinstance(value, Decimal) else str(value)


def _digits(value: Decimal) -> str:
    return str(value).replace("E+", "E")
