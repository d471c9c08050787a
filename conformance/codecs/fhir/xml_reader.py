"""FHIR XML to the internal form; the type table decides between list and scalar, text and number.

No entities, no network, no document type: a FHIR document needs none of them, and each is a way to attack its reader.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from lxml import etree

from conformance.codecs.fhir.document import Document, Media, Path, Problem, ProblemKind
from conformance.codecs.fhir.types import Child, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codecs.fhir.types import TypeTable

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,200})(\.[0-9]{1,200})?([eE][+-]?[0-9]{1,6})?")
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,200})")
INTEGERS = {"integer", "positiveInt", "unsignedInt", "integer64"}
BOOLEANS = {"true": True, "false": False}
ENTITY: Any = type(etree.Entity("amp"))
COMMENT: Any = type(etree.Comment())
DOCTYPE = re.compile(rb"<!DOCTYPE")
SCHEMA_HINT = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


def read_xml(data: bytes, types: TypeTable) -> Document:
    """Read one XML resource; see `parse`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        kind = ProblemKind.TOO_DEEP if "xcessive depth" in str(error) else ProblemKind.NOT_READABLE
        return _failed(Problem(kind, str(error.msg), error.lineno or 1))
    except (ValueError, LookupError) as error:
        return _failed(Problem(ProblemKind.ENCODING, str(error), 1))
    if root.getroottree().docinfo.internalDTD is not None or DOCTYPE.search(data[:4096]):
        return _failed(Problem(ProblemKind.DOCTYPE, "<!DOCTYPE", 1))
    name = etree.QName(root)
    if name.namespace != FHIR:
        return _failed(Problem(ProblemKind.NAMESPACE, name.namespace or "", _line(root)))
    reader = _Reader(types)
    content = reader.resource(root, ())
    return Document(content, Media.XML, tuple(reader.problems), lambda: partial(_line_of, root))


def is_foreign(node: etree._Element) -> bool:
    """Whether a node is a comment, a processing instruction or an entity: their tag is a function."""
    return callable(node.tag)


def _failed(problem: Problem) -> Document:
    return Document({}, Media.XML, (problem,))


def _line(element: etree._Element) -> int:
    line: Any = element.sourceline
    return int(line or 1)


