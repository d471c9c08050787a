"""Two controls a profile may put on a narrative: every part says its source, languages have their section.

HL7 extensions pack: narrative-source-control and narrative-language-control.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from conformance.codecs.fhir.xml_reader import is_foreign
from conformance.validation.fhir.base.narrative import parse_div
from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.validation.fhir.findings import Origin
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

SOURCE = "http://hl7.org/fhir/StructureDefinition/narrative-source-control"
LANGUAGE = "http://hl7.org/fhir/StructureDefinition/narrative-language-control"
SOURCES = {"boilerplate", "generated", "original"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def narrative_extras(element: Mapping[str, Any], origin: Origin) -> list[Callable[[Run, Any, At], None]]:
    """The rules these extensions of an element definition put on a Narrative."""
    extras: list[Callable[[Run, Any, At], None]] = []
    wanted = [str(each.get("valueCode")) for each in element.get("extension", ()) if each.get("url") == LANGUAGE]
    if any(each.get("url") == SOURCE for each in element.get("extension", ())):
        extras.append(lambda run, value, at: _sources(run, value, at, origin))
    if wanted:
        extras.append(lambda run, value, at: _languages(run, value, at, wanted, origin))
    return extras


def _div(value: Any) -> etree._Element | None:
    text = value.get("div") if isinstance(value, dict) else None
    try:
        return parse_div(text) if isinstance(text, str) else None
    except etree.XMLSyntaxError:
        return None  # the narrative's own rule says so


def _sources(run: Run, value: Any, at: At, origin: Origin) -> None:
    root = _div(value)
    if root is not None:
        for text in _unsourced(root):
            run.report(Code.XHTML_SOURCE, at, expected=", ".join(sorted(SOURCES)), found=text, origin=origin)


def _unsourced(element: etree._Element) -> list[str]:
    """Texts that neither their element nor one around it marks with a source."""
    if SOURCES & set((element.get("class") or "").split()):
        return []
    texts = [element.text or ""]
    found = []
    for child in element:
        if not is_foreign(child):
            found += _unsourced(child)
        texts.append(child.tail or "")
    return [" ".join(each.split()) for each in texts if each.strip()] + found


def _languages(run: Run, value: Any, at: At, wanted: list[str], origin: Origin) -> None:
    root = _div(value)
    if root is None:
        return
    sections = {str(each.get("lang") or each.get(XML_LANG)) for each in root if each.get("lang") or each.get(XML_LANG)}
    own = run.scope.resource.get("language")
    for each in wanted:
        code = str(own) if each == "_resource" else each
        if (each == "_yes" and not sections) or (each == "_no" and sections):
            run.report(
                Code.XHTML_LANGUAGE,
                at,
                expected="language sections" if each == "_yes" else "no sections",
                origin=origin,
            )
        elif each not in {"_yes", "_no"} and code not in sections and (own or each != "_resource"):
            run.report(Code.XHTML_LANGUAGE, at, expected=code, found=", ".join(sorted(sections)), origin=origin)
