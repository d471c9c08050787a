"""Functions that FHIR adds (FHIR R4 "FHIRPath" page, section "Additional functions")."""

from __future__ import annotations

from collections.abc import Callable

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError, FhirPathUndecidableError
from conformance.validation.fhir.fhirpath.nodes import Item, Items, Node, append_children
from conformance.validation.fhir.fhirpath.registry import function, predicate
from conformance.validation.fhir.fhirpath.values import plain, single_string
from conformance.validation.fhir.fhirpath.variables import resource_of, root_resource_of

_BASE_DEFINITIONS = "http://hl7.org/fhir/StructureDefinition/"
_HOOKED = {"elementDefinition": 0, "slice": 2, "checkModifiers": 0, "subsumes": 1, "subsumedBy": 1}
_MAX_ARGUMENTS = 10


@function("extension", 1)
def extension(_: Context, items: Items, url: Items) -> Items:
    """The extensions with that url."""
    wanted = single_string(url, "extension()")
    found: Items = []
    for item in items:
        if isinstance(item, Node):
            append_children(item, "extension", found)
    return [item for item in found if _url(item) == wanted]


def _url(item: Item) -> object:
    return item.value.get("url") if isinstance(item, Node) and isinstance(item.value, dict) else None


@predicate("hasValue")
def has_value(_: Context, items: Items) -> bool:
    """Whether the input is one primitive with a value."""
    if len(items) != 1:
        return False
    item = items[0]
    return not isinstance(item, Node) or (item.is_primitive and plain(item) is not None)


@function("getValue")
def get_value(_: Context, items: Items) -> Items:
    """The System value of one primitive."""
    value = plain(items[0]) if len(items) == 1 else None
    return [] if value is None or isinstance(value, Node) else [value]


@function("resolve")
def resolve(context: Context, items: Items) -> Items:
    """The resources that references name; contained ones here, others as the environment knows them."""
    found: Items = []
    for item in items:
        text = _reference(item)
        if text is not None and (target := _target(context, text, item)) is not None:
            found.append(target)
    return found


def _reference(item: Item) -> str | None:
    content = item.value if isinstance(item, Node) else None
    text = content.get("reference") if isinstance(content, dict) else plain(item)
    return text if isinstance(text, str) and text else None


def _target(context: Context, text: str, item: Item) -> Node | None:
    if text.startswith("#"):
        own = item.root_resource() if isinstance(item, Node) and item.parent is not None else root_resource_of(context)
        return _contained(own, text[1:]) if own is not None else None
    hook = context.environment.resolve
    if hook is None:
        raise FhirPathUndecidableError(f"resolve() cannot reach {text}: no way to look up resources was given")
    origin = item if isinstance(item, Node) else resource_of(context)
    return hook(text, origin) if origin is not None else None


def _contained(container: Node, name: str) -> Node | None:
    if not name:
        return container
    children: Items = []
    append_children(container, "contained", children)
    for child in children:
        if isinstance(child, Node) and isinstance(child.value, dict) and child.value.get("id") == name:
            return child
    return None


@predicate("memberOf", 1)
def member_of(context: Context, items: Items, value_set: Items) -> bool | None:
    """Whether the code is in the value set."""
    canonical = single_string(value_set, "memberOf()")
    return _asked(context.environment.member_of, items, canonical, "memberOf()")


@predicate("conformsTo", 1)
def conforms_to(context: Context, items: Items, profile: Items) -> bool | None:
    """Whether the input conforms to the profile; base types are known without help."""
    canonical = single_string(profile, "conformsTo()")
    if canonical is not None and len(items) == 1 and isinstance(item := items[0], Node):
        name = canonical.removeprefix(_BASE_DEFINITIONS)
        if name != canonical and (name in item.type.names or item.type.table.knows(name)):
            return name in item.type.names
    return _asked(context.environment.conforms_to, items, canonical, "conformsTo()")


def _asked(
    hook: Callable[[Item, str], bool | None] | None, items: Items, canonical: str | None, name: str
) -> bool | None:
    if not items or canonical is None:
        return None
    if len(items) > 1:
        raise FhirPathEvaluationError(f"{name} needs one item, found {len(items)}")
    answer = hook(items[0], canonical) if hook is not None else None
    if answer is None:
        raise FhirPathUndecidableError(f"{name} cannot be decided here for {canonical}")
    return answer


def _html_checks(context: Context, items: Items) -> bool | None:
    if not items:
        return None
    hook = context.environment.html_checks
    answers = [hook(item) if hook is not None else None for item in items]
    if None in answers:
        raise FhirPathUndecidableError("htmlChecks() cannot be decided here: no check of narratives was given")
    return all(answers)


# R4 writes htmlChecks(), STU3 wrote htmlchecks().
for _spelling in ("htmlChecks", "htmlchecks"):
    predicate(_spelling)(_html_checks)


def _register_hooked(name: str, minimum: int) -> None:
    @function(name, minimum, _MAX_ARGUMENTS)
    def hooked(context: Context, items: Items, *arguments: Items) -> Items:
        hook = context.environment.functions.get(name)
        if hook is None:
            raise FhirPathUndecidableError(f"{name}() cannot be decided here")
        return hook(items, arguments)


for _name, _minimum in _HOOKED.items():
    _register_hooked(_name, _minimum)
