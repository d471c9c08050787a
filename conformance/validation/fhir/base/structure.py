"""The base pass: every object against its type, each property once.

This is the hot path. Places are tuples that cost nothing until a finding needs them; each property's check is a closure
made for it when its type was compiled (`compiling.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code
from conformance.validation.fhir.run import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.validation.fhir.base.rules import Check, TypeRule
    from conformance.validation.fhir.findings import Origin
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.primitives import Primitive
    from conformance.validation.fhir.run import Run


@dataclass(frozen=True, slots=True)
class PrimitiveRule:
    """What a primitive element demands: its type, the rule on texts of that type, and the rules of the element."""

    kind: Primitive
    origin: Origin
    text: Callable[[Run, Any, At], None] | None
    demand: Callable[[Run, Any, At], None] | None


JSON_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", type(None): "null"}


def json_name(value: object) -> str:
    """What JSON calls a value's type."""
    return JSON_NAMES.get(type(value), "number")


def check_object(run: Run, rule: TypeRule, value: dict[str, Any], at: At) -> None:
    """Check one object: its properties, what is missing, its invariants, and what only its type knows."""
    if rule.load is not None:
        rule.load(rule)
    checks = rule.checks
    for name, child in value.items():
        check = checks.get(name)
        if check is None:
            if name != "resourceType" or not rule.is_resource:
                run.report(Code.UNKNOWN_ELEMENT, (at, name, -1), found=name, expected=rule.name, origin=rule.origin)
        else:
            check(run, child, value, at)
    if len(value) < 2 and not rule.is_resource and (not value or "id" in value):
        run.report(Code.EMPTY_ELEMENT, at, origin=rule.origin, constraint="ele-1")
    for need in rule.required:
        if need.names.isdisjoint(value):
            run.report(Code.MISSING, (at, need.element, -1), expected=1, found=0, origin=need.origin)
    for hook in rule.hooks:
        hook(run, value, at)
    if rule.invariants:
        run.engine.check_invariants(run, rule.invariants, value, at, rule.name)


def check_resource(run: Run, value: dict[str, Any], at: At, scope: Scope) -> None:
    """Check a resource against its own type, then against the profiles it claims."""
    name = value.get("resourceType")
    rule = run.engine.resource_rule(name) if isinstance(name, str) else None
    if rule is None:
        run.report(Code.UNKNOWN_RESOURCE, at, found=name or "")
        return
    with run.inside(scope):
        check_object(run, rule, value, at)
        run.engine.after_resource(run, value, at)


def scalar_check(name: str, rule: PrimitiveRule) -> Check:
    """The check of a primitive that may occur once."""
    python, plain, extra = rule.kind.python, rule.kind.plain, rule.demand

    def check(run: Run, value: Any, parent: dict[str, Any], at: At) -> None:
        if type(value) is python and (plain is None or plain(value)):
            if extra is not None:
                extra(run, value, (at, name, -1))
        else:
            check_unusual(run, value, rule, (at, name, -1), parent)

    return check


def list_check(name: str, rule: PrimitiveRule) -> Check:
    """The check of a primitive that repeats."""
    python, plain, extra = rule.kind.python, rule.kind.plain, rule.demand

    def check(run: Run, value: Any, parent: dict[str, Any], at: At) -> None:
        if type(value) is not list or not value:
            bad_list(run, value, rule.origin, (at, name, -1))
            return
        for index, item in enumerate(value):
            if type(item) is python and (plain is None or plain(item)):
                if extra is not None:
                    extra(run, item, (at, name, index))
            else:
                check_unusual(run, item, rule, (at, name, index), parent)

    return check


def check_unusual(run: Run, value: Any, rule: PrimitiveRule, at: At, parent: dict[str, Any]) -> None:
    """Look closer at a primitive that is not plainly right, and say what is wrong (an int is a good decimal)."""
    kind, origin = rule.kind, rule.origin
    if type(value) is kind.python and (kind.accepts is None or kind.accepts(value)):
        for demand in (rule.text, rule.demand):
            if demand is not None:
                demand(run, value, at)
    elif value is None:
        siblings = parent.get(f"_{at[1]}")
        at_index = at[2]
        if not (at_index >= 0 and isinstance(siblings, list) and at_index < len(siblings) and siblings[at_index]):
            run.report(Code.NULL, at, expected=kind.expected, found="null", origin=origin)
    elif kind.name == "decimal" and type(value) is int:
        if rule.demand is not None:
            rule.demand(run, value, at)
    elif type(value) is not kind.python:
        code = Code.WRONG_JSON_TYPE
        run.report(
            code, at, expected=f"{kind.name}: {kind.expected}", found=f"{json_name(value)} {value}", origin=origin
        )
    elif value == "":
        run.report(Code.VALUE_EMPTY, at, expected=kind.expected, origin=origin)
    else:
        run.report(Code.VALUE_FORMAT, at, expected=f"{kind.name}: {kind.expected}", found=value, origin=origin)


