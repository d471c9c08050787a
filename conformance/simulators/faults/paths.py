"""Changes at a path in a resource, in its internal form, so that JSON and XML both show them.

A path is names with dots between them; lists are walked through, `name[0]` picks one item of a list.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from conformance.model.agreements import Json

Action = Literal["remove", "replace", "add", "rename", "empty"]
STEP = re.compile(r"(?P<name>[^.\[\]]+)(\[(?P<index>\d+)\])?\Z")
EMPTY: dict[type, Json] = {str: "", list: [], dict: {}, int: 0, bool: False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is done at a path: `value` for replace and add, `name` for rename."""

    path: str
    action: Action
    value: Json = None
    name: str = ""

    def at(self, resource: dict[str, Json]) -> dict[str, Json]:
        """A changed copy; a path whose parents are not there changes nothing."""
        changed: dict[str, Json] = copy.deepcopy(resource)
        *parents, last = self._steps()
        for holder in _down(changed, parents):
            if isinstance(holder, dict):
                _ACTIONS[self.action](self, holder, *last)
        return changed

    def _steps(self) -> list[tuple[str, int | None]]:
        steps = [STEP.match(part) for part in self.path.split(".")]
        if not all(steps):
            raise ValueError(f"path {self.path!r}: write names with dots between them, name[0] for one item of a list")
        return [(step["name"], int(step["index"]) if step["index"] else None) for step in steps if step]


def _down(value: Json, steps: list[tuple[str, int | None]]) -> Iterator[Json]:
    if isinstance(value, list):
        for item in value:
            yield from _down(item, steps)
    elif not steps:
        yield value
    elif isinstance(value, dict) and steps[0][0] in value:
        name, index = steps[0]
        inner = value[name]
        if index is None:
            yield from _down(inner, steps[1:])
        elif isinstance(inner, list) and index < len(inner):
            yield from _down(inner[index], steps[1:])


def _remove(_: Change, holder: dict[str, Any], name: str, index: int | None) -> None:
    if index is None:
        holder.pop(name, None)
        holder.pop("_" + name, None)
    elif isinstance(holder.get(name), list):
        del holder[name][index : index + 1]


def _replace(change: Change, holder: dict[str, Any], name: str, index: int | None) -> None:
    if index is None:
        holder[name] = copy.deepcopy(change.value)
    elif isinstance(holder.get(name), list) and index < len(holder[name]):
        holder[name][index] = copy.deepcopy(change.value)


def _add(change: Change, holder: dict[str, Any], name: str, _: int | None) -> None:
    present = holder.get(name)
    if isinstance(present, list):
        present.append(copy.deepcopy(change.value))
    else:
        holder[name] = copy.deepcopy(change.value)


def _rename(change: Change, holder: dict[str, Any], name: str, _: int | None) -> None:
    if name in holder:
        holder[change.name] = holder.pop(name)


def _empty(_: Change, holder: dict[str, Any], name: str, __: int | None) -> None:
    if name in holder:
        holder[name] = copy.deepcopy(EMPTY.get(type(holder[name]), ""))


_ACTIONS: dict[str, Callable[[Change, dict[str, Any], str, int | None], None]] = {
    "remove": _remove,
    "replace": _replace,
    "add": _add,
    "rename": _rename,
    "empty": _empty,
}
