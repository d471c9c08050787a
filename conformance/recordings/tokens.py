"""What may be told of a token without keeping it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping

from conformance.model.agreements import Json
from conformance.recordings.redaction import masks, words


def described(token: str) -> Mapping[str, Json] | None:
    """Type, algorithm and the names of the claims of a signed JWT; None for any other token."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    header, claims = _decoded(parts[0]), _decoded(parts[1])
    if header is None or claims is None:
        return None
    kind, algorithm = (_word(str(header.get(name, ""))) for name in ("typ", "alg"))
    return {"typ": kind, "alg": algorithm, "claims": sorted(map(_word, claims))}


def _word(text: str) -> str:
    """A word of the standards, or the shape of one that may be a person's name or a number."""
    few = sum(sign.isdigit() for sign in text) <= _DIGITS and len(text) <= _LONGEST
    return text if few and words.names(text) else masks.shape(text)


_DIGITS, _LONGEST = 4, 80


def _decoded(part: str) -> dict[str, Json] | None:
    try:
        value = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
