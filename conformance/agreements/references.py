"""What a value in the agreements points at: tables now, parameters and the node's own settings when planning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from conformance.model.agreements import Json

_EACH = re.compile(r"\{each\.(key|value(?:\.[A-Za-z0-9_-]+)*)\}")
Replace = Callable[[str, str], Json]
"""Given the word (`ref`, `parameter`, `node`) and its argument, the value to put in place; raises Dangling."""


class Dangling(LookupError):
    """Something is pointed at that is not there."""

    def __init__(self, target: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(target)
        self.target = target
        self.known = known


def replaced(value: Json, words: tuple[str, ...], replace: Replace) -> Json:
    """The value with every `{word: argument}` block replaced, at any depth."""
    if isinstance(value, list):
        return [replaced(item, words, replace) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (word, argument), *_ = value.items()
        if word in words and isinstance(argument, str):
            return replace(word, argument)
    return {key: replaced(item, words, replace) for key, item in value.items()}


def look_up(target: str, tables: Mapping[str, Json]) -> Json:
    """What `tables/<name>#/json/pointer` points at."""
    name, _, pointer = target.partition("#")
    if name not in tables:
        raise Dangling(target, tuple(f"{known}#" for known in tables))
    return walk(tables[name], pointer, target)


def walk(value: Json, pointer: str, target: str) -> Json:
    """The value at a JSON pointer (RFC 6901), empty for the whole."""
    if pointer and not pointer.startswith("/"):
        raise Dangling(target)
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            known = tuple(str(name) for name in value) if isinstance(value, dict) else ()
            raise Dangling(target, known)
    return value


def each_filled(value: Json, key: str, item: Json) -> Json:
    """The value with `{each.key}` and `{each.value.path}` filled in; alone in a text it keeps its type."""
    if isinstance(value, list):
        return [each_filled(entry, key, item) for entry in value]
    if isinstance(value, dict):
        return {name: each_filled(entry, key, item) for name, entry in value.items()}
    if not isinstance(value, str):
        return value
    whole = _EACH.fullmatch(value)
    if whole:
        return _each(whole[1], key, item)
    return _EACH.sub(lambda match: str(_each(match[1], key, item)), value)


def _each(path: str, key: str, item: Json) -> Json:
    if path == "key":
        return key
    return walk(item, "".join(f"/{part}" for part in path.split(".")[1:]), f"each.{path}")
