"""Tree navigation (FHIRPath section 5.8)."""

from __future__ import annotations

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.nodes import Items, Node, all_children
from conformance.validation.fhir.fhirpath.registry import function


@function("children")
def children(context: Context, items: Items) -> Items:
    """All children of all items."""
    found: Items = []
    for item in items:
        if isinstance(item, Node):
            found.extend(all_children(item))
    context.spend(len(found))
    return found


@function("descendants")
def descendants(context: Context, items: Items) -> Items:
    """All children of all items, their children, and so on."""
    found: Items = []
    waiting = items
    while waiting:
        waiting = children(context, waiting)
        found.extend(waiting)
    return found
