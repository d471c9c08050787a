"""What a profile demands of the targets of a reference: their type, their profile, and where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.references import ANY, BASE, target_type
from conformance.validation.fhir.base.resolving import Target, resolve
from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.validation.fhir.engine import Engine
    from conformance.validation.fhir.findings import Origin
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run


def profile_target_extras(
    engine: Engine, type_name: str, element: Mapping[str, Any], origin: Origin
) -> list[Callable[[Run, Any, At], None]]:
    """The rules for a reference element of a profile."""
    if type_name != "Reference":
        return []
    entries = [entry for entry in element.get("type", ()) if entry.get("code") == "Reference"]
    profiles = [str(each) for entry in entries for each in entry.get("targetProfile", ())]
    modes = {str(mode) for entry in entries for mode in entry.get("aggregation", ())}
    names = frozenset(engine.type_of_profile(each) for each in profiles)
    extras: list[Callable[[Run, Any, At], None]] = []
    if names and not names & {*ANY, ""}:
        extras.append(_types(names, origin))
    if any(not _is_base(each) for each in profiles):
        extras.append(_profiles(tuple(profiles), origin))
    if modes:
        extras.append(_aggregation(modes, origin))
    return extras


def _is_base(profile: str) -> bool:
    return profile.startswith(BASE) and profile.removeprefix(BASE)[:1].isupper()


def _types(names: frozenset[str], origin: Origin) -> Callable[[Run, Any, At], None]:
    def extra(run: Run, value: Any, at: At) -> None:
        found = target_type(run, value)
        if found and found not in names:
            run.report(Code.REFERENCE_TYPE, at, expected=", ".join(sorted(names)), found=found, origin=origin)

    return extra


def _profiles(profiles: tuple[str, ...], origin: Origin) -> Callable[[Run, Any, At], None]:
    def extra(run: Run, value: Any, at: At) -> None:
        reference = value.get("reference")
        target = resolve(run, reference) if isinstance(reference, str) else None
        if target is None:
            return
        with run.inside(target.scope):
            fits = run.engine.conforms(run, target.resource, target.at, profiles)
        if not fits:
            run.report(Code.REFERENCE_PROFILE, at, expected=", ".join(profiles), found=str(reference), origin=origin)

    return extra


def _aggregation(modes: set[str], origin: Origin) -> Callable[[Run, Any, At], None]:
    def extra(run: Run, value: Any, at: At) -> None:
        reference = value.get("reference")
        if not isinstance(reference, str):
            return
        mode = _mode(reference, resolve(run, reference))
        if mode not in modes and not (mode == "bundled" and "referenced" in modes):
            run.report(Code.REFERENCE_AGGREGATION, at, expected=", ".join(sorted(modes)), found=mode, origin=origin)

    return extra


def _mode(reference: str, target: Target | None) -> str:
    if reference.startswith("#"):
        return "contained"
    return "referenced" if target is None or target.outside else "bundled"
