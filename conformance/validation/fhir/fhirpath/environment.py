"""What an evaluation may ask of its surroundings, and the state of one evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Item, Items, Node

MAX_STEPS = 1_000_000
MAX_ITEMS = 500_000
MAX_TEXT = 1_000_000

Hook: TypeAlias = Callable[[Items, tuple[Items, ...]], Items]


@dataclass(frozen=True, slots=True)
class Environment:
    """Values and answers from outside. Whatever is None makes the functions that need it undecidable.

    resource, root_resource: %resource and %rootResource (None: found by walking up from the focus).
    resolve(reference, origin): the resource a reference names, or None; contained resources are found without it.
    member_of(item, canonical): whether the code is in the value set; None when that cannot be known.
    conforms_to(item, canonical): whether the item conforms to the profile; None when that cannot be known.
    html_checks(item): whether the narrative obeys the rules of FHIR.
    functions: further functions by name, called with the input and the evaluated arguments.
    variables: further %variables by name.
    trace(name, items): receives what trace() passes; nothing is ever printed.
    now: the moment for now(), today() and timeOfDay(), with zone.
    """

    resource: Node | None = None
    root_resource: Node | None = None
    resolve: Callable[[str, Node], Node | None] | None = None
    member_of: Callable[[Item, str], bool | None] | None = None
    conforms_to: Callable[[Item, str], bool | None] | None = None
    html_checks: Callable[[Item], bool | None] | None = None
    functions: Mapping[str, Hook] = field(default_factory=dict)
    variables: Mapping[str, Items] = field(default_factory=dict)
    trace: Callable[[str, Items], None] | None = None
    now: datetime | None = None


NOWHERE = Environment()


class Context:
    """The state of one evaluation: `$this`, `$index`, `$total`, and the steps left before it is stopped."""

    __slots__ = ("environment", "focus", "index", "now", "steps", "this", "total")

    def __init__(self, this: Items, environment: Environment) -> None:
        self.this = this
        self.focus = this
        self.environment = environment
        self.index = 0
        self.total: Items = []
        self.steps = MAX_STEPS
        self.now: datetime | None = environment.now

    def spend(self, steps: int) -> None:
        """Count work; raises FhirPathEvaluationError when an evaluation does more than any honest expression needs."""
        self.steps -= steps
        if self.steps < 0:
            raise FhirPathEvaluationError(f"stopped after {MAX_STEPS} steps; the expression or its input is too large")
