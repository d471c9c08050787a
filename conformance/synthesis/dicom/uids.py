"""Unique identifiers that are the same every time: 2.25 and a version 5 UUID of a name (PS3.5 annex B.2, RFC 9562)."""

from __future__ import annotations

from uuid import UUID, uuid5

_NAMESPACE = UUID("6a1c5b0e-6f0e-5a57-9b5e-3b1d3c0b8f52")


def uid_of(name: str) -> str:
    """The identifier of a name such as `studies/ct-anna/2/1`."""
    return f"2.25.{uuid5(_NAMESPACE, name).int}"


def series_uid(study: str, series: int) -> str:
    """The identifier of a series, from the study's key and the series' number."""
    return uid_of(f"studies/{study}/{series}")


def sop_uid(study: str, series: int, number: int) -> str:
    """The identifier of an object, from that of its series and its own number there."""
    return uid_of(f"studies/{study}/{series}/{number}")
