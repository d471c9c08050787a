"""Taking persons out of FHIR XML. The document is written again only when something changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from conformance.recordings.identities import BSN_SYSTEMS, Identities
from conformance.recordings.masks import DATES, PERSONAL, PERSONS, SAID, Pseudonyms
from conformance.recordings.tally import Looked, Tally, withhold

FHIR, XHTML = "{http://hl7.org/fhir}", "{http://www.w3.org/1999/xhtml}"


class XmlRedaction:
    """Redacts XML bodies; one object per body."""

    def __init__(self, identities: Identities, pseudonyms: Pseudonyms) -> None:
        self._identities, self._pseudonyms = identities, pseudonyms
        self._changed = False
        self.tally = Tally()

    def body(self, data: bytes) -> Looked:
        """The redacted body; one that is not well-formed, or has a document type, is withheld."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
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
        self._persons(root)
        self._texts(root)
        if not self._changed:
            return Looked(body=data, tally=self.tally)
        encoding = tree.docinfo.encoding or "UTF-8"
        written = etree.tostring(tree, encoding=encoding, xml_declaration=True)
        return Looked(body=written if isinstance(written, bytes) else written.encode(), tally=self.tally)

    def _persons(self, root: Any) -> None:
        for system in root.iter(f"{FHIR}system"):
            if system.get("value") in BSN_SYSTEMS:
                self._identifier(system.getparent().find(f"{FHIR}value"))
        for person in root.iter(*(f"{FHIR}{name}" for name in PERSONS)):
            for child in person:
                self._personal(child)

    def _texts(self, root: Any) -> None:
        for div in list(root.iter(f"{XHTML}div")):
            self._narrative(div)
        for display in root.iter(f"{FHIR}display"):
            if display.getparent().find(f"{FHIR}code") is None:
                self._mask(display, self._pseudonyms.shape)
        for note in root.iter(f"{FHIR}note"):
            for text in note.iter(f"{FHIR}text"):
                self._mask(text, self._pseudonyms.shape)
        for data in root.iter(f"{FHIR}data"):
            self._mask(data, lambda _: "UkVEQUNURUQ=")
        for url in root.iter(f"{FHIR}url"):
            self._link(url)

    def _identifier(self, value: Any) -> None:
        if value is None or not value.get("value"):
            return
        self.tally.count(value.get("value"))
        self._pseudonyms.counts["patient identifiers"] += 1
        self._mask(value, lambda text: self._identities.named(text, "an identifier in the BSN namespace"))

    def _personal(self, child: Any) -> None:
        name = _local(child)
        if name in DATES:
            self._mask(child, self._pseudonyms.date)
        elif name in PERSONAL or name == "contact":
            for inner in child.iter():
                if _local(inner) not in SAID:
                    self._mask(inner, self._pseudonyms.shape)

    def _narrative(self, div: Any) -> None:
        if len(div) or (div.text or "") != "redacted":
            tail = div.tail
            div.clear()
            div.text, div.tail = "redacted", tail
            self._changed = True

    def _link(self, url: Any) -> None:
        value = url.get("value") or ""
        if url.getparent() is not None and _local(url.getparent()) == "link":
            self.tally.bsn_in_links |= bool(self._identities.seen(value.encode("utf-8", "surrogateescape")))
        redacted = self._identities.address(value, "a link in a Bundle")
        if redacted != value:
            url.set("value", redacted)
            self._changed = True

    def _mask(self, element: Any, mask: Callable[[str], str]) -> None:
        value = element.get("value")
        if value:
            element.set("value", mask(value))
            self._changed = True


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
