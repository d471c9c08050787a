"""Canonical JSON (RFC 8785) and the digests made of it: the same content gives the same bytes everywhere."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from conformance.model.agreements import Json

_SAFE_INTEGER = 2**53 - 1


def canonical(value: Json) -> bytes:
    """The canonical bytes of a JSON value. Floats, unsafe integers and lone surrogates raise ValueError: I-JSON
    readers would disagree about them."""
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def digest(data: bytes) -> str:
    """`sha256:<hex>` of bytes."""
    return f"sha256:{sha256(data).hexdigest()}"


def digest_of(value: Json) -> str:
    """`sha256:<hex>` of a value's canonical JSON."""
    return digest(canonical(value))


def _ordered(value: Json) -> Json:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if abs(value) > _SAFE_INTEGER:
            raise ValueError(f"{value} is outside the integers every JSON reader keeps exactly")
        return value
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in _names(value)}
    raise ValueError(f"canonical JSON knows no {type(value).__name__}")


def _names(value: dict[Any, Json]) -> list[Any]:
    """The names in order. Of ASCII, as nearly all are, code points and UTF-16 code units have the same."""
    try:
        plain = "".join(value).isascii()
    except TypeError:
        plain = False
    return sorted(value) if plain else sorted(value, key=_utf16)


def _utf16(key: object) -> bytes:
    """RFC 8785 sorts names by UTF-16 code units, which differs from code points beyond the basic plane."""
    if not isinstance(key, str):
        raise ValueError(f"a JSON name is text, not {type(key).__name__}")
    return key.encode("utf-16-be")
