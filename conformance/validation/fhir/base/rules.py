"""Rules compiled from definitions: what a type demands, in the form in which it is fastest to check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.findings import NOWHERE, Origin

if TYPE_CHECKING:
    from conformance.model.words import Text
    from conformance.validation.fhir.base.paths import PathRule
    from conformance.validation.fhir.codes import Severity
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

Check = Callable[["Run", Any, dict[str, Any], "At"], None]
"""Checks one JSON property: (run, the property's value, the object it is in, the object's place)."""

Hook = Callable[["Run", dict[str, Any], "At"], None]
"""Checks one object as a whole: (run, the object, its place)."""


@dataclass(frozen=True, slots=True)
class Required:
    """At least one of these JSON properties must be there."""

    names: frozenset[str]
    element: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Invariant:
    """One constraint: a Python rule where there is one, else its expression."""

    key: str
    severity: Severity
    best_practice: bool
    text: Text
    origin: Origin
    path: PathRule
    native: Callable[[Any], bool | None] | None


@dataclass(slots=True)
class TypeRule:
    """Everything a type (or backbone element) of the base definitions demands of one object."""

    name: str
    checks: dict[str, Check] = field(default_factory=dict)
    required: tuple[Required, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    hooks: tuple[Hook, ...] = ()
    origin: Origin = NOWHERE
    is_resource: bool = False
    known: bool = True
    load: Callable[[TypeRule], None] | None = None  # fills the rule when it is first needed
