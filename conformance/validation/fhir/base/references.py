"""References: their form, the types they may point at, and what they point at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.resolving import literal, resolve
from conformance.validation.fhir.base.strings import ABSOLUTE
from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.validation.fhir.engine import Engine
    from conformance.validation.fhir.findings import Origin
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

BASE = "http://hl7.org/fhir/StructureDefinition/"
ANY = {"Resource", "DomainResource"}


def check_reference(run: Run, value: dict[str, Any], at: At) -> None:
    """Hook of the type Reference: the form of the reference, and that `#id` is contained."""
    reference = value.get("reference")
    if not isinstance(reference, str):
        return
    _named_type(run, value, reference, at)
    if (
        run.engine.options.references_must_exist
        and not reference.startswith(("#", "urn:"))
        and resolve(run, reference) is None
    ):
        run.report(Code.REFERENCE_NOT_FOUND, at, found=reference, expected="a resource within reach")
    if reference.startswith("#"):
        if resolve(run, reference) is None:
            run.report(Code.REFERENCE_NOT_FOUND, at, found=reference, expected="a contained resource with this id")
    elif not ABSOLUTE.match(reference):
        _relative(run, reference, at)


def _named_type(run: Run, value: dict[str, Any], reference: str, at: At) -> None:
    """Reference.type is the type of the target (FHIR R4, Reference.type)."""
    named, parts = value.get("type"), literal(reference)
    if parts is not None and isinstance(named, str) and run.engine.model.is_resource(parts.type):
        name = named.rsplit("/", 1)[-1]
        if name != parts.type and run.engine.model.is_resource(name):
            run.report(Code.REFERENCE_TYPE, (at, "type", -1), expected=parts.type, found=name)


def _relative(run: Run, reference: str, at: At) -> None:
    parts = literal(reference)
    if parts is None:
        if "?" not in reference:  # conditional references of a transaction
            run.report(Code.REFERENCE_FORMAT, at, expected="[ResourceType]/[id]", found=reference)
    elif not run.engine.model.is_resource(parts.type):
        run.report(Code.REFERENCE_FORMAT, at, expected="a resource type of this FHIR version", found=parts.type)


def target_extras(
    engine: Engine, type_name: str, element: Mapping[str, Any], origin: Origin
) -> list[Callable[[Run, Any, At], None]]:
    """The rule on the types a Reference may point at, when the definition names them."""
    if type_name != "Reference":
        return []
    profiles = [
        each
        for entry in element.get("type", ())
        if entry.get("code") == "Reference"
        for each in entry.get("targetProfile", ())
    ]
    names = frozenset(engine.type_of_profile(each) for each in profiles)
    if not names or names & {*ANY, ""}:
        return []

    def extra(run: Run, value: Any, at: At) -> None:
        found = target_type(run, value)
        if found and found not in names and run.engine.model.is_resource(found):
            run.report(Code.REFERENCE_TYPE, at, expected=", ".join(sorted(names)), found=found, origin=origin)

    return [extra]


def target_type(run: Run, value: Mapping[str, Any]) -> str:
    """The resource type a reference points at: what the URL says, else what it resolves to, else what `type` says."""
    reference = value.get("reference")
    if isinstance(reference, str):
        parts = literal(reference)
        if parts is not None and (not parts.base or run.engine.model.is_resource(parts.type)):
            return parts.type
        target = resolve(run, reference)
        if target is not None:
            return str(target.resource.get("resourceType", ""))
    named = value.get("type")
    return named.rsplit("/", 1)[-1] if isinstance(named, str) else ""
