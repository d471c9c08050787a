"""Whether a value read from a document is what its annotations say: Python itself does not look."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_PLAIN = (str, int, bool, bytes, date)
_HINTS: dict[type, dict[str, Any]] = {}
"""Worked out once for each kind: there are few, and looking them up costs more than checking."""


class IllTypedError(ValueError):
    """A member is not of its kind; the message names it."""


def well_typed(value: Any, name: str = "") -> None:
    """Check a dataclass with everything in it against its annotations; raises IllTypedError."""
    for field, hint in _hints(type(value)).items():
        _check(getattr(value, field), hint, f"{name}.{field}" if name else field)


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


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        hints = typing.get_type_hints(kind)
        _HINTS[kind] = {field.name: hints[field.name] for field in fields(kind)}
    return _HINTS[kind]


def _check(value: Any, hint: Any, name: str) -> None:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        _require(type(value) is hint, name)
    elif hint is Any:
        _json(value, name)
    elif origin in (typing.Union, types.UnionType):
        if value is not None:
            _check(value, next(each for each in inner if each is not type(None)), name)
    elif origin is tuple:
        _tuple(value, inner, name)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        _require(isinstance(value, Mapping), name)
        for key, item in value.items():
            _check(key, str, name)
            _check(item, inner[1], f"{name}.{key}")
    elif isinstance(hint, type) and issubclass(hint, Enum):
        _require(isinstance(value, hint), name)
    elif is_dataclass(hint):
        _require(type(value) is hint, name)
        well_typed(value, name)


def _tuple(value: Any, inner: tuple[Any, ...], name: str) -> None:
    _require(isinstance(value, tuple), name)
    if inner[-1] is Ellipsis:
        for item in value:
            _check(item, inner[0], name)
        return
    _require(len(value) == len(inner), name)
    for item, hint in zip(value, inner, strict=True):
        _check(item, hint, name)


def _json(value: Any, name: str) -> None:
    """A JSON value as our documents hold it: no floats."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            _json(item, f"{name}.{key}")
    elif isinstance(value, list | tuple):
        for item in value:
            _json(item, name)
    else:
        _require(value is None or isinstance(value, str | bool) or type(value) is int, name)
