"""XML of any kind: FHIR by its elements, everything else as a skeleton in which the OID of the BSN is known.

One pass over the document, each element once; it is written again only when something changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from html.entities import name2codepoint
from typing import Any

from lxml import etree

from conformance.recordings.identities import is_bsn_system
from conformance.recordings.redaction import skeleton, words
from conformance.recordings.redaction.fhir import typed
from conformance.recordings.redaction.lists import VALUES
from conformance.recordings.redaction.namespaces import renamed, strange
from conformance.recordings.redaction.reading import OverBudgetError, Reading
from conformance.recordings.redaction.screen import says_number, tells_of_number
from conformance.recordings.tally import Looked, withhold

FHIR, XHTML = "http://hl7.org/fhir", "http://www.w3.org/1999/xhtml"
_KEPT = frozenset({"root", "codeSystem", "typeCode", "classCode", "moodCode", "type", "nullFlavor", "NameFormat"})
"""Attributes of HL7 version 3 and SAML that say what kind of thing stands there."""
_OID = re.compile(r"[0-2](?:\.\d+)+|urn:[a-z]+:[\w:.-]+|[A-Za-z]{1,12}")
_SYSTEM, _NAMING_ELEMENTS = f"{{{FHIR}}}system", frozenset({f"{{{FHIR}}}type", f"{{{FHIR}}}name"})
_NAMING = frozenset({"name", "namescheme", "friendlyname", "identificationscheme"})
"""Attributes that name what an element holds (SAML, ebXML)."""
_ENTITY = re.compile(r"&(\w{1,12});")
_PIECES = re.compile(r"(<[^<>]*>|&#?\w{1,12};)")
_PLAIN_TAG = re.compile(rf"""</?[a-z][a-z0-9]{{0,9}}(?: xmlns="{re.escape(XHTML)}")?\s?/?>""")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_MOST_ATTRIBUTES = 500
"""Setting an attribute costs as much as there are; an element with more of them is not read."""
_DEPTH = 400
"""Deeper documents are not read."""


@dataclass(frozen=True, slots=True)
class _At:
    place: str
    named: bool = False
    direct: bool = False
    system: str = ""
    link: bool = False


def read(data: bytes, reading: Reading) -> Looked:
    """The redacted body; one that is not well-formed, has a document type, or is too deep, is withheld."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return withhold(f"not well-formed XML (line {line}, column {column})")
    except ValueError:
        return withhold("not XML that can be read")
    tree: Any = root.getroottree()
    if tree.docinfo.doctype:
        return withhold("XML with a document type")
    form = XmlForm(reading)
    form.element(root, _At(reading.place))
    stand_ins = strange(data, reading)
    if not (form.changed or stand_ins) and b"<!--" not in data and data.count(b"<?") <= data.startswith(b"<?xml"):
        return Looked(body=data, tally=reading.tally)
    encoding = tree.docinfo.encoding or "UTF-8"
    held = etree.tostring(tree, encoding=encoding, xml_declaration=True)
    written = held if isinstance(held, bytes) else held.encode()
    if stand_ins:
        written = renamed(written.decode(encoding), stand_ins).encode(encoding)
    return Looked(body=written, tally=reading.tally)


