"""What an element definition demands of a value beyond its type; each rule is a function of (run, value, place)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.bindings import binding_extras
from conformance.validation.fhir.base.comparing import compare
from conformance.validation.fhir.base.patterns import equals, matches, shape_text
from conformance.validation.fhir.base.references import target_extras
from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.codecs.fhir import Child
    from conformance.validation.fhir.engine import Engine
    from conformance.validation.fhir.findings import Origin
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

Extra = Callable[["Run", Any, "At"], None]


def together(extras: Sequence[Extra]) -> Extra | None:
    """One function for all of them."""
    if len(extras) < 2:
        return extras[0] if extras else None
    several = tuple(extras)

    def every(run: Run, value: Any, at: At) -> None:
        for extra in several:
            extra(run, value, at)

    return every


def base_extras(engine: Engine, child: Child, element: Mapping[str, Any], origin: Origin) -> list[Extra]:
    """The rules of an element of a base definition."""
    extras = binding_extras(engine, element, child.type, origin)
    if child.attribute and child.name == "id":
        extras.append(unique_id)
    extras += target_extras(engine, child.type, element, origin)
    extras += profile_extras(engine, child.type, element)
    backbone = "." in child.type
    if element.get("constraint") and not backbone:
        extras.append(_invariants(engine, element, child.type, origin))
    return extras


def unique_id(run: Run, value: Any, at: At) -> None:
    """Element ids are unique within a resource (FHIR R4, element.html#id).

    A StructureDefinition lists its elements twice, as a snapshot and as a differential, with the same ids.
    """
    scope = run.scope
    if scope.resource.get("resourceType") == "StructureDefinition":
        return
    if scope.ids is None:
        scope.ids = set()
    if value in scope.ids:
        run.report(Code.ID_DUPLICATE, at[0], found=value)
    scope.ids.add(value)


def profile_extras(engine: Engine, type_name: str, element: Mapping[str, Any]) -> list[Extra]:
    """A datatype that must conform to a profile, as Dosage's quantities to SimpleQuantity."""
    entries = [each for each in element.get("type", ()) if each.get("code") == type_name and each.get("profile")]
    return [_profiled(engine, tuple(each["profile"])) for each in entries]


def _profiled(engine: Engine, profiles: tuple[str, ...]) -> Extra:
    def extra(run: Run, value: Any, at: At) -> None:
        engine.check_profiles(run, value, at, profiles)

    return extra


def _invariants(engine: Engine, element: Mapping[str, Any], type_name: str, origin: Origin) -> Extra:
    invariants = engine.invariants(element, origin.definition)

    def extra(run: Run, value: Any, at: At) -> None:
        engine.check_invariants(run, invariants, value, at, type_name)

    return extra


def limit_extras(element: Mapping[str, Any], origin: Origin) -> list[Extra]:
    """fixed[x], pattern[x], minValue[x], maxValue[x] and maxLength of a profile's element."""
    extras: list[Extra] = []
    for key, wanted in element.items():
        if key.startswith("fixed"):
            extras.append(_fixed(wanted, origin))
        elif key.startswith("pattern"):
            extras.append(_pattern(wanted, origin))
        elif key.startswith(("minValue", "maxValue")):
            extras.append(_limit(wanted, low=key.startswith("min"), origin=origin))
        elif key == "maxLength":
            extras.append(_length(wanted, origin))
    return extras


def _fixed(wanted: Any, origin: Origin) -> Extra:
    def extra(run: Run, value: Any, at: At) -> None:
        if not equals(value, wanted):
            run.report(Code.VALUE_FIXED, at, expected=shape_text(wanted), found=shape_text(value), origin=origin)

    return extra


def _pattern(wanted: Any, origin: Origin) -> Extra:
    def extra(run: Run, value: Any, at: At) -> None:
        if not matches(value, wanted):
            run.report(Code.VALUE_PATTERN, at, expected=shape_text(wanted), found=shape_text(value), origin=origin)

    return extra


def _length(most: int, origin: Origin) -> Extra:
    def extra(run: Run, value: Any, at: At) -> None:
        if isinstance(value, str) and len(value) > most:
            run.report(Code.VALUE_LENGTH, at, expected=most, found=len(value), origin=origin)

    return extra


def _limit(wanted: Any, *, low: bool, origin: Origin) -> Extra:
    code = Code.VALUE_MIN if low else Code.VALUE_MAX

    def extra(run: Run, value: Any, at: At) -> None:
        order = compare(value, wanted, run.moment and run.moment.date(), low=low)
        if order is None:
            shown = shape_text(wanted)
            run.report(Code.VALUE_NOT_COMPARABLE, at, expected=shown, found=shape_text(value), origin=origin)
        elif (order < 0) if low else (order > 0):
            run.report(code, at, expected=shape_text(wanted), found=shape_text(value), origin=origin)

    return extra


def decimal_places(value: Any) -> int:
    """How many digits stand after the decimal point as written."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
