"""XML of any kind: FHIR by its elements, everything else as a skeleton in which the OID of the BSN is known.

One pass over the document, each element once; it is written again only when something changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from lxml import etree

from conformance.recordings.identities import is_bsn_system
from conformance.recordings.redaction import among, masks, pieces, skeleton, words
from conformance.recordings.redaction.addresses import shown
from conformance.recordings.redaction.fhir import typed
from conformance.recordings.redaction.lists import FHIR_MOMENTS
from conformance.recordings.redaction.namespaces import renamed, strange
from conformance.recordings.redaction.naming import (
    NAMING,
    VALUES,
    says_citizen,
    says_number,
    says_together,
    tells_in_address,
    tells_of_birth,
    tells_of_number,
)
from conformance.recordings.redaction.reading import OverBudgetError, Reading
from conformance.recordings.tally import Looked, withhold

FHIR, XHTML = "http://hl7.org/fhir", "http://www.w3.org/1999/xhtml"
_KEPT = frozenset({"root", "codeSystem", "typeCode", "classCode", "moodCode", "type", "nullFlavor", "NameFormat"})
"""Attributes of HL7 version 3 and SAML that say what kind of thing stands there."""
_OID = re.compile(r"[0-2](?:\.\d+)+|urn:[a-z]+:[\w:.-]+|[A-Za-z]{1,12}")
_SYSTEM, _NAMING_ELEMENTS = f"{{{FHIR}}}system", frozenset({f"{{{FHIR}}}type", f"{{{FHIR}}}name"})
_NAMING = frozenset({"name", "namescheme", "friendlyname", "identificationscheme"})
"""Attributes that name what an element holds (SAML, ebXML), and stay."""
_TELLING = _NAMING | NAMING.keys()
"""These, and what names a value in any vocabulary."""
_EXTENSIONS = frozenset({"extension", "modifierExtension"})
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
    birth: bool = False


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
    form.element(root)
    stand_ins = strange(data, reading)
    if not (form.changed or stand_ins) and b"<!--" not in data and data.count(b"<?") <= data.startswith(b"<?xml"):
        return Looked(body=data, tally=reading.tally)
    encoding = tree.docinfo.encoding or "UTF-8"
    held = etree.tostring(tree, encoding=encoding, xml_declaration=True)
    written = held if isinstance(held, bytes) else held.encode()
    if stand_ins:
        written = renamed(written.decode(encoding), stand_ins).encode(encoding)
    return Looked(body=written, tally=reading.tally)


class XmlForm:
    """Walks one document from the top with a stack of its own, so that depth costs no recursion.

    What it `keeps` it changes in place; of what is only looked through, names may be none that can be written.
    """

    def __init__(self, reading: Reading, *, keeps: bool = True) -> None:
        self._reading, self._screen, self._keeps = reading, reading.screen, keeps
        self.changed = False

    def element(self, root: Any, place: str = "") -> None:
        """Redact an element and all below it."""
        waiting = [(root, _At(place or self._reading.place))]
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
        self._look(found, name, here)
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

    def _look(self, found: Any, name: str, here: _At) -> None:
        """Numbers that only several elements together tell: in pieces, in a pair, in a column."""
        if here.named:
            self._screen.in_pieces(among.pieces(found), here.place, among.fewest(found))
        elif among.each_named(found):
            self._screen.in_pieces(among.pieces(found), here.place)
        cells = among.cells(found) if name.lower() == "table" else ()
        for told, held in (*cells, *among.pairs(found)):
            if self._screen.meant_as_number(held, direct=True):
                self._screen.named(held, f"{here.place}, beside {shown(told)}")

    def _here(self, found: Any, name: str, at: _At, *, fhir: bool) -> _At:
        """What an element says of itself: a number of a patient, and under which system."""
        held = {str(key).lower(): str(text) for key, text in found.attrib.items()} if not fhir else {}
        direct = (
            says_number(name)
            or (not held and not fhir and says_together(_last(at.place), name))
            or any(tells_of_number(text) for key, text in held.items() if key in _TELLING)
        )
        issued = not fhir and (any(is_bsn_system(text) for text in held.values()) or among.issued(found))
        url = str(found.get("url") or "") if fhir and name in _EXTENSIONS else ""
        beside = bool(url) and tells_in_address(url)
        return _At(
            place=skeleton.below(at.place, name),
            named=at.named or direct or issued or beside,
            direct=at.direct or direct or issued,
            system=at.system if fhir else held.get("codesystem", ""),
            link=at.link,
            birth=at.birth or (fhir and (tells_of_birth(name) or tells_of_birth(url))),
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
        named = here.named or is_bsn_system(system) or says_citizen(system) or (told and pair)
        return replace(here, named=named, system=system, link=name == "link")

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
        named = says_number(local) or says_together(name, local)
        if (at.named or named) and self._screen.meant_as_number(text, direct=at.direct or named):
            return self._screen.named(text, place)
        if at.named and pieces.piece(text):
            return masks.shape(text)
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
        if at.named and pieces.piece(text) and not other and name not in FHIR_MOMENTS:
            return masks.shape(text)
        if at.link and name == "url":
            seen = self._screen.identities.seen(text.encode("utf-8", "surrogatepass"))
            self._reading.tally.bsn_in_links |= bool(seen)
        if at.birth and name in FHIR_MOMENTS:
            return self._reading.fhir.birth(text, at.place)
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
        if at.named and pieces.piece(text.strip()):
            return masks.shape(text)
        if fhir:
            return self._reading.fhir.text(text, at.place)
        return skeleton.text(_last(at.place), text, self._reading, at.place)


def _last(place: str) -> str:
    """The name at the end of a place."""
    return re.split(r"[.,] ?", place)[-1]


@lru_cache(maxsize=4096)
def _parts(tag: str) -> tuple[str, str]:
    """Namespace and local name."""
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name
