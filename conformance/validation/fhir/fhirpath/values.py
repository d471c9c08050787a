"""From collections to single System values, by the rules of singleton evaluation (FHIRPath section 4.5)."""

from __future__ import annotations

import re
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Item, Items, Node, TypeName
from conformance.validation.fhir.fhirpath.quantity import CALENDAR_UNITS, Quantity
from conformance.validation.fhir.fhirpath.temporal import Temporal

UCUM = "http://unitsofmeasure.org"
_TRUE: Items = [True]
_FALSE: Items = [False]
_EMPTY: Items = []


def plain(item: Item) -> Item | None:
    """The System value of a FHIR primitive (None when it has no value); any other item unchanged."""
    if item.__class__ is Node:
        convert = item.type.convert
        return item if convert is None else convert(item.value)
    return item


def quantity_of(item: Item | None) -> Item | None:
    """A FHIR Quantity as System.Quantity; any other item unchanged."""
    if not isinstance(item, Node) or "Quantity" not in item.type.names or not isinstance(item.value, dict):
        return item
    value = item.value.get("value")
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    code, unit, system = (item.value.get(key) for key in ("code", "unit", "system"))
    written = code if isinstance(code, str) and system == UCUM else code or unit
    return Quantity(Decimal(value), written if isinstance(written, str) and written else "1")


def boolean_items(value: bool | None) -> Items:
    """A three-valued answer as a collection. Collections are never changed in place, so these are shared."""
    if value is None:
        return _EMPTY
    return _TRUE if value else _FALSE


def truth_of(items: Items) -> bool | None:
    """The collection as a criterion: empty is unknown, a single item that is no Boolean counts as true."""
    if not items:
        return None
    if len(items) > 1:
        raise FhirPathEvaluationError(f"expected one Boolean, found {len(items)} items")
    value = plain(items[0])
    return value if value is True or value is False or value is None else True


def single(items: Items, purpose: str) -> Item | None:
    """The one System value of a collection; None when empty or without value."""
    if not items:
        return None
    if len(items) > 1:
        raise FhirPathEvaluationError(f"{purpose} needs one item, found {len(items)}")
    return plain(items[0])


def single_string(items: Items, purpose: str) -> str | None:
    """The one String of a collection."""
    value = single(items, purpose)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Temporal) and isinstance(items[0], Node):
        return str(items[0].value)  # a FHIR date is text in the data and old invariants match on it
    raise FhirPathEvaluationError(f"{purpose} needs a String, found {kind_of(value)}")


def single_integer(items: Items, purpose: str) -> int | None:
    """The one Integer of a collection."""
    value = single(items, purpose)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise FhirPathEvaluationError(f"{purpose} needs an Integer, found {kind_of(value)}")


def system_name(value: Item) -> str | None:
    """The name of the System type of a value; None for elements."""
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, int):
        return "Integer"
    if isinstance(value, Decimal):
        return "Decimal"
    if isinstance(value, str):
        return "String"
    if isinstance(value, Temporal):
        return value.kind
    return "Quantity" if isinstance(value, Quantity) else None


def kind_of(value: Item) -> str:
    """The type of an item, for messages."""
    if isinstance(value, Node):
        return value.type.name
    return system_name(value) or "a type"


def identity(item: Item) -> Hashable:
    """A key that two items share exactly when they are equal: for distinct, union, subsetOf and the like."""
    value = plain(item)
    if value is None and isinstance(item, Node):
        return ("no value", _frozen(item.sibling))
    if isinstance(value, bool):
        return ("Boolean", value)
    if isinstance(value, (int, Decimal)):
        return ("number", value)
    if isinstance(value, Temporal):
        return (value.kind == "Time", value.precision, value.zone is None, value.low)
    if isinstance(value, Quantity):
        return _quantity_key(value)
    if isinstance(value, Node):
        return ("element", _frozen(value.value))
    return (value.__class__ is TypeName, value)


def normalized_text(text: str) -> str:
    """Text as equivalence sees it: case and the amount of white space do not count."""
    return re.sub(r"\s+", " ", text).strip().casefold()


def _quantity_key(value: Quantity) -> Hashable:
    found = value.measure()
    base = value.value_in(value)
    if found is None or base is None:
        return ("Quantity", value.value, CALENDAR_UNITS.get(value.unit, value.unit))
    return ("Quantity", base * found.factor, found.dimension)


def _frozen(value: Any) -> Hashable:
    if isinstance(value, dict):
        return frozenset((key, _frozen(entry)) for key, entry in value.items())
    if isinstance(value, list):
        return tuple(_frozen(entry) for entry in value)
    return (value.__class__ is bool, value)