def look_through(text: str, reading: Reading) -> None:
    """Read markup that is not kept: broken, with entities of its own, or called something else."""
    parser = etree.XMLParser(recover=True, no_network=True, remove_pis=True, remove_comments=True)
    declared = _DECLARATION.sub("", _ENTITY.sub(_sign, text))
    try:
        root: Any = etree.fromstring(declared.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is not None:
        XmlForm(reading, keeps=False).element(root, _At(reading.place))
        # A word and the number it names may stand in neighbouring elements.
        reading.screen.within(" ".join(root.itertext()), reading.place)


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
    form.element(root, _At(place))
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


def _sign(found: re.Match[str]) -> str:
    """The sign that XHTML's own entities stand for; XML knows five of them, and nobody knows any other."""
    name = found.group(1)
    return found.group() if name in _OF_XML or name not in name2codepoint else f"&#{name2codepoint[name]};"


class XmlForm:
    """Walks one document from the top with a stack of its own, so that depth costs no recursion.

    What it `keeps` it changes in place; of what is only looked through, names may be none that can be written.
    """

    def __init__(self, reading: Reading, *, keeps: bool = True) -> None:
        self._reading, self._screen, self._keeps = reading, reading.screen, keeps
        self.changed = False

    def element(self, root: Any, at: _At) -> None:
        """Redact an element and all below it."""
        waiting = [(root, at)]
        while waiting:
            found, where = waiting.pop()
            self._reading.spend(1 + len(found.attrib))
            if len(found.attrib) > _MOST_ATTRIBUTES:
                raise OverBudgetError(f"more than {_MOST_ATTRIBUTES} attributes")
            inner = self._one(found, where)
            waiting += [(child, inner) for child in reversed(found) if isinstance(child.tag, str)]

    def _one(self, found: Any, at: _At) -> _At:
        namespace, name = _parts(found.tag)
        name = self._named(found, namespace, name, at)
        fhir = namespace == FHIR
        here = self._here(found, name, at, fhir=fhir)
        for key, text in dict(found.attrib).items():
            kept = self._attribute(fhir, name, str(key), str(text), here)
            shown = self._attribute_name(str(key), here)
            if (shown, kept) != (key, text) and self._keeps:
                if shown != key:
                    del found.attrib[key]
                found.set(shown, kept)
                self.changed = True
        if namespace == XHTML and (found.getparent() is None or _parts(found.getparent().tag)[0] != XHTML):
            # A word and the number it names may stand in neighbouring cells of a table.
            self._screen.within(" ".join(found.itertext()), here.place)
        self._texts(found, fhir or namespace == XHTML, here)
        return self._below(found, name, here) if fhir else here

    def _here(self, found: Any, name: str, at: _At, *, fhir: bool) -> _At:
        """What an element says of itself: a number of a patient, and under which system."""
        held = {str(key).lower(): str(text) for key, text in found.attrib.items()} if not fhir else {}
        direct = says_number(name) or any(tells_of_number(text) for key, text in held.items() if key in _NAMING)
        issued = not fhir and any(is_bsn_system(text) for text in held.values())
        return _At(
            place=skeleton.below(at.place, name),
            named=at.named or direct or issued,
            direct=at.direct or direct or issued,
            system=at.system if fhir else held.get("codesystem", ""),
            link=at.link,
        )

    def _below(self, found: Any, name: str, here: _At) -> _At:
        """For the children of a FHIR element: the system that stands among them."""
        if not len(found):
            return here
        system, told, pair = "", False, False
        for child in found:
            name_of = child.tag if isinstance(child.tag, str) else ""
            pair = pair or _parts(name_of)[1].startswith(VALUES)
            if name_of == _SYSTEM and not system:
                system = str(child.get("value") or "")
            elif name_of in _NAMING_ELEMENTS:
                told = told or any(
                    tells_of_number(str(one.get("value") or "")) for kind in (child, *child) for one in (kind, *kind)
                )
        if not system and words.of_vocabulary(here.system):
            system = here.system
        return replace(
            here, named=here.named or is_bsn_system(system) or (told and pair), system=system, link=name == "link"
        )

    def _named(self, found: Any, namespace: str, name: str, at: _At) -> str:
        """The element's name, which may itself be somebody's number or name."""
        kept = skeleton.name(name, self._reading, at.place)
        if kept != name and self._keeps:
            found.tag = f"{{{namespace}}}{kept}" if namespace else kept
            self.changed = True
        return kept

    def _attribute_name(self, key: str, at: _At) -> str:
        """The attribute's name, which may itself be somebody's number or name."""
        namespace, local = _parts(key)
        kept = skeleton.name(local, self._reading, at.place)
        return f"{{{namespace}}}{kept}" if namespace else kept

    def _attribute(self, fhir: bool, name: str, key: str, text: str, at: _At) -> str:
        local = key.rpartition("}")[2]
        place = skeleton.below(at.place, f"@{local}")
        if fhir and key == "value":
            return self._fhir(name, text, at)
        if fhir:
            return self._reading.fhir.value(local, text, "", place)
        if is_bsn_system(text):
            return text
        if (at.named or says_number(local)) and self._screen.meant_as_number(
            text, direct=at.direct or says_number(local)
        ):
            return self._screen.named(text, place)
        screened = self._screen.text(text, place)
        if local in _KEPT and _OID.fullmatch(screened):
            return screened
        if local == "code" and words.of_vocabulary(f"urn:oid:{at.system}") and words.coded(text):
            return text
        if local.lower() in _NAMING and words.coded(screened):
            return screened
        return skeleton.text(local, text, self._reading, place)

    def _fhir(self, name: str, text: str, at: _At) -> str:
        if name == "value" and is_bsn_system(at.system):
            self._reading.tally.count(text)
            self._screen.pseudonyms.counts["patient identifiers"] += 1
            return self._screen.named(text, at.place)
        other = is_bsn_system(text) or typed(name, at.system)
        if at.named and not other and self._screen.meant_as_number(text, direct=at.direct):
            return self._screen.named(text, at.place)
        if at.link and name == "url":
            seen = self._screen.identities.seen(text.encode("utf-8", "surrogatepass"))
            self._reading.tally.bsn_in_links |= bool(seen)
        return self._reading.fhir_value(name, text, at.system, at.place)

    def _texts(self, found: Any, fhir: bool, at: _At) -> None:
        for part in ("text", "tail"):
            text = getattr(found, part)
            if not text or not text.strip():
                continue
            kept = self._said(text, fhir, at)
            if kept != text:
                setattr(found, part, kept)
                self.changed = True

    def _said(self, text: str, fhir: bool, at: _At) -> str:
        if at.named and self._screen.meant_as_number(text.strip(), direct=at.direct):
            return self._screen.named(text.strip(), at.place)
        if fhir:
            return self._reading.fhir.text(text, at.place)
        return skeleton.text(at.place.rpartition(".")[2], text, self._reading, at.place)


@lru_cache(maxsize=4096)
def _parts(tag: str) -> tuple[str, str]:
    """Namespace and local name."""
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name
