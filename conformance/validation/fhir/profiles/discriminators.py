"""Discriminators: how an item shows to which slice it belongs.

FHIR R4, profiling.html 5.1.0.14 (slicing): value, pattern, exists, type, profile; R5 adds position.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.resolving import resolve
from conformance.validation.fhir.model import type_names
from conformance.validation.fhir.profiles.conditions import Predicate, condition, fixed_text
from conformance.validation.fhir.profiles.discriminator_paths import Step, path_steps, values_at

if TYPE_CHECKING:
    from conformance.validation.fhir.engine import Engine
    from conformance.validation.fhir.profiles.overlays import Item, Matcher
    from conformance.validation.fhir.profiles.trees import Piece
    from conformance.validation.fhir.run import Run


def matcher(engine: Engine, discriminators: list[dict[str, Any]], piece: Piece, number: int) -> Matcher | None:
    """Whether an item belongs to the slice: all discriminators agree. None when the definition cannot decide it.

    A slice need not say something for every discriminator: what it leaves open fits all.
    """
    tests: list[Matcher] = []
    for discriminator in discriminators:
        test = _test(engine, discriminator, piece, number)
        if test is not None:
            tests.append(test)
    if len(tests) == 1:
        return tests[0]
    several = tuple(tests)

    def every(run: Run, item: Item) -> bool | None:
        undecided = False
        for test in several:
            known = test(run, item)
            if known is False:
                return False
            undecided = undecided or known is None
        return None if undecided else True

    return every if several else None


def _test(engine: Engine, discriminator: dict[str, Any], piece: Piece, number: int) -> Matcher | None:
    kind = str(discriminator.get("type", "value"))
    if kind == "position":
        return lambda _run, item: bool(item.at[2] == number)
    steps = path_steps(str(discriminator.get("path", "$this")))
    if steps is None:
        return None
    target = descend(engine, piece, steps)
    if kind == "exists":
        return _exists(target, steps)
    if target is None:
        return None
    if str(target.element.get("max")) == "0":
        return lambda run, item: not values_at(run, item.content, steps)
    if kind in {"value", "pattern"}:
        text = fixed_text(target)
        if text is not None and len(steps) == 1 and steps[0].kind == "name" and not target.name.endswith("[x]"):
            return TextMatcher(steps[0].argument, text)
        predicate = condition(engine, target)
        return None if predicate is None else _any_value(steps, predicate)
    if kind == "type":
        return _types(target, steps)
    return _profiles(engine, target, steps) if kind == "profile" else None


def descend(engine: Engine, piece: Piece, steps: list[Step]) -> Piece | None:
    """The element a path leads to in a slice's definition, looking into the profiles of its types where needed."""
    here: Piece | None = piece
    for step in steps:
        if here is None:
            return None
        if step.kind == "name":
            here = _child(engine, here, step.argument)
        elif step.kind == "extension":
            listed = _child(engine, here, "extension")
            here = _extension(listed, step.argument) if listed else None
        elif step.kind == "ofType":
            name = step.argument[0].upper() + step.argument[1:]
            sliced = [each for label, each in here.slices.items() if label.endswith(name)]
            here = sliced[0] if sliced else here
    return here


def _child(engine: Engine, piece: Piece, name: str) -> Piece | None:
    own = piece.children.get(name) or piece.children.get(f"{name}[x]")
    if own is not None:
        return own
    for profile in profiles_of(piece):
        below = engine.tree(profile)
        found = below and (below.children.get(name) or below.children.get(f"{name}[x]"))
        if found:
            return found
    return None


def profiles_of(piece: Piece) -> list[str]:
    """The profiles an element's types name: of the value itself, or of a reference's target."""
    found: list[str] = []
    for entry in piece.element.get("type", ()):
        found += entry.get("profile", ())
        found += entry.get("targetProfile", ())
    return found


def _extension(listed: Piece, url: str) -> Piece | None:
    for each in listed.slices.values():
        fixed = each.children["url"].element.get("fixedUri") if "url" in each.children else None
        if url == fixed or url in profiles_of(each):
            return each
    return None


