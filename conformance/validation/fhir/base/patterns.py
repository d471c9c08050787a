"""fixed[x] and pattern[x]: deep equality, and "at least this" (FHIR R4, ElementDefinition.pattern[x])."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def equals(value: Any, wanted: Any) -> bool:
    """Deep equality; numbers by value and precision-free, an element's own id does not count."""
    if isinstance(wanted, dict):
        if not isinstance(value, dict):
            return False
        return {*value} - {"id"} == {*wanted} - {"id"} and all(
            equals(value[key], wanted[key]) for key in wanted if key != "id"
        )
    if isinstance(wanted, list):
        return isinstance(value, list) and len(value) == len(wanted) and all(map(equals, value, wanted))
    return _same(value, wanted)


def matches(value: Any, wanted: Any) -> bool:
    """Everything the pattern says is in the value; each item of the pattern's arrays is found in the value's array."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(
            key in value and matches(value[key], each) for key, each in wanted.items() if key != "id"
        )
    if isinstance(wanted, list):
        return isinstance(value, list) and all(any(matches(item, each) for item in value) for each in wanted)
    return _same(value, wanted)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, (int, Decimal)) and isinstance(wanted, (int, float, Decimal)):
        return Decimal(str(value)) == Decimal(str(wanted))
    return type(value) is type(wanted) and bool(value == wanted)


def shape_text(value: Any) -> str:
    """A value as a message shows it: `system|code`, `3.5 kg`, or its JSON."""
    if isinstance(value, dict):
        if "coding" in value and isinstance(value["coding"], list):
            return ", ".join(shape_text(each) for each in value["coding"])
        if "code" in value and set(value) <= {"system", "code", "display", "version"}:
            return f"{value.get('system', '')}|{value['code']}"
        if "value" in value and set(value) <= {"value", "unit", "code", "system", "comparator"}:
            return f"{value['value']} {value.get('code', value.get('unit', ''))}".strip()
        return "{" + ", ".join(f"{key}: {shape_text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shape_text(each) for each in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
