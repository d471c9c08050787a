"""What texts and URIs must not be, whatever element they are in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.primitives import STRINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.validation.fhir.findings import Origin
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

TAG = re.compile(r"<[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>")
TAG_START = re.compile(r"<[A-Za-z]")
IS_UUID = STRINGS["uuid"][0]
IS_OID = STRINGS["oid"][0]
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def text_rule(type_name: str, origin: Origin) -> Callable[[Run, Any, At], None] | None:
    """The rule on the content of a text or URI of this type; `primitives.PLAIN` knows what need not be looked at."""
    if type_name == "string":
        return _no_tags(origin)
    if type_name == "markdown":
        return _no_tags_in_markdown(origin)
    if type_name in {"uri", "url", "canonical"}:
        return _uri(origin, canonical=type_name == "canonical")
    return None


def _no_tags(origin: Origin) -> Callable[[Run, Any, At], None]:
    def extra(run: Run, value: Any, at: At) -> None:
        if "<" in value and TAG.search(value):
            severity = Severity.ERROR if run.engine.options.security_checks else Severity.WARNING
            run.report(Code.VALUE_HTML, at, found=value, origin=origin, severity=severity)

    return extra


def _no_tags_in_markdown(origin: Origin) -> Callable[[Run, Any, At], None]:
    def extra(run: Run, value: Any, at: At) -> None:
        if "<" in value and TAG_START.search(value):
            severity = Severity.WARNING if run.engine.options.html_in_markdown else Severity.ERROR
            run.report(Code.VALUE_HTML, at, found=value, origin=origin, severity=severity)

    return extra


def _uri(origin: Origin, *, canonical: bool) -> Callable[[Run, Any, At], None]:
    def extra(run: Run, value: Any, at: At) -> None:
        if value.startswith("urn:"):
            if value.startswith("urn:uuid:") and not IS_UUID(value.split("#")[0]):
                run.report(Code.UUID_FORMAT, at, expected="urn:uuid: and a lowercase UUID", found=value, origin=origin)
            elif value.startswith("urn:oid:") and not IS_OID(value.split("|")[0]):
                run.report(Code.UUID_FORMAT, at, expected="urn:oid: and an OID", found=value, origin=origin)
        elif canonical and value[0] != "#" and not ABSOLUTE.match(value):
            run.report(Code.CANONICAL_RELATIVE, at, expected="an absolute URL or #id", found=value, origin=origin)

    return extra