@dataclass(frozen=True, slots=True)
class TextMatcher:
    """The commonest discriminator by far: one property that holds one text, as an extension's url."""

    key: str
    text: str

    def __call__(self, _run: Run, item: Item) -> bool | None:
        content = item.content
        return isinstance(content, dict) and content.get(self.key) == self.text


def _any_value(steps: list[Step], predicate: Predicate) -> Matcher:
    if not steps:
        return lambda run, item: predicate(run, item.value if item.value is not None else item.sibling)

    def test(run: Run, item: Item) -> bool | None:
        undecided = False
        for value in values_at(run, item.content if isinstance(item.content, dict) else item.value, steps):
            known = predicate(run, value)
            if known:
                return True
            undecided = undecided or known is None
        return None if undecided else False

    return test


def _exists(target: Piece | None, steps: list[Step]) -> Matcher | None:
    if target is None:
        return None
    if str(target.element.get("max")) == "0":
        return lambda run, item: not values_at(run, item.content, steps)
    if target.element.get("min", 0) > 0:
        return lambda run, item: bool(values_at(run, item.content, steps))
    return None


def _types(target: Piece, steps: list[Step]) -> Matcher | None:
    names = {
        name for name in type_names(target.element) if name not in {"Reference", "canonical"} or not _resolving(steps)
    }
    if _resolving(steps):
        names = {profile.split("|")[0].rsplit("/", 1)[-1] for profile in profiles_of(target)} or names
    if not names:
        return None

    def test(run: Run, item: Item) -> bool | None:
        if not steps:
            return item.type in names
        if _resolving(steps) or steps[-1].kind == "name":
            return _typed_values(run, item, steps, names)
        return None

    return test


def _resolving(steps: list[Step]) -> bool:
    return any(step.kind == "resolve" for step in steps)


def _typed_values(run: Run, item: Item, steps: list[Step], names: set[str]) -> bool | None:
    """The types of what stands at a path: resources say it, choice properties have it in their name."""
    for value in values_at(run, item.content, steps):
        if isinstance(value, dict) and value.get("resourceType") in names:
            return True
    if steps[-1].kind == "resolve":
        return _named_types(run, item, steps, names)
    holders = values_at(run, item.content, steps[:-1])
    keys = {steps[-1].argument + name[0].upper() + name[1:] for name in names}
    return any(isinstance(holder, dict) and not keys.isdisjoint(holder) for holder in holders)


def _named_types(run: Run, item: Item, steps: list[Step], names: set[str]) -> bool | None:
    """A reference that cannot be resolved still names its type."""
    from conformance.validation.fhir.base.references import target_type

    references = values_at(run, item.content, steps[:-1])
    found = {target_type(run, each) for each in references if isinstance(each, dict)}
    return bool(found & names)


def _profiles(engine: Engine, target: Piece, steps: list[Step]) -> Matcher | None:
    profiles = tuple(profiles_of(target))
    if not profiles:
        return None

    def test(run: Run, item: Item) -> bool | None:
        if not steps:
            return engine.conforms(run, item.content, item.at, profiles)
        resolved = _resolved(run, item, steps)
        if resolved is None:
            values = values_at(run, item.content, steps)
            return any(engine.conforms(run, value, item.at, profiles) for value in values)
        return resolved(profiles)

    return test


def _resolved(run: Run, item: Item, steps: list[Step]) -> Callable[[tuple[str, ...]], bool | None] | None:
    """For a path that ends in resolve(): conformance is judged in the target's own scope."""
    if steps[-1].kind != "resolve":
        return None
    references = [each.get("reference") for each in values_at(run, item.content, steps[:-1]) if isinstance(each, dict)]
    targets = [resolve(run, each) for each in references if isinstance(each, str)]

    def test(profiles: tuple[str, ...]) -> bool | None:
        undecided = not targets
        for target in targets:
            if target is None:
                undecided = True
                continue
            with run.inside(target.scope):
                if run.engine.conforms(run, target.resource, target.at, profiles):
                    return True
        return None if undecided else False

    return test
