"""How functions are made known to the compiler.

An ordinary function receives its input and its evaluated arguments. A predicate is a function that answers a
three-valued Boolean, so that criteria need no collections. A special form receives the call site and compiles its
arguments itself, because it evaluates them per item or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.nodes import Items
from conformance.validation.fhir.fhirpath.syntax import Expression
from conformance.validation.fhir.fhirpath.values import boolean_items, truth_of

_LARGE = 20

ItemsCode: TypeAlias = Callable[[Context], Items]
TruthCode: TypeAlias = Callable[[Context], bool | None]


@dataclass(frozen=True, slots=True)
class Site:
    """One call in an expression: the input and the arguments still as trees, and how to compile them."""

    name: str
    source_tree: Expression | None
    arguments: tuple[Expression, ...]
    items: Callable[[Expression], ItemsCode]
    truth: Callable[[Expression], TruthCode]
    exists: Callable[[Expression], Callable[[Context], bool]]
    strict: bool

    @property
    def source(self) -> ItemsCode:
        """The compiled input; compiled when asked for, because some forms need its truth or existence instead."""
        return this if self.source_tree is None else self.items(self.source_tree)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of FHIRPath: how many arguments it takes, and what compiles a call of it."""

    name: str
    minimum: int
    maximum: int
    items: Callable[[Site], ItemsCode]
    truth: Callable[[Site], TruthCode]


def this(context: Context) -> Items:
    """`$this`."""
    return context.this


FUNCTIONS: dict[str, Function] = {}

Ordinary: TypeAlias = Callable[..., Items]
Predicate: TypeAlias = Callable[..., "bool | None"]
Form: TypeAlias = Callable[[Site], ItemsCode]
Test: TypeAlias = Callable[[Site], TruthCode]


def form(name: str, minimum: int = 0, maximum: int | None = None) -> Callable[[Form], Form]:
    """Register a special form that compiles to a collection."""

    def register(build: Form) -> Form:
        def truth(site: Site) -> TruthCode:
            return truth_from_items(build(site))

        FUNCTIONS[name] = Function(name, minimum, minimum if maximum is None else maximum, build, truth)
        return build

    return register


def criterion(name: str, minimum: int = 0, maximum: int | None = None) -> Callable[[Test], Test]:
    """Register a special form that compiles to a three-valued Boolean."""

    def register(build: Test) -> Test:
        def items(site: Site) -> ItemsCode:
            return items_from_truth(build(site))

        FUNCTIONS[name] = Function(name, minimum, minimum if maximum is None else maximum, items, build)
        return build

    return register


def function(name: str, minimum: int = 0, maximum: int | None = None) -> Callable[[Ordinary], Ordinary]:
    """Register `body(context, input, *arguments) -> items`."""

    def register(body: Ordinary) -> Ordinary:
        def build(site: Site) -> ItemsCode:
            return _applied(body, site)

        form(name, minimum, maximum)(build)
        return body

    return register


def predicate(name: str, minimum: int = 0, maximum: int | None = None) -> Callable[[Predicate], Predicate]:
    """Register `body(context, input, *arguments) -> True, False or None`."""

    def register(body: Predicate) -> Predicate:
        def build(site: Site) -> TruthCode:
            return _applied(body, site)

        criterion(name, minimum, maximum)(build)
        return body

    return register


def truth_from_items(code: ItemsCode) -> TruthCode:
    """Read a collection as a criterion."""
    return lambda context: truth_of(code(context))


def items_from_truth(code: TruthCode) -> ItemsCode:
    """Give a three-valued Boolean as a collection."""
    return lambda context: boolean_items(code(context))


def _applied(body: Callable[..., Any], site: Site) -> Callable[[Context], Any]:
    source = site.source
    arguments = [site.items(argument) for argument in site.arguments]
    if not arguments:
        return lambda context: body(context, measured(context, source(context)))
    if len(arguments) == 1:
        only = arguments[0]
        return lambda context: body(context, measured(context, source(context)), measured(context, only(context)))
    return lambda context: body(
        context, measured(context, source(context)), *[measured(context, code(context)) for code in arguments]
    )


def measured(context: Context, items: Items) -> Items:
    """The items, after counting a large collection as work: whatever takes it walks over it, maybe for every item."""
    if len(items) > _LARGE:
        context.spend(len(items))
    return items
