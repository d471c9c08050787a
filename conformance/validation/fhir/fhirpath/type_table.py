"""Types ready for evaluation: which JSON properties hold a child, and how a FHIR primitive becomes a System value."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from conformance.validation.fhir.fhirpath.model import TypeModel
from conformance.validation.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal, parse_temporal

SystemValue: TypeAlias = bool | int | Decimal | str | Temporal

_STRINGS = (
    "string", "uri", "url", "canonical", "uuid", "oid", "code", "id", "markdown", "base64Binary", "xhtml",
)  # fmt: skip
_INTEGERS = ("integer", "unsignedInt", "positiveInt", "integer64")
_TEMPORALS = {"date": DATE, "dateTime": DATE_TIME, "instant": DATE_TIME, "time": TIME}
PRIMITIVES = frozenset((*_STRINGS, *_INTEGERS, *_TEMPORALS, "boolean", "decimal"))
# Without a type model the common ancestors still let `code is string` and `Age is Quantity` be answered.
_PARENTS = {
    "code": "string", "id": "string", "markdown": "string", "unsignedInt": "integer", "positiveInt": "integer",
    "url": "uri", "canonical": "uri", "uuid": "uri", "oid": "uri",
    "Age": "Quantity", "Count": "Quantity", "Distance": "Quantity", "Duration": "Quantity", "Money": "Quantity",
    "SimpleQuantity": "Quantity",
}  # fmt: skip
_NOT_CHILDREN = ("resourceType", "fhir_comments")
_ABSTRACT_RESOURCES = ("Resource", "DomainResource", "CanonicalResource", "MetadataResource")


class Slot(NamedTuple):
    """A JSON property that holds a child, the property of its id and extensions, and the child's type."""

    key: str
    sibling: str
    type: Type


class Type:
    """A FHIR type. `names`: its name and those of its ancestors; `convert` makes System values (primitives only)."""

    __slots__ = ("_child_names", "_slots", "abstract", "convert", "known", "name", "names", "table")

    def __init__(self, name: str, table: TypeTable) -> None:
        self.name = name
        self.table = table
        self.names = table.ancestry(name)
        self.known = table.knows(name)
        self.convert = _converter(name)
        self.abstract = name in _ABSTRACT_RESOURCES
        self._slots: dict[str, tuple[Slot, ...] | None] = {}
        self._child_names: dict[str, str | None] = dict.fromkeys(_NOT_CHILDREN)

    def slots(self, name: str) -> tuple[Slot, ...] | None:
        """Where children of that name are kept; None when the type declares no such child or is unknown."""
        try:
            return self._slots[name]
        except KeyError:
            self._slots[name] = found = self.table.find_slots(self.name, name)
            return found

    def child_name(self, key: str) -> str | None:
        """The name of the child that a JSON property holds, without the type of a choice; None when it is no child."""
        try:
            return self._child_names[key]
        except KeyError:
            self._child_names[key] = found = self.table.find_child_name(self.name, key.removeprefix("_"))
            return found

    def concrete(self, value: object) -> Type:
        """The type of the resource in the value, where only `Resource` was declared."""
        if isinstance(value, dict) and isinstance(kind := value.get("resourceType"), str):
            return self.table.type(kind)
        return self


class TypeTable:
    """All types of one type model; without a model types are guessed from the data."""

    def __init__(self, model: TypeModel | None = None) -> None:
        self.model = model
        self._types: dict[str, Type] = {}

    def type(self, name: str) -> Type:
        """The type by name; an unknown name gives a type without children."""
        found = self._types.get(name)
        if found is None:
            found = self._types[name] = Type(name, self)
        return found

    def knows(self, name: str) -> bool:
        """Whether the model has the type."""
        return self.model is not None and self.model.children(name) is not None

    def ancestry(self, name: str) -> frozenset[str]:
        """The name with those of all ancestors."""
        names: list[str] = []
        current: str | None = name
        while current and current not in names:
            names.append(current)
            current = (self.model.parent(current) if self.model else None) or _PARENTS.get(current)
        return frozenset(names)

    def find_slots(self, owner: str, name: str) -> tuple[Slot, ...] | None:
        """The slots of a child; a choice may also be named with its type (`valueQuantity`), as old definitions do."""
        children = self.model.children(owner) if self.model else None
        if children is None:
            return None
        child = children.get(name)
        if child is not None:
            names = [(_choice_key(name, kind) if child.choice else name, kind) for kind in child.types]
        else:
            names = [
                (name, kind)
                for candidate in children.values()
                if candidate.choice and name.startswith(candidate.name)
                for kind in candidate.types
                if _choice_key(candidate.name, kind) == name
            ]
        if child is None and not names:
            return None
        return tuple(Slot(key, "_" + key, self.type(kind)) for key, kind in names)

    def find_child_name(self, owner: str, key: str) -> str:
        """The child whose JSON property is the key."""
        children = (self.model.children(owner) if self.model else None) or {}
        if key not in children:
            for child in children.values():
                if child.choice and key in {_choice_key(child.name, kind) for kind in child.types}:
                    return child.name
        return key

    def declares(self, owner: str, name: str) -> bool:
        """Whether the type has a child of exactly that name (strict reading)."""
        children = self.model.children(owner) if self.model else None
        return children is None or name in children

    def guess_slots(self, value: dict[str, Any], name: str) -> tuple[Slot, ...]:
        """Slots read off the data, for types the model does not know."""
        if name in value or "_" + name in value:
            return (Slot(name, "_" + name, self.guess(value.get(name))),)
        found = []
        for key in value:
            suffix = key.removeprefix(name)
            if suffix != key and suffix[:1].isupper():
                lowered = suffix[0].lower() + suffix[1:]
                found.append(Slot(key, "_" + key, self.type(lowered if lowered in PRIMITIVES else suffix)))
        return tuple(found)

    def guess(self, value: object) -> Type:
        """The type that a JSON value shows by itself."""
        if isinstance(value, list):
            value = next((item for item in value if item is not None), None)
        if isinstance(value, dict):
            kind = value.get("resourceType")
            return self.type(kind if isinstance(kind, str) else "Element")
        if isinstance(value, bool):
            return self.type("boolean")
        if isinstance(value, int):
            return self.type("integer")
        return self.type("decimal" if isinstance(value, Decimal) else "string")


def _choice_key(name: str, kind: str) -> str:
    return name + kind[0].upper() + kind[1:]


def _converter(name: str) -> Callable[[Any], SystemValue | None] | None:
    if name in _TEMPORALS:
        return partial(_to_temporal, kind=_TEMPORALS[name])
    if name == "decimal":
        return _to_decimal
    return _to_value if name in PRIMITIVES else None


def _to_value(value: object) -> SystemValue | None:
    """The JSON value itself: a wrong JSON type is the structure check's business, not the expression's."""
    return value if isinstance(value, (str, bool, int, Decimal)) else None


def _to_decimal(value: object) -> SystemValue | None:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else _to_value(value)


def _to_temporal(value: object, kind: str) -> SystemValue | None:
    if not isinstance(value, str):
        return _to_value(value)
    # A text that is no date stays text; comparing it with a date then fails with a plain message.
    return parse_temporal(value, kind) or value
