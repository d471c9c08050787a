"""Markup that is no document of its own, or not kept: narratives in JSON, web pages, what is broken."""

from __future__ import annotations

import re
from html.entities import name2codepoint
from typing import Any

from lxml import etree

from conformance.recordings.redaction import among
from conformance.recordings.redaction.addresses import shown
from conformance.recordings.redaction.reading import Reading
from conformance.recordings.redaction.xmlform import XHTML, XmlForm

_ENTITY = re.compile(r"&(\w{1,12});")
_NUMBERED = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,6})|0*([0-9]{1,7}))(?![0-9a-fA-F]);?")
_PIECES = re.compile(r"(<[^<>]*>|&#?\w{1,12};)")
_PLAIN_TAG = re.compile(rf"""</?[a-z][a-z0-9]{{0,9}}(?: xmlns="{re.escape(XHTML)}")?\s?/?>""")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


def look_through(text: str, reading: Reading) -> None:
    """Read markup that is not kept: broken, with entities of its own, or called something else."""
    parser = etree.XMLParser(recover=True, no_network=True, remove_pis=True, remove_comments=True)
    declared = _DECLARATION.sub("", _ENTITY.sub(_sign, _NUMBERED.sub(_whole, text)))
    try:
        root: Any = etree.fromstring(declared.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is not None:
        XmlForm(reading, keeps=False).element(root)
        # A word and the number it names may stand in neighbouring elements.
        reading.screen.within(" ".join(root.itertext()), reading.place)
    if _TABLE.search(text):
        _tables(text, reading)


_TABLE = re.compile(r"<table\b", re.IGNORECASE)


def _tables(text: str, reading: Reading) -> None:
    """The tables of a web page, whose rows and cells need no end."""
    whole = _NUMBERED.sub(_whole, text).encode("utf-8", "replace")
    page: Any = etree.fromstring(whole, etree.HTMLParser(no_network=True, encoding="utf-8"))
    for table in page.iter("table") if page is not None else ():
        for name, held in among.cells(table):
            if reading.screen.meant_as_number(held, direct=True):
                reading.screen.named(held, f"{reading.place}, column {shown(name)}")


_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>\s*")


def narrative(value: str, reading: Reading, place: str) -> str:
    """XHTML in a text of JSON: read as the XML it has to be; what is none stays none, with its plain tags."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True, remove_comments=True)
    spelled = _ENTITY.sub(_sign, value)
    reading.screen.within(spelled, place)
    try:
        root = etree.fromstring(spelled.encode("utf-8", "surrogatepass"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return _broken(value, reading, place)
    form = XmlForm(reading)
    form.element(root, place)
    if not form.changed and "<!" not in value and "<?" not in value:
        return value
    return str(etree.tostring(root, encoding="unicode"))


def _broken(value: str, reading: Reading, place: str) -> str:
    """Markup that cannot be read: tags without anything in them stay, and entities; all else keeps its shape."""

    def piece(text: str) -> str:
        if _PLAIN_TAG.fullmatch(text) or _ENTITY.fullmatch(text):
            return text
        kept = reading.screen.spoken(text, place)
        return reading.screen.masked(kept) if text.startswith("<") else reading.fhir.text(kept, place)

    return "".join(piece(text) for text in _PIECES.split(value) if text)


def _whole(found: re.Match[str]) -> str:
    """A sign by number, unless it is half of a pair: a parser that goes on where it may not takes that for a sign."""
    number = int(found[1], 16) if found[1] else int(found[2])
    return "" if 0xD800 <= number <= 0xDFFF else found[0]


def _sign(found: re.Match[str]) -> str:
    """The sign that XHTML's own entities stand for; XML knows five of them, and nobody knows any other."""
    name = found.group(1)
    return found.group() if name in _OF_XML or name not in name2codepoint else f"&#{name2codepoint[name]};"
