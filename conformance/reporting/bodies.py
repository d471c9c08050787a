"""Bodies of exchanges as people read them: cut, indented, with nothing hidden.

Indenting works on the text itself, never on a parsed value: numbers, repeated keys and order stay as the node wrote
them, a cut or malformed body is shown as far as it goes, and no depth or size can exhaust anything.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from conformance.agreements.canonical import digest
from conformance.model.agreements import Json
from conformance.model.exchange import Message

LIMIT = 16 * 1024
"""Bytes of a body that are shown."""

_HEX_LIMIT = 256
_HEX_ROW = 16
_DEEPEST = 24
_GROWTH = 4
_MARGINS = tuple("  " * depth for depth in range(_DEEPEST + 1))
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{},:]|[^\s"\[\]{},:]+', re.DOTALL)
_XML_TOKEN = re.compile(r"<[^>]*>?|[^<]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What is shown of a body. `size` is in bytes on the wire, `digest` of the redacted body as stored."""

    text: str
    media_type: str
    size: int
    digest: str
    cut: bool
    binary: bool
    indented: bool


def body_of(message: Message, *, indent: bool = True) -> Body | None:
    """The body of a message as shown; None when there was none. A withheld body has size but no text."""
    if not message.body and not message.size:
        return None
    head = message.body[:LIMIT]
    text = _decoded(head)
    binary = text is None
    indented = _indented(text, message.media_type) if indent and text is not None else None
    return Body(
        text=_hex(head) if text is None else indented or text,
        media_type=message.media_type,
        size=message.size or len(message.body),
        digest=digest(message.body) if message.body else "",
        cut=len(message.body) > (_HEX_LIMIT if binary else LIMIT),
        binary=binary,
        indented=indented is not None,
    )


def json_text(value: Json) -> str:
    """A small value of our own, such as a step's arguments, on one line."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)


def _decoded(data: bytes) -> str | None:
    if b"\0" in data:
        return None
    text = data.decode("utf-8", errors="backslashreplace")
    broken = text.count("\\x")
    # Bytes that are mostly no text are shown as bytes.
    return None if broken > len(data) // 16 + 8 else text.replace("\r\n", "\n")


@lru_cache(maxsize=1024)
def _indented(text: str, media_type: str) -> str | None:
    shown = None
    if media_type.endswith("json") and text.lstrip()[:1] in ("{", "["):
        shown = indent_json(text)
    elif media_type.endswith("xml") and text.lstrip()[:1] == "<":
        shown = indent_xml(text)
    # A body made of brackets alone would grow many times over.
    return shown if shown is not None and len(shown) <= _GROWTH * LIMIT else None


def indent_json(text: str) -> str:
    """JSON text with one member a line; tokens are those of the text."""
    lines: list[str] = []
    line, depth = "", 0
    for token in _JSON_TOKEN.findall(text):
        if token in ("{", "["):
            depth += 1
            lines.append(line + token)
            line = _margin(depth)
        elif token in ("}", "]"):
            depth = max(0, depth - 1)
            line = _closed(lines, line, depth) + token
        elif token == ",":
            lines.append(line + token)
            line = _margin(depth)
        else:
            line += ": " if token == ":" else token
    return "\n".join([*lines, line] if line.strip() else lines)


def _closed(lines: list[str], line: str, depth: int) -> str:
    """The line on which a bracket closes: its own, or that of the opening one when there is nothing between them."""
    if line.strip():
        lines.append(line)
        return _margin(depth)
    return lines.pop() if lines and lines[-1].endswith(("{", "[")) else _margin(depth)


def indent_xml(text: str) -> str:
    """XML text with one element a line; text between tags stays on the line of its tag."""
    lines: list[str] = []
    depth = 0
    inline = False
    for match in _XML_TOKEN.finditer(text):
        token = match[0]
        if not token.startswith("<"):
            inline = bool(token.strip())
            if inline:
                lines.append(f"{lines.pop() if lines else ''}{token}")
            continue
        closing = token.startswith("</")
        depth = max(0, depth - closing)
        if inline or (closing and lines and _opens(lines[-1].lstrip(), token)):
            lines[-1] += token
        else:
            lines.append(_margin(depth) + token)
        inline = inline and not closing
        depth += _deepens(token)
    return "\n".join(lines)


def _opens(line: str, closing: str) -> bool:
    """Whether the last line is just the start tag that this end tag closes."""
    name = closing[2:].rstrip(">").strip()
    return line.startswith(f"<{name}") and line.count("<") == 1 and not line.endswith("/>")


def _deepens(token: str) -> bool:
    return not (token.startswith(("</", "<!", "<?")) or token.endswith("/>"))


def _margin(depth: int) -> str:
    return _MARGINS[min(depth, _DEEPEST)]


def _hex(data: bytes) -> str:
    rows = []
    for at in range(0, min(len(data), _HEX_LIMIT), _HEX_ROW):
        row = data[at : at + _HEX_ROW]
        plain = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        rows.append(f"{at:06x}  {row.hex(' '):<47}  {plain}")
    return "\n".join(rows)
