"""JSON in which numbers stay as they are written: FHIR decimals carry precision."""

from __future__ import annotations

import json
import re
from typing import Any

_OPEN, _SHUT = "\ue0fe", "\ue0ff"
_ESCAPED = re.compile(r"\\ue0f[ef]", re.IGNORECASE)
_MARKED = re.compile(f'"{_OPEN}([^{_SHUT}]*){_SHUT}"')


class Number(str):
    """A number as it is written."""

    __slots__ = ()


def ours(text: str) -> bool:
    """Whether a text holds the signs by which numbers are marked here."""
    return _OPEN in text or _SHUT in text or _ESCAPED.search(text) is not None


def written(document: Any, *, whole: bool) -> bytes:
    """A document as JSON. `whole`: it came in UTF-8, all of it."""
    text = json.dumps(_marked(document), ensure_ascii=False, separators=(",", ":"))
    # Half a pair (a lone surrogate) came as an escape and leaves as one; a byte that is no UTF-8 stays that byte.
    halves = _HALVES if whole else _HALVES_BUT_BYTES
    return halves.sub(_escaped, _MARKED.sub(r"\1", text)).encode("utf-8", "surrogateescape")


_HALVES, _HALVES_BUT_BYTES = re.compile("[\ud800-\udfff]"), re.compile("[\ud800-\udc7f\udd00-\udfff]")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


def _marked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _marked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_marked(inner) for inner in value]
    return f"{_OPEN}{value}{_SHUT}" if isinstance(value, Number) else value


def numbers(document: Any) -> Any:
    """A document of Python values with its numbers as they are written."""
    return json.loads(json.dumps(document), parse_float=Number, parse_int=Number)


def plain(document: Any) -> Any:
    """The way back: numbers as Python has them."""
    return json.loads(written(document, whole=True))