class _Reader:
    """Walks the tree once and collects what does not belong in it."""

    def __init__(self, types: TypeTable) -> None:
        self.types = types
        self.problems: list[Problem] = []
        self.orders: dict[str, dict[str, int]] = {}

    def problem(self, kind: ProblemKind, found: str, element: etree._Element, path: Path) -> None:
        self.problems.append(Problem(kind, found, _line(element), path))

    def resource(self, element: etree._Element, path: Path) -> dict[str, Any]:
        name = etree.QName(element).localname
        content: dict[str, Any] = {"resourceType": name}
        children = self.types.children(name)
        if children is None:
            return content
        self.attributes(element, {}, path)
        self.fill(content, element, name, children, path)
        return content

    def fill(
        self,
        content: dict[str, Any],
        element: etree._Element,
        type_name: str,
        children: Mapping[str, Child],
        path: Path,
    ) -> None:
        """Put every child element in its place, in the form JSON would give it."""
        order = self.orders.setdefault(type_name, {name: at for at, name in enumerate(children)})
        furthest, previous = -1, ""
        self.text(element.text, element, path)
        for node in element:
            self.text(node.tail, element, path)
            if is_foreign(node):
                self.foreign(node, path)
                continue
            name = etree.QName(node)
            child = children.get(name.localname)
            if child is None or child.attribute or name.namespace != (XHTML if child.kind is Kind.XHTML else FHIR):
                self.problem(ProblemKind.ELEMENT, name.localname, node, path)
                continue
            if order[child.name] < furthest:
                self.problem(ProblemKind.ORDER, f"{child.name} after {previous}", node, (*path, child.name))
            furthest, previous = max(furthest, order[child.name]), child.name
            self.put(content, node, child, path)

    def foreign(self, node: etree._Element, path: Path) -> None:
        if isinstance(node, ENTITY):
            self.problem(ProblemKind.TEXT, str(node.text), node, path)

    def text(self, text: str | None, element: etree._Element, path: Path) -> None:
        if text and not text.isspace():
            self.problem(ProblemKind.TEXT, text.strip()[:40], element, path)

    def put(self, content: dict[str, Any], node: etree._Element, child: Child, path: Path) -> None:
        name = child.name
        if not child.repeats and (name in content or f"_{name}" in content):
            self.problem(ProblemKind.REPEATED, name, node, (*path, name))
            return
        index = max(len(content.get(name, ())), len(content.get(f"_{name}", ()))) if child.repeats else 0
        here: Path = (*path, name, index) if child.repeats else (*path, name)
        if child.kind is Kind.PRIMITIVE:
            value, sibling = self.primitive(node, child.type, here)
            _put_primitive(content, child, value, sibling)
        elif child.repeats:
            content.setdefault(name, []).append(self.complex(node, child, here))
        else:
            content[name] = self.complex(node, child, here)

    def complex(self, node: etree._Element, child: Child, path: Path) -> Any:
        if child.kind is Kind.XHTML:
            return etree.tostring(node, encoding="unicode", with_tail=False)
        if child.kind is Kind.RESOURCE:
            inner = [each for each in node if not is_foreign(each)]
            for extra in inner[1:]:
                self.problem(ProblemKind.REPEATED, etree.QName(extra).localname, extra, path)
            return self.resource(inner[0], path) if inner else {}
        children = self.types.children(child.type) or {}
        content: dict[str, Any] = {}
        self.attributes(node, children, path, content)
        self.fill(content, node, child.type, children, path)
        return content

    def attributes(
        self, node: etree._Element, children: Mapping[str, Child], path: Path, into: dict[str, Any] | None = None
    ) -> None:
        for name, value in node.attrib.items():
            child = children.get(str(name))
            if into is not None and child is not None and child.attribute:
                into[child.name] = str(value)
            else:
                self.problem(ProblemKind.ATTRIBUTE, _short(str(name)), node, path)

    def primitive(self, node: etree._Element, type_name: str, path: Path) -> tuple[Any, dict[str, Any] | None]:
        """The value (None when absent) and the sibling that carries id and extensions (None when there are none)."""
        raw = node.get("value")
        value = None if raw is None else _typed(str(raw), type_name)
        sibling: dict[str, Any] = {}
        for name in node.attrib:
            if name == "id":
                sibling["id"] = str(node.get("id"))
            elif name != "value":
                self.problem(ProblemKind.ATTRIBUTE, _short(str(name)), node, path)
        extensions = self.types.children("Element") or {}
        self.fill(sibling, node, "Element", extensions, path)
        return value, sibling if sibling or value is None else None


def _short(name: str) -> str:
    return "xsi:schemaLocation" if name == SCHEMA_HINT else name


def _typed(text: str, type_name: str) -> Any:
    """The Python value of a primitive; text that does not read as its type stays text, for the validator to report."""
    if type_name == "boolean":
        return BOOLEANS.get(text, text)
    if type_name in INTEGERS and INTEGER.fullmatch(text):
        return int(text)
    if type_name == "decimal" and DECIMAL.fullmatch(text):
        return Decimal(text)
    return text


def _put_primitive(content: dict[str, Any], child: Child, value: Any, sibling: dict[str, Any] | None) -> None:
    name = child.name
    if not child.repeats:
        if value is not None:
            content[name] = value
        if sibling is not None:
            content[f"_{name}"] = sibling
        return
    values = content.setdefault(name, [])
    values.append(value)
    siblings = content.get(f"_{name}")
    if sibling is not None or siblings is not None:
        siblings = content.setdefault(f"_{name}", [])
        siblings.extend([None] * (len(values) - 1 - len(siblings)))
        siblings.append(sibling)


def _line_of(root: etree._Element, path: Path) -> int:
    """The line of the element at a path of the internal form, or of its nearest ancestor."""
    node = root
    for step, index in _steps(path):
        name = step.removeprefix("_")
        found = [each for each in node if not is_foreign(each) and etree.QName(each).localname == name]
        if len(found) <= index:
            break
        node = found[index]
        inner = [each for each in node if not is_foreign(each)]
        if len(inner) == 1 and etree.QName(inner[0]).localname[:1].isupper():
            node = inner[0]
    return _line(node)


def _steps(path: Path) -> list[tuple[str, int]]:
    steps: list[tuple[str, int]] = []
    for part in path:
        if isinstance(part, str):
            steps.append((part, 0))
        elif steps:
            steps[-1] = (steps[-1][0], part)
    return steps
