"""Choice elements: which type a name such as `valueQuantity` picks, and what the shorthand for it means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.validation.fhir.definitions.snapshot.tree import Node

Json = dict[str, Any]
BY_TYPE: Json = {"discriminator": [{"type": "type", "path": "$this"}], "ordered": False, "rules": "open"}


def choice_of(node: Node, name: str) -> tuple[Node, str] | tuple[None, str]:
    """The choice element that a name such as `valueQuantity` belongs to, and the type it names."""
    for child in node.children:
        code = type_in_name(child, name)
        if code:
            return child, code
    return None, ""


def type_in_name(node: Node, name: str) -> str:
    """The type that a name such as `valueQuantity` picks from `value[x]`; empty when it picks none."""
    stem = node.name.removesuffix("[x]")
    if stem == node.name or not name.startswith(stem):
        return ""
    suffix = name[len(stem) :]
    codes = [str(entry.get("code", "")) for entry in node.element.get("type", ())]
    return next((code for code in codes if code and code[0].upper() + code[1:] == suffix), "")


def stands_alone(choice: Node, parent: Node) -> bool:
    """Whether the differential names one type of a choice and says nothing else of the choice."""
    mentions = [each for each in parent.children if each.name == choice.name or type_in_name(choice, each.name)]
    return len(mentions) == 1 and "slicing" not in choice.element


def narrowed(choice: Node, code: str) -> Node:
    """The shorthand notation for a single type leaves that type only, as in the published snapshots."""
    types = [entry for entry in choice.element["type"] if entry.get("code") == code]
    return replace(choice, element={**choice.element, "type": types, "slicing": {**BY_TYPE, "rules": "closed"}})


def typed(change: Node, choice: Node, code: str) -> Node:
    """A slice of a choice is of one type, whether or not the differential repeats it."""
    if not code or "type" in change.element:
        return change
    types = [entry for entry in choice.element.get("type", ()) if entry.get("code") == code]
    return replace(change, element={**change.element, "type": types})
