"""Where in a resource a table looks: names with dots between them, walked through lists.

effectiveDateTime | effectivePeriod.start     at either of these
identifier[bsn].value                         of the items whose system, or whose address, ends in `bsn`
payor->identifier.value                       of what a reference refers to: in the Bundle, or contained
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from conformance.checks.fhir.reading import Resource, content, entries, objects, target

Resolve = Callable[[str], Resource | None]
"""What a reference refers to, or None where it can't be seen."""

UNSEEN = object()
"""Stands for what a reference refers to that did not come along: whatever is there, nobody sees it."""

_STEP = re.compile(r"(?P<name>\w+)(?:\[(?P<of>[^\]]+)\])?")


class WrongPath(ValueError):
    """A path that is none; the message says what is wrong."""


@lru_cache(maxsize=1024)
def compiled(path: str) -> Callable[[Resource, Resolve], list[Any]]:
    """The reader of a path; WrongPath where it is none."""
    ways = tuple(tuple(_steps(way)) for way in path.split("|"))

    def read(resource: Resource, resolve: Resolve) -> list[Any]:
        return [value for steps in ways for value in _down(resource, steps, resolve)]

    return read


_Step = tuple[str, str]
_FOLLOW: _Step = ("->", "")


def _steps(way: str) -> Iterator[_Step]:
    for turn, part in enumerate(way.strip().split("->")):
        if turn:
            yield _FOLLOW
        for word in part.split("."):
            found = _STEP.fullmatch(word)
            if found is None:
                raise WrongPath(f"{word!r} in {way.strip()!r} is no name of an element")
            yield found["name"], found["of"] or ""


def _down(resource: Resource, steps: Iterable[_Step], resolve: Resolve) -> list[Any]:
    values: list[Any] = [resource]
    for step in steps:
        if step is _FOLLOW:
            values = [_followed(value, resolve) for value in values]
        else:
            values = [inner for value in values for inner in _inner(value, *step)]
    return values


def _inner(value: Any, name: str, of: str) -> list[Any]:
    if value is UNSEEN:
        return [UNSEEN]
    held = value.get(name) if isinstance(value, dict) else None
    if held is None:
        return []
    items = held if isinstance(held, list) else [held]
    return [one for one in items if one is not None and (not of or _is_of(one, of))]


def _is_of(item: Any, of: str) -> bool:
    said = (item.get("system"), item.get("url")) if isinstance(item, dict) else ()
    return any(isinstance(one, str) and (one == of or one.endswith(f"/{of}")) for one in said)


def _followed(value: Any, resolve: Resolve) -> Any:
    if not isinstance(value, dict):
        return value
    found = resolve(str(value.get("reference", "")))
    if found is not None:
        return found
    # Who is only named by his number was named all the same (Reference.identifier).
    return {"identifier": [value["identifier"]]} if isinstance(value.get("identifier"), dict) else UNSEEN


def of_bundle(bundle: Resource) -> Mapping[str, Resource]:
    """What can be referred to in a Bundle, by all names it goes by."""
    found: dict[str, Resource] = {}
    for entry in entries(bundle):
        held = content(entry)
        found.setdefault(f"{held.get('resourceType')}/{held.get('id')}", held)
        if isinstance(entry.get("fullUrl"), str):
            found.setdefault(entry["fullUrl"], held)
    return found


def resolver(resource: Resource, there: Mapping[str, Resource]) -> Resolve:
    """Follows the references of one resource: to what it contains, and to what is there."""
    inside = {f"#{one.get('id')}": one for one in objects(resource.get("contained"))}

    def resolve(reference: str) -> Resource | None:
        return inside.get(reference) or there.get(reference) or there.get(target(reference))

    return resolve
