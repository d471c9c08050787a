"""Rules of single datatypes: codings and their displays, identifiers, quantities, attachments."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.check_digits import is_loinc, is_snomed
from conformance.validation.fhir.base.comparing import UCUM
from conformance.validation.fhir.base.strings import ABSOLUTE
from conformance.validation.fhir.codes import Code
from conformance.validation.fhir.fhirpath.ucum import measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

WELL_FORMED: dict[str, Callable[[str], bool]] = {
    "http://snomed.info/sct": is_snomed,
    "http://loinc.org": is_loinc,
    UCUM: lambda code: measure(code) is not None,
}
"""Code systems that no package lists, but whose codes can be seen to be none."""


def check_coding(run: Run, value: dict[str, Any], at: At) -> None:
    """The system is absolute; a code of a system that is wholly known exists and is shown by one of its names."""
    system, code = value.get("system"), value.get("code")
    if not isinstance(system, str):
        return
    if not ABSOLUTE.match(system):
        run.report(Code.SYSTEM_FORMAT, (at, "system", -1), expected="an absolute URI", found=system)
        return
    if not isinstance(code, str):
        return
    well_formed = WELL_FORMED.get(system)
    if well_formed is not None:
        if not well_formed(code):
            run.report(Code.CODE_UNKNOWN, (at, "code", -1), expected=system, found=code)
        return
    known = run.engine.terminology.concept(system, code)
    if known is None:
        return
    if known is False:
        run.report(Code.CODE_UNKNOWN, (at, "code", -1), expected=system, found=code)
        return
    display = value.get("display") if run.engine.options.displays else None
    if isinstance(display, str) and not run.engine.terminology.named(system, code, display):
        run.report(
            Code.DISPLAY_WRONG, (at, "display", -1), expected=known, found=display, constraint=f"{system}|{code}"
        )
        run.displays[id(value)] = run.found[-1]


def code_exists(run: Run, system: str, code: str) -> bool | None:
    """Whether a code system has a code: by its list where that is whole, by the code's form where that says no."""
    well_formed = WELL_FORMED.get(system)
    if well_formed is not None:
        return None if well_formed(code) else False
    known = run.engine.terminology.concept(system, code)
    return known if known is None else known is not False


def check_identifier(run: Run, value: dict[str, Any], at: At) -> None:
    """Identifier.system is an absolute URI (FHIR, datatypes.html#Identifier)."""
    system = value.get("system")
    if isinstance(system, str) and not ABSOLUTE.match(system):
        run.report(Code.SYSTEM_FORMAT, (at, "system", -1), expected="an absolute URI", found=system)


def check_quantity(run: Run, value: dict[str, Any], at: At) -> None:
    """A code of UCUM is a UCUM unit."""
    code = value.get("code")
    if value.get("system") == UCUM and isinstance(code, str) and not WELL_FORMED[UCUM](code):
        run.report(Code.CODE_UNKNOWN, (at, "code", -1), expected=UCUM, found=code)


def check_attachment(run: Run, value: dict[str, Any], at: At) -> None:
    """Attachment.size is the number of bytes before base64."""
    data, size = value.get("data"), value.get("size")
    if not isinstance(data, str):
        return
    if isinstance(size, int):
        try:
            length = len(base64.b64decode(data, validate=False))
        except (binascii.Error, ValueError):
            return  # the primitive's own check says what is wrong with the data
        if length != size:
            run.report(Code.ATTACHMENT_SIZE, at, expected=size, found=length)
