"""Whether a value read from a document is what its annotations say: Python itself does not look."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_PLAIN = (str, int, bool, bytes, date)
Check = Callable[[Any, str], None]
"""Looks at a value under a name; raises IllTypedError."""


class IllTypedError(ValueError):
    """A member is not of its kind; the message names it."""


def well_typed(value: Any, name: str = "") -> None:
    """Check a dataclass with everything in it against its annotations; raises IllTypedError."""
    for field, look in _fields(value.__class__):
        look(getattr(value, field), f"{name}.{field}" if name else field)


def moment(text: str, name: str) -> None:
    """A time as this suite writes it: UTC with milliseconds; raises IllTypedError."""
    try:
        good = MOMENT.fullmatch(text) is not None and datetime.fromisoformat(text) is not None
    except ValueError:
        good = False
    _require(good, name)


def digest(text: str, name: str, *, optional: bool = False) -> None:
    """`sha256:<hex>`, or empty where nothing need be there; raises IllTypedError."""
    _require(_DIGEST.fullmatch(text) is not None or (optional and not text), name)


def count(number: int, name: str, least: int = 0, most: int = 1 << 53) -> None:
    """A whole number from `least` to `most`; raises IllTypedError."""
    _require(type(number) is int and least <= number <= most, name)


def _require(condition: bool, name: str) -> None:
    if not condition:
        raise IllTypedError(f"'{name}' is not of its kind")


@cache
def _fields(kind: Any) -> tuple[tuple[str, Check], ...]:
    hints = typing.get_type_hints(kind)
    return tuple((field.name, _check(hints[field.name])) for field in fields(kind))


@cache
def _check(hint: Any) -> Check:
    """What looks whether a value is of a kind; it is worked out once, for values come by the hundred thousand."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        return _plain(hint)
    if hint is Any:
        return _json
    if origin in (typing.Union, types.UnionType):
        return _optional(_check(next(each for each in inner if each is not type(None))))
    if origin is tuple:
        return _each(_check(inner[0])) if inner[-1] is Ellipsis else _row(tuple(_check(each) for each in inner))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(_check(inner[1]))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value, name: _require(isinstance(value, hint), name)
    return _document(hint)


def _plain(kind: Any) -> Check:
    def look(value: Any, name: str) -> None:
        if type(value) is not kind:
            _require(False, name)

    return look


def _document(kind: type) -> Check:
    def look(value: Any, name: str) -> None:
        _require(type(value) is kind, name)
        well_typed(value, name)

    return look


def _optional(look: Check) -> Check:
    return lambda value, name: None if value is None else look(value, name)


def _mapping(look: Check) -> Check:
    def each(value: Any, name: str) -> None:
        _require(isinstance(value, Mapping), name)
        for key, item in value.items():
            _require(type(key) is str, name)
            look(item, f"{name}.{key}")

    return each


def _each(look: Check) -> Check:
    def each(value: Any, name: str) -> None:
        _require(isinstance(value, tuple), name)
        for item in value:
            look(item, name)

    return each


def _row(looks: tuple[Check, ...]) -> Check:
    def row(value: Any, name: str) -> None:
        _require(isinstance(value, tuple) and len(value) == len(looks), name)
        for item, look in zip(value, looks, strict=True):
            look(item, name)

    return row


_LEAVES = frozenset({str, bool, int, type(None)})


def _json(value: Any, name: str) -> None:
    """A JSON value as our documents hold it: no floats."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if type(item) not in _LEAVES:
                _json(item, f"{name}.{key}")
    elif isinstance(value, list | tuple):
        for item in value:
            if type(item) not in _LEAVES:
                _json(item, name)
    else:
        _require(value is None or isinstance(value, str | bool) or type(value) is int, name)
