"""Ids and names a link in a narrative may lead to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.validation.fhir.run import Run, Scope

ANCHOR = re.compile(r"""\s(?:id|name)\s*=\s*["']([^"']+)["']""")


def anchors_of(run: Run) -> frozenset[str]:
    """Anchors in the narratives of the resource, of what it contains and of what encloses it; contained ids."""
    found: set[str] = set()
    scope: Scope | None = run.scope
    while scope is not None:
        _add(scope.resource, found)
        scope = scope.parent
    return frozenset(found)


def _add(resource: dict[str, Any], found: set[str]) -> None:
    _narrative(resource.get("text"), found)
    sections = [resource.get("section")]
    while sections:
        listed = sections.pop()
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict):
                _narrative(each.get("text"), found)
                sections.append(each.get("section"))
    inner = resource.get("contained")
    for each in inner if isinstance(inner, list) else ():
        if isinstance(each, dict):
            _narrative(each.get("text"), found)
            if isinstance(each.get("id"), str):
                found.add(each["id"])


def _narrative(text: Any, found: set[str]) -> None:
    div = text.get("div") if isinstance(text, dict) else None
    if isinstance(div, str):
        found.update(ANCHOR.findall(div))