def bad_list(run: Run, value: Any, origin: Origin, at: At) -> None:
    """Say what is wrong with something that should have been an array with items."""
    if isinstance(value, list):
        run.report(Code.EMPTY_ARRAY, at, origin=origin)
    else:
        run.report(Code.WRONG_JSON_TYPE, at, expected="array", found=json_name(value), origin=origin)


def complex_check(name: str, rule: TypeRule, origin: Origin, extra: Callable[[Run, Any, At], None] | None) -> Check:
    """The check of a complex element that may occur once."""

    def check(run: Run, value: Any, _parent: dict[str, Any], at: At) -> None:
        here = (at, name, -1)
        if type(value) is not dict:
            run.report(Code.WRONG_JSON_TYPE, here, expected=rule.name, found=json_name(value), origin=origin)
            return
        check_object(run, rule, value, here)
        if extra is not None:
            extra(run, value, here)

    return check


def complex_list_check(
    name: str, rule: TypeRule, origin: Origin, extra: Callable[[Run, Any, At], None] | None
) -> Check:
    """The check of a complex element that repeats."""

    def check(run: Run, value: Any, _parent: dict[str, Any], at: At) -> None:
        if type(value) is not list or not value:
            bad_list(run, value, origin, (at, name, -1))
            return
        for index, item in enumerate(value):
            here = (at, name, index)
            if type(item) is not dict:
                run.report(Code.WRONG_JSON_TYPE, here, expected=rule.name, found=json_name(item), origin=origin)
                continue
            check_object(run, rule, item, here)
            if extra is not None:
                extra(run, item, here)

    return check


def sibling_check(name: str, repeats: bool, element: TypeRule, origin: Origin) -> Check:
    """The check of `_name`: id and extensions of the primitive `name`."""

    def one(run: Run, value: Any, here: At) -> None:
        if type(value) is not dict:
            run.report(Code.WRONG_JSON_TYPE, here, expected="object", found=json_name(value), origin=origin)
        else:
            check_object(run, element, value, here)

    def check(run: Run, value: Any, parent: dict[str, Any], at: At) -> None:
        if not repeats:
            one(run, value, (at, f"_{name}", -1))
            return
        if type(value) is not list or not value:
            bad_list(run, value, origin, (at, f"_{name}", -1))
            return
        values = parent.get(name)
        if isinstance(values, list) and len(values) != len(value):
            run.report(Code.UNEVEN_SIBLING, (at, name, -1), expected=len(values), found=len(value), origin=origin)
        for index, item in enumerate(value):
            if item is not None:
                one(run, item, (at, f"_{name}", index))

    return check


def resource_check(name: str, repeats: bool, allowed: str, origin: Origin) -> Check:
    """The check of an element that holds a whole resource: contained, Bundle.entry.resource and the like."""
    contained = name == "contained"

    def one(run: Run, value: Any, parent: dict[str, Any], here: At) -> None:
        if type(value) is not dict:
            run.report(Code.WRONG_JSON_TYPE, here, expected="a resource", found=json_name(value), origin=origin)
            return
        full_url = parent.get("fullUrl")
        scope = Scope(value, here, run.scope, full_url if isinstance(full_url, str) else "", contained)
        if allowed not in {"Resource", "DomainResource", str(value.get("resourceType"))}:
            run.report(
                Code.RESOURCE_TYPE_NOT_ALLOWED, here, expected=allowed, found=value.get("resourceType"), origin=origin
            )
        check_resource(run, value, here, scope)

    def check(run: Run, value: Any, parent: dict[str, Any], at: At) -> None:
        if not repeats:
            one(run, value, parent, (at, name, -1))
        elif type(value) is not list or not value:
            bad_list(run, value, origin, (at, name, -1))
        else:
            for index, item in enumerate(value):
                one(run, item, parent, (at, name, index))

    return check


def only_choice(check: Check, name: str, others: frozenset[str], origin: Origin, element: str) -> Check:
    """A check that first makes sure no other type of the same choice is there."""

    def checked(run: Run, value: Any, parent: dict[str, Any], at: At) -> None:
        if not others.isdisjoint(parent):
            both = sorted({name, *(others & parent.keys())})
            run.report(Code.TWO_CHOICES, (at, element[:-3], -1), expected="one", found=", ".join(both), origin=origin)
        check(run, value, parent, at)

    return checked
