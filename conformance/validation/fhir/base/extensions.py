"""Extensions: their URL, their definition, and whether they may stand where they stand.

FHIR R4, extensibility.html 2.4.1 and defining-extensions.html (contexts).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.strings import ABSOLUTE
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.findings import Origin
from conformance.validation.fhir.options import UnknownExtensions

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

NAMES = {"extension", "modifierExtension"}
EXAMPLES = re.compile(r"https?://([^/]+\.)?(example\.org|acme\.com|nema\.org)([:/]|$)")
"""Domains that no real definition has: examples of the specification live there."""

CORE = "http://hl7.org/fhir/StructureDefinition/"
"""HL7 keeps adding core extensions in a package of its own: one that is not loaded may well exist."""


def check_extension(run: Run, value: dict[str, Any], at: At) -> None:
    """Hook of the type Extension."""
    url = value.get("url")
    nested = at[0] is not None and at[0][1] in NAMES
    if not isinstance(url, str) or not url:
        return
    if "|" in url:
        run.report(Code.EXTENSION_VERSION, at, expected=url.split("|")[0], found=url)
    definition = run.engine.extension(url)
    if definition is None:
        if ABSOLUTE.match(url):
            _unknown(run, url, at)
        elif not nested:
            run.report(Code.EXTENSION_URL, at, expected="an absolute URL", found=url)
        return
    origin = Origin(definition.url, "Extension")
    if definition.modifier != (at[1] == "modifierExtension"):
        expected = "modifierExtension" if definition.modifier else "extension"
        run.report(Code.EXTENSION_MODIFIER, at, expected=expected, found=at[1], origin=origin)
    here = run.engine.context(run, definition, at)
    if here is not None:
        run.report(Code.EXTENSION_CONTEXT, at, expected=definition.context_text, found=here, origin=origin)
    _sub_extensions(run, value, at, definition.parts, origin)
    run.engine.check_profiles(run, value, at, (definition.url,))


def _unknown(run: Run, url: str, at: At) -> None:
    if url.startswith(CORE) and run.engine.definitions.carried(url) is None:
        run.report(Code.EXTENSION_NOT_CHECKED, at, found=url)
        return
    severity = Severity.ERROR
    if EXAMPLES.match(url) or run.engine.options.unknown_extensions is UnknownExtensions.INFORM:
        severity = Severity.INFORMATION
    elif run.engine.options.unknown_extensions is UnknownExtensions.WARN and at[1] == "extension":
        severity = Severity.WARNING
    run.report(Code.EXTENSION_UNKNOWN, at, found=url, severity=severity)


def _sub_extensions(run: Run, value: dict[str, Any], at: At, parts: frozenset[str] | None, origin: Origin) -> None:
    """A complex extension's parts are those its definition names; an absolute URL is an extension of its own."""
    listed = value.get("extension")
    if parts is None or not isinstance(listed, list):
        return
    for index, each in enumerate(listed):
        url = each.get("url") if isinstance(each, dict) else None
        if isinstance(url, str) and url not in parts and not ABSOLUTE.match(url):
            here = (at, "extension", index)
            run.report(Code.EXTENSION_SUB_UNKNOWN, here, expected=", ".join(sorted(parts)), found=url, origin=origin)
