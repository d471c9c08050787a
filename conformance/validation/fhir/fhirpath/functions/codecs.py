"""Encoding and escaping of text (FHIRPath section 5.6, additional string functions)."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable

from conformance.validation.fhir.fhirpath.arithmetic import bounded_text
from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Items
from conformance.validation.fhir.fhirpath.registry import function
from conformance.validation.fhir.fhirpath.values import single_string

_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "hex": binascii.hexlify,
    "base64": base64.b64encode,
    "urlbase64": base64.urlsafe_b64encode,
}
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "hex": binascii.unhexlify,
    "base64": base64.b64decode,
    "urlbase64": base64.urlsafe_b64decode,
}

_JSON_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_JSON_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "b": "\b"}


@function("encode", 1)
def encode(_: Context, items: Items, encoding: Items) -> Items:
    """The text in hex, base64 or urlbase64."""
    text, name = single_string(items, "encode()"), single_string(encoding, "encode()")
    if text is None or name not in _ENCODERS:
        return []
    return [_ENCODERS[name](text.encode()).decode()]


@function("decode", 1)
def decode(_: Context, items: Items, encoding: Items) -> Items:
    """The text behind hex, base64 or urlbase64."""
    text, name = single_string(items, "decode()"), single_string(encoding, "decode()")
    if text is None or name not in _DECODERS:
        return []
    try:
        return [_DECODERS[name](text.encode()).decode()]
    except ValueError as error:
        raise FhirPathEvaluationError(f"decode() found no {name} text: {error}") from error


@function("escape", 1)
def escape(_: Context, items: Items, target: Items) -> Items:
    """The text as it stands in html or in a json string."""
    text, name = single_string(items, "escape()"), single_string(target, "escape()")
    if text is None or name not in ("html", "json"):
        return []
    return [bounded_text(html.escape(text) if name == "html" else json.dumps(text, ensure_ascii=False)[1:-1])]


@function("unescape", 1)
def unescape(_: Context, items: Items, target: Items) -> Items:
    """The text that an html or json string stands for."""
    text, name = single_string(items, "unescape()"), single_string(target, "unescape()")
    if text is None or name not in ("html", "json"):
        return []
    return [html.unescape(text) if name == "html" else _JSON_ESCAPE.sub(_unescaped, text)]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _JSON_ESCAPES.get(code, code)
