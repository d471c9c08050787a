"""Narrative: XHTML that is safe to show (FHIR R4, narrative.html 2.12.2; invariants txt-1 and txt-2).

The div is a text in the internal form. It is parsed without entities beyond XML's own and HTML's named characters.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from conformance.codecs.fhir.xml_reader import COMMENT, is_foreign
from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

XHTML = "http://www.w3.org/1999/xhtml"
ELEMENTS = frozenset(
    [
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "span",
        "br",
        "hr",
        "blockquote",
        "pre",
        "a",
        "img",
        "b",
        "i",
        "u",
        "em",
        "strong",
        "small",
        "big",
        "tt",
        "dfn",
        "code",
        "samp",
        "kbd",
        "var",
        "cite",
        "abbr",
        "acronym",
        "sub",
        "sup",
        "bdo",
        "q",
        "ins",
        "del",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "col",
        "colgroup",
        "thead",
        "tfoot",
        "tbody",
        "tr",
        "th",
        "td",
        "address",
        "s",
        "strike",
        "font",
        "center",
        "map",
        "area",
        "label",
    ]
)
PLAIN = frozenset(f"{{{XHTML}}}{name}" for name in ELEMENTS)
GENERAL = frozenset(
    [
        "class",
        "style",
        "id",
        "title",
        "lang",
        "xml:lang",
        "dir",
        "xml:space",
        "accesskey",
        "tabindex",
        "align",
        "width",
        "height",
        "border",
        "name",
    ]
)
OWN: dict[str, frozenset[str]] = {
    "a": frozenset(["charset", "type", "name", "href", "hreflang", "rel", "rev", "shape", "coords", "target"]),
    "img": frozenset(["src", "alt", "longdesc", "height", "width", "usemap", "ismap", "hspace", "vspace"]),
    "map": frozenset(("name",)),
    "area": frozenset(["shape", "coords", "href", "nohref", "alt", "target"]),
    "font": frozenset(("color", "size", "face")),
    "label": frozenset(("for",)),
}
TABLE = frozenset(
    [
        "abbr",
        "axis",
        "headers",
        "scope",
        "rowspan",
        "colspan",
        "char",
        "charoff",
        "valign",
        "nowrap",
        "bgcolor",
        "span",
        "summary",
        "frame",
        "rules",
        "cellspacing",
        "cellpadding",
        "background",
    ]
)
LISTS = frozenset(("type", "start", "value", "compact", "cite", "datetime", "clear", "size", "noshade", "color"))
TABLE_PARTS = frozenset(["table", "caption", "col", "colgroup", "thead", "tfoot", "tbody", "tr", "th", "td"])
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
ROOT = re.compile(rf'<div\s+xmlns="{XHTML}"').match
TAG = re.compile(r"<(/?)([a-z0-9]++)([^>]*+)>").findall
SAFE = re.compile(
    rf"(?>[^<&]++|&(?:amp|lt|gt|quot|apos|#[0-9]{{1,5}});|</[a-z][a-z0-9]*+\s*+>|<[a-z][a-z0-9]*+(?>\s++xmlns=\"{XHTML}\")?+"
    r"(?>\s++(?:(?:class|style|title|lang|xml:lang|align|width|height|border|colspan|rowspan)=\"[^\"<&>]*+\""
    r"|href=\"(?:https?|tel|mailto):[^\"<&>]*+\"))?+\s*+/?>)*+"
).fullmatch
"""Text that holds nothing but basic tags with at most one harmless attribute, told at a glance: most narratives."""
VISIBLE = re.compile(r">[^<]*[^<\s]").search
XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")


def check_narrative(run: Run, value: dict[str, Any], at: At) -> None:
    """Hook of the type Narrative."""
    text = value.get("div")
    if not isinstance(text, str) or not text.strip():
        return
    if ROOT(text) and SAFE(text) and VISIBLE(text) and balanced(text):
        return
    here = (at, "div", -1)
    try:
        root = parse_div(text)
    except etree.XMLSyntaxError as error:
        run.report(Code.XHTML, here, expected="well-formed XHTML", found=str(error.msg))
        return
    name = etree.QName(root)
    if name.localname != "div" or name.namespace != XHTML:
        run.report(
            Code.XHTML, here, expected=f'<div xmlns="{XHTML}">', found=f"<{name.localname}> in '{name.namespace or ''}'"
        )
        return
    for element in root.iter():
        if element.tag not in PLAIN or element.keys():
            _element(run, element, here)
    if not str(root.xpath("string()")).strip() and root.find(f".//{{{XHTML}}}img") is None:
        run.report(Code.XHTML_EMPTY, here, constraint="txt-2")


def balanced(text: str) -> bool:
    """Whether every tag is a basic one and closed in its place; for a text that SAFE accepts."""
    open_tags: list[str] = []
    ended = False  # after the first tag an empty stack means that the root is closed
    for closing, name, rest in TAG(text):
        if closing:
            if not open_tags or open_tags.pop() != name:
                return False
        elif name not in ELEMENTS or (ended and not open_tags):
            return False
        elif not rest.endswith("/"):
            open_tags.append(name)
        ended = True
    return not open_tags and text.rstrip().endswith("</div>")


def parse_div(text: str) -> etree._Element:
    """The div as an element. Raises XMLSyntaxError; HTML's named characters are allowed, other entities are not."""
    plain = ENTITY.sub(_named, text) if "&" in text else text
    return etree.fromstring(plain.encode(), PARSER)


def _named(match: re.Match[str]) -> str:
    name = match[1]
    if name in XML_ENTITIES:
        return match[0]
    character = html.unescape(match[0])
    return match[0] if character == match[0] else character


def _element(run: Run, element: etree._Element, at: At) -> None:
    if is_foreign(element):
        if not isinstance(element, COMMENT):
            run.report(Code.XHTML, at, expected="basic HTML formatting", found=str(element)[:60], constraint="txt-1")
        return
    name = etree.QName(element)
    if name.namespace != XHTML or name.localname not in ELEMENTS:
        run.report(
            Code.XHTML, at, expected="basic HTML formatting elements", found=f"<{name.localname}>", constraint="txt-1"
        )
        return
    for attribute, content in element.attrib.items():
        _attribute(run, name.localname, str(attribute), str(content), at)


def _attribute(run: Run, element: str, attribute: str, content: str, at: At) -> None:
    short = attribute.replace("{http://www.w3.org/XML/1998/namespace}", "xml:")
    allowed = short in GENERAL or short in OWN.get(element, ()) or short in LISTS
    allowed = allowed or (element in TABLE_PARTS and short in TABLE)
    dangerous = short in {"href", "src"} and content.strip().lower().startswith(
        ("javascript:", "vbscript:", "data:text")
    )
    if not allowed or dangerous:
        found = f"{short} on <{element}>" + (f" = {content[:40]}" if dangerous else "")
        run.report(Code.XHTML, at, expected="basic HTML formatting attributes", found=found, constraint="txt-1")
    if short == "href" and content.startswith("#") and len(content) > 1:
        _link(run, content[1:], at)


def _link(run: Run, anchor: str, at: At) -> None:
    """A link inside the document leads to an id or a name in a narrative, or to a contained resource."""
    if anchor not in run.engine.anchors(run):
        run.report(Code.XHTML_LINK, at, expected="an id in the narrative or a contained resource", found=f"#{anchor}")
