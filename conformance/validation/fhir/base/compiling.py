"""Compile the base definition of a type into a TypeRule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.codecs.fhir import Child, Kind
from conformance.validation.fhir.base.hooks import hooks_of
from conformance.validation.fhir.base.rules import Check, Required, TypeRule
from conformance.validation.fhir.base.strings import text_rule
from conformance.validation.fhir.base.structure import (
    PrimitiveRule,
    complex_check,
    complex_list_check,
    list_check,
    only_choice,
    resource_check,
    scalar_check,
    sibling_check,
)
from conformance.validation.fhir.base.value_rules import Extra, base_extras, together
from conformance.validation.fhir.findings import Origin
from conformance.validation.fhir.primitives import primitive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.validation.fhir.engine import Engine
    from conformance.validation.fhir.model import TypeShape


def compile_type(engine: Engine, rule: TypeRule) -> None:
    """Fill a rule from its type's snapshot; the rules of the types below are made, but filled when first needed.

    It counts as filled when it is: whoever is interrupted before leaves it to the next who needs it.
    """
    shape = engine.model.shape(rule.name)
    rule.known = shape is not None
    if shape is not None:
        _fill(engine, rule, shape)
    rule.load = None


def _fill(engine: Engine, rule: TypeRule, shape: TypeShape) -> None:
    elements = {element["path"].rsplit(".", 1)[1]: element for element in shape.elements}
    rule.is_resource = shape.is_resource
    rule.origin = Origin(shape.definition, shape.element["id"])
    choices = _choices(shape)
    for child in shape.children.values():
        element = elements[child.element]
        _add_child(engine, rule, child, element, Origin(shape.definition, element["id"]), choices)
    rule.required = tuple(_required(shape, elements, choices))
    rule.invariants = engine.invariants(shape.element, shape.definition)
    rule.hooks = hooks_of(rule.name)


def _choices(shape: TypeShape) -> dict[str, frozenset[str]]:
    """The JSON names of each choice element, siblings included."""
    found: dict[str, set[str]] = {}
    for child in shape.children.values():
        if child.element.endswith("[x]"):
            found.setdefault(child.element, set()).update({child.name, f"_{child.name}"})
    return {name: frozenset(names) for name, names in found.items()}


def _required(
    shape: TypeShape, elements: Mapping[str, dict[str, Any]], choices: Mapping[str, frozenset[str]]
) -> list[Required]:
    needs = []
    for name, element in elements.items():
        if element.get("min", 0) > 0:
            names = choices.get(name) or frozenset({name, f"_{name}"})
            needs.append(Required(names, name.removesuffix("[x]"), Origin(shape.definition, element["id"])))
    return needs


def _add_child(
    engine: Engine,
    rule: TypeRule,
    child: Child,
    element: Mapping[str, Any],
    origin: Origin,
    choices: Mapping[str, frozenset[str]],
) -> None:
    extra = together(base_extras(engine, child, element, origin))
    check = _check(engine, child, origin, extra)
    sibling = None
    if child.kind is Kind.PRIMITIVE and not child.attribute:
        sibling = sibling_check(child.name, child.repeats, engine.rule("Element"), origin)
    names = choices.get(child.element)
    if names is not None:
        others = names - {child.name, f"_{child.name}"}
        check = only_choice(check, child.name, others, origin, child.element)
        sibling = sibling and only_choice(sibling, child.name, others, origin, child.element)
    rule.checks[child.name] = check
    if sibling is not None:
        rule.checks[f"_{child.name}"] = sibling


def _check(engine: Engine, child: Child, origin: Origin, extra: Extra | None) -> Check:
    if child.kind in {Kind.PRIMITIVE, Kind.XHTML}:
        kind = primitive(child.type)
        if kind is None:
            raise LookupError(f"{child.type} is no primitive type")
        rule = PrimitiveRule(kind, origin, text_rule(child.type, origin), extra)
        return (list_check if child.repeats else scalar_check)(child.name, rule)
    if child.kind is Kind.RESOURCE:
        return resource_check(child.name, child.repeats, child.type, origin)
    make = complex_list_check if child.repeats else complex_check
    return make(child.name, engine.rule(child.type), origin, extra)
