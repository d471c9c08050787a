"""Types: `is`, `as`, `ofType` and `type` (FHIRPath sections 6.3 and 10)."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError, FhirPathSyntaxError
from conformance.validation.fhir.fhirpath.nodes import Item, Items, Node, TypeName
from conformance.validation.fhir.fhirpath.registry import (
    ItemsCode,
    Site,
    TruthCode,
    criterion,
    form,
    function,
    items_from_truth,
)
from conformance.validation.fhir.fhirpath.syntax import Expression, Literal, Member
from conformance.validation.fhir.fhirpath.type_table import PRIMITIVES
from conformance.validation.fhir.fhirpath.values import kind_of, system_name

_FHIR, _SYSTEM = "FHIR", "System"
_SYSTEM_NAMES = frozenset(
    ("Boolean", "String", "Integer", "Long", "Decimal", "Date", "DateTime", "Time", "Quantity", "Any")
)


@dataclass(frozen=True, slots=True)
class TypeSpecifier:
    """A type as written in an expression; without a namespace FHIR is looked in before System."""

    namespace: str
    name: str

    def includes(self, item: Item) -> bool:
        """Whether the item is of the type or of one that specialises it."""
        if not isinstance(item, Node):
            return self.namespace != _FHIR and self.name in (system_name(item), "Any")
        if self.namespace == _SYSTEM:
            return False
        self._check(item)
        return self.name in item.type.names

    def exactly(self, item: Item) -> bool:
        """Like `includes`, but a FHIR primitive must be of this very type: a `code` is not selected as a `string`."""
        if isinstance(item, Node) and item.is_primitive:
            self._check(item)
            return self.namespace != _SYSTEM and item.type.name == self.name
        return self.includes(item)

    def _check(self, node: Node) -> None:
        table = node.type.table
        if table.model is None or self.name in node.type.names or table.knows(self.name):
            return
        if (self.namespace != _FHIR and self.name in _SYSTEM_NAMES) or self.name in PRIMITIVES:
            return
        raise FhirPathEvaluationError(f"{self.name} is not a type of this version of FHIR")


def type_named(tree: Expression, function_name: str) -> TypeSpecifier:
    """The type that an argument names; raises FhirPathSyntaxError when it names none."""
    if isinstance(tree, Member):
        if tree.source is None:
            return type_specifier(tree.name)
        if isinstance(tree.source, Member) and tree.source.source is None:
            return type_specifier(f"{tree.source.name}.{tree.name}")
    if isinstance(tree, Literal) and isinstance(tree.value, str):
        return type_specifier(tree.value)  # STU3 definitions quote the type
    raise FhirPathSyntaxError("expected the name of a type", f"{function_name}(...)", tree.column)


def type_specifier(name: str) -> TypeSpecifier:
    """The type by its written name, such as `FHIR.Patient` or `Integer`."""
    namespace, _, rest = name.rpartition(".")
    return TypeSpecifier(namespace, rest)


def type_operator(operator: str, name: str, source: ItemsCode, *, strict: bool) -> ItemsCode:
    """The operators `is` and `as`."""
    wanted = type_specifier(name)
    return items_from_truth(_is(wanted, source)) if operator == "is" else _as(wanted, source, strict=strict)


@criterion("is", 1)
def is_type(site: Site) -> TruthCode:
    """Whether the one item is of the type."""
    return _is(type_named(site.arguments[0], site.name), site.source)


@form("as", 1)
def as_type(site: Site) -> ItemsCode:
    """The one item when it is of the type. Only the strict reading minds more items: R4's dom-3 depends on many."""
    return _as(type_named(site.arguments[0], site.name), site.source, strict=site.strict)


@function("type")
def type_of(_: Context, items: Items) -> Items:
    """The type of each item, with its namespace and name."""
    return [_type_name(item) for item in items]


def _type_name(item: Item) -> TypeName:
    if isinstance(item, Node):
        return TypeName(_FHIR, item.type.name)
    return TypeName(_SYSTEM, system_name(item) or kind_of(item))


def _is(wanted: TypeSpecifier, source: ItemsCode) -> TruthCode:
    def code(context: Context) -> bool | None:
        items = source(context)
        if len(items) > 1:
            raise FhirPathEvaluationError(f"is needs one item, found {len(items)}")
        return wanted.includes(items[0]) if items else None

    return code


def _as(wanted: TypeSpecifier, source: ItemsCode, *, strict: bool) -> ItemsCode:
    def code(context: Context) -> Items:
        items = source(context)
        if strict and len(items) > 1:
            raise FhirPathEvaluationError(f"as needs one item, found {len(items)}; ofType() selects from many")
        return [item for item in items if wanted.exactly(item)]

    return code
