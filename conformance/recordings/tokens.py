"""What may be told of a token without keeping it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping

from conformance.model.agreements import Json


def described(token: str) -> Mapping[str, Json] | None:
    """Type, algorithm and the names of the claims of a signed JWT; None for any other token."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    header, claims = _decoded(parts[0]), _decoded(parts[1])
    if header is None or claims is None:
        return None
    return {"typ": str(header.get("typ", "")), "alg": str(header.get("alg", "")), "claims": sorted(claims)}


def _decoded(part: str) -> dict[str, Json] | None:
    try:
        value = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
