"""Where the validator is: a chain of steps, cheap to extend, made readable only when a finding needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.codecs.fhir import TypeTable
    from conformance.codecs.fhir.document import Path

At = tuple[Any, str, int]
"""(the parent's At or None, JSON property, index or -1). The root is (None, resource type, -1)."""


def steps(at: At) -> list[tuple[str, int]]:
    """From the root down: property and index, the root's type name first."""
    found: list[tuple[str, int]] = []
    here: At | None = at
    while here is not None:
        found.append((here[1], here[2]))
        here = here[0]
    found.reverse()
    return found


def json_path(at: At) -> Path:
    """Keys and indices as `Document.line` wants them."""
    path: list[str | int] = []
    for name, index in steps(at)[1:]:
        path.append(name)
        if index >= 0:
            path.append(index)
    return tuple(path)


def fhirpath(at: At, root: dict[str, Any], types: TypeTable) -> str:
    """The FHIRPath expression of a place, with `value.ofType(Quantity)` for the JSON property `valueQuantity`."""
    walk = steps(at)
    parts = [walk[0][0]]
    value: Any = root
    type_name: str = walk[0][0]
    for name, index in walk[1:]:
        value = _down(value, name, index)
        child = (types.children(type_name) or {}).get(name.removeprefix("_"))
        part = name.removeprefix("_")
        if child is None:
            type_name = ""
        else:
            if child.element.endswith("[x]"):
                part = f"{child.element[:-3]}.ofType({child.type})"
            type_name = child.type
        if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
            type_name = value["resourceType"]
        parts.append(part if index < 0 else f"{part}[{index}]")
    return ".".join(parts)


def _down(value: Any, name: str, index: int) -> Any:
    if not isinstance(value, dict):
        return None
    value = value.get(name)
    if index < 0:
        return value
    return value[index] if isinstance(value, list) and index < len(value) else None
