"""Find the resource a reference means: contained, in an enclosing Bundle, or through a supplied resolver.

FHIR R4, references.html 2.3.0.2 (contained) and bundle.html 2.36.4.1 (resolving references in Bundles).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.run import Scope

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

LITERAL = re.compile(
    r"(?P<base>(?:https?|urn|ftp)://?[^\s|]*/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?(?:#.*)?"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A resource found, and where it is; `outside` when a resolver supplied it. More than one match is ambiguous."""

    resource: dict[str, Any]
    at: At
    scope: Scope
    outside: bool = False
    matches: int = 1


@dataclass(frozen=True, slots=True)
class Literal:
    """The parts of `[base/]Type/id[/_history/version]`."""

    base: str
    type: str
    id: str
    version: str


@dataclass(slots=True)
class Entries:
    """The entries of a Bundle, by full URL and by type and id."""

    by_url: dict[str, list[Target]] = field(default_factory=dict)
    by_id: dict[str, list[Target]] = field(default_factory=dict)


@lru_cache(8192)
def literal(reference: str) -> Literal | None:
    """The parts of a RESTful reference, or None when it is something else (urn:, #id, a canonical)."""
    found = LITERAL.fullmatch(reference)
    if found is None:
        return None
    return Literal(found["base"] or "", found["type"], found["id"], found["version"] or "")


def resolve(run: Run, reference: str) -> Target | None:
    """The target of a reference made in the resource being validated, or None when it is not within reach."""
    if reference.startswith("#"):
        return contained(run.scope, reference[1:])
    scope: Scope | None = run.scope.container
    while scope is not None:
        bundle = scope.parent
        if bundle is not None and bundle.resource.get("resourceType") == "Bundle":
            found = in_bundle(bundle, reference, scope.full_url)
            if found is not None:
                return found
        scope = bundle
    resource = run.engine.resolve_outside(reference)
    if resource is None:
        return None
    at = (None, str(resource.get("resourceType", "")), -1)
    return Target(resource, at, Scope(resource, at, None, reference), outside=True)


def contained(scope: Scope, wanted: str) -> Target | None:
    """The contained resource with this id; the container itself for `#`."""
    container = scope.container
    if not wanted:
        return Target(container.resource, container.at, container)
    inner = container.resource.get("contained")
    for index, each in enumerate(inner if isinstance(inner, list) else ()):
        if isinstance(each, dict) and each.get("id") == wanted:
            at = (container.at, "contained", index)
            return Target(each, at, Scope(each, at, container, contained=True))
    return None


def in_bundle(bundle: Scope, reference: str, full_url: str) -> Target | None:
    """The entry a reference means when it is made in the entry with this full URL."""
    entries = entries_of(bundle)
    parts = literal(reference)
    plain = reference.split("/_history/")[0].split("#")[0]
    found = entries.by_url.get(reference) or entries.by_url.get(plain)
    if not found and parts is not None and not parts.base:
        found = entries.by_url.get(base_of(full_url) + plain)
        if not found and not full_url:
            found = entries.by_id.get(plain)
    if found and parts is not None and parts.version:
        found = [each for each in found if each.resource.get("meta", {}).get("versionId") == parts.version]
    if not found:
        return None
    first = found[0]
    return Target(first.resource, first.at, first.scope, matches=len(found))


def base_of(full_url: str) -> str:
    """The server's base of a RESTful full URL, with its slash; empty for any other."""
    parts = literal(full_url)
    return parts.base if parts is not None else ""


def entries_of(bundle: Scope) -> Entries:
    """The index of a Bundle's entries, made once."""
    if bundle.index is None:
        bundle.index = _index(bundle)
    entries: Entries = bundle.index
    return entries


def _index(bundle: Scope) -> Entries:
    entries = Entries()
    listed = bundle.resource.get("entry")
    for number, entry in enumerate(listed if isinstance(listed, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        full_url = entry.get("fullUrl")
        url = full_url if isinstance(full_url, str) else ""
        at = ((bundle.at, "entry", number), "resource", -1)
        target = Target(resource, at, Scope(resource, at, bundle, url))
        if url:
            entries.by_url.setdefault(url, []).append(target)
        if isinstance(resource.get("id"), str):
            entries.by_id.setdefault(f"{resource.get('resourceType')}/{resource['id']}", []).append(target)
    return entries
