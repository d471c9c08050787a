"""Unique identifiers that are the same every time: 2.25 and a version 5 UUID of a name (PS3.5 annex B.2, RFC 9562)."""

from __future__ import annotations

from uuid import UUID, uuid5

_NAMESPACE = UUID("6a1c5b0e-6f0e-5a57-9b5e-3b1d3c0b8f52")


def uid_of(name: str) -> str:
    """The identifier of a name such as `studies/ct-anna/2/1`."""
    return f"2.25.{uuid5(_NAMESPACE, name).int}"
