"""Code for paths: members, indexers, `$this`, `$index` and `$total`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Item, Items, Node, TypeName, append_children, has_children
from conformance.validation.fhir.fhirpath.registry import ItemsCode, TruthCode, this
from conformance.validation.fhir.fhirpath.values import single_integer


def special(name: str) -> ItemsCode:
    """`$this`, `$index` or `$total`."""
    if name == "$index":
        return lambda context: [context.index]
    return this if name == "$this" else lambda context: context.total


def member(source: ItemsCode, name: str) -> ItemsCode:
    """The children called `name` of everything in the source."""

    def code(context: Context) -> Items:
        found: Items = []
        for item in source(context):
            if item.__class__ is Node:
                append_children(item, name, found)
            elif item.__class__ is TypeName:
                found.append(_of_type_name(item, name))
        return found

    return code


def first_member(name: str) -> ItemsCode:
    """A name at the start of an expression: also the type of the item itself (`Patient.name`)."""
    if not name[:1].isupper():
        return member(this, name)

    def code(context: Context) -> Items:
        found: Items = []
        for item in context.this:
            if item.__class__ is Node:
                if name in item.type.names:
                    found.append(item)
                else:
                    append_children(item, name, found)
        return found

    return code


def strict_member(source: ItemsCode | None, name: str) -> ItemsCode:
    """Like `member`, but a name that the type does not declare is an error."""
    inner = first_member(name) if source is None else member(source, name)
    own_type = source is None and name[:1].isupper()
    before = source or this

    def code(context: Context) -> Items:
        for item in before(context):
            if item.__class__ is not Node or (own_type and name in item.type.names):
                continue
            if not item.type.table.declares(item.type.name, name):
                raise FhirPathEvaluationError(f"{item.type.name} has no element {name}")
        return inner(context)

    return code


def member_exists(source: ItemsCode, name: str) -> Callable[[Context], bool]:
    """Whether anything in the source has a child called `name`."""

    def code(context: Context) -> bool:
        for item in source(context):
            if item.__class__ is Node:
                if has_children(item, name):
                    return True
            elif item.__class__ is TypeName:
                return True
        return False

    return code


def each(context: Context, items: Items) -> Iterator[Item]:
    """The items one by one, each as `$this` with its `$index`; both are as before once the end is reached."""
    saved, saved_index = context.this, context.index
    context.spend(len(items))
    for index, item in enumerate(items):
        context.this, context.index = [item], index
        yield item
    context.this, context.index = saved, saved_index


def any_where(source: ItemsCode, criterion: TruthCode) -> Callable[[Context], bool]:
    """Whether the criterion holds for any item; stops at the first."""

    def code(context: Context) -> bool:
        saved, saved_index = context.this, context.index
        found = any(criterion(context) is True for _ in each(context, source(context)))
        context.this, context.index = saved, saved_index
        return found

    return code


def all_where(source: ItemsCode, criterion: TruthCode) -> Callable[[Context], bool]:
    """Whether the criterion holds for every item; stops at the first for which it does not."""

    def code(context: Context) -> bool:
        saved, saved_index = context.this, context.index
        holds = all(criterion(context) is True for _ in each(context, source(context)))
        context.this, context.index = saved, saved_index
        return holds

    return code


def index(source: ItemsCode, position: ItemsCode) -> ItemsCode:
    """`source[position]`, counted from 0; nothing beyond the end."""

    def code(context: Context) -> Items:
        items = source(context)
        place = single_integer(position(context), "an index")
        return [] if place is None or place < 0 else items[place : place + 1]

    return code


def _of_type_name(item: TypeName, name: str) -> str:
    if name not in TypeName._fields:
        raise FhirPathEvaluationError(f"a type has no {name}; it has a namespace and a name")
    return item.name if name == "name" else item.namespace
