"""A profile for people: what it demands as a tree, and what changed between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.patterns import shape_text
from conformance.validation.fhir.profiles.trees import Piece, tree

if TYPE_CHECKING:
    from collections.abc import Iterator


def show(structure: dict[str, Any], *, everything: bool = False) -> Iterator[str]:
    """One line an element: name, cardinality, types and other demands. Elements without demands are left out."""
    root = tree(structure)
    yield f"{structure.get('url')} ({structure.get('type')}, {structure.get('status', 'status not stated')})"
    if root is not None:
        yield from _lines(root, 0, everything)


def _lines(piece: Piece, depth: int, everything: bool) -> Iterator[str]:
    for name, child in piece.children.items():
        if everything or _says_something(child):
            yield f"{'  ' * (depth + 1)}{name}  {demands(child.element)}".rstrip()
            yield from _lines(child, depth + 1, everything)
            for label, each in child.slices.items():
                yield f"{'  ' * (depth + 1)}{name}:{label}  {demands(each.element)}".rstrip()
                yield from _lines(each, depth + 1, everything)


def _says_something(piece: Piece) -> bool:
    element = piece.element
    base = element.get("base", {})
    changed = element.get("min", 0) != base.get("min", 0) or element.get("max", "*") != base.get("max", "*")
    fixed = any(key.startswith(("fixed", "pattern", "minValue", "maxValue")) for key in element)
    required = element.get("binding", {}).get("strength") == "required"
    return changed or fixed or required or bool(piece.slices) or any(map(_says_something, piece.children.values()))


def demands(element: dict[str, Any]) -> str:
    """Cardinality, types and the other demands of one element."""
    parts = [f"{element.get('min', 0)}..{element.get('max', '*')}"]
    parts.append(" | ".join(map(_type, element.get("type", ()))))
    for key, value in element.items():
        if key.startswith(("fixed", "pattern", "minValue", "maxValue", "maxLength")):
            parts.append(f"{key} = {shape_text(value)}")
    binding = element.get("binding", {})
    if binding.get("valueSet"):
        parts.append(f"{binding.get('strength')}: {binding['valueSet']}")
    slicing = element.get("slicing")
    if slicing:
        by = ", ".join(f"{each.get('type')} {each.get('path')}" for each in slicing.get("discriminator", ()))
        parts.append(f"sliced by {by or 'nothing'} ({slicing.get('rules')})")
    parts += [f"rule {each.get('key')}" for each in element.get("constraint", ())]
    return "  ".join(part for part in parts if part)


def _type(entry: dict[str, Any]) -> str:
    targets = [str(each).rsplit("/", 1)[-1] for each in (*entry.get("targetProfile", ()), *entry.get("profile", ()))]
    return str(entry.get("code", "")) + (f"({', '.join(targets)})" if targets else "")


def difference(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Lines `- id`, `+ id` and `~ id: before -> after` for elements whose demands differ."""
    before = {str(each["id"]): demands(each) for each in old.get("snapshot", {}).get("element", ())}
    after = {str(each["id"]): demands(each) for each in new.get("snapshot", {}).get("element", ())}
    for name in before:
        if name not in after:
            yield f"- {name}  {before[name]}"
    for name, text in after.items():
        if name not in before:
            yield f"+ {name}  {text}"
        elif before[name] != text:
            yield f"~ {name}: {before[name]}  ->  {text}"
