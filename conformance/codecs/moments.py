"""When two moments of FHIR are the same, though one is told in another time zone or less exactly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_DAY = len("2026-03-02")
_ZONES = (UTC, *(timezone(timedelta(hours=hours)) for hours in (1, 2)))
"""Dutch time in winter and in summer, and UTC: in one of these a system tells a day that it keeps as a moment."""


@lru_cache(maxsize=8192)
def same_moment(loaded: str, said: str) -> bool:
    """Whether what was said is the moment that was loaded, as exactly as it says so; at least to the day, unless that
    is more than was loaded."""
    if loaded == said:
        return True
    if len(loaded) < _DAY:
        return said.startswith(f"{loaded}-") and (len(said) < _DAY or _moment(said) is not None)
    exact, told = _moment(loaded), _moment(said)
    if exact is None or told is None:
        return False
    if _DAY in (len(loaded), len(said)):
        return said[:_DAY] in _days(loaded, exact) or loaded[:_DAY] in _days(said, told)
    return _same_instant(exact, told, fine=min(_fineness(loaded), _fineness(said)))


@lru_cache(maxsize=8192)
def _moment(written: str) -> datetime | None:
    """The moment; None for what is none, or says no day."""
    try:
        return datetime.fromisoformat(written) if len(written) >= _DAY else None
    except ValueError:
        return None


def _days(written: str, moment: datetime) -> Iterator[str]:
    """The day as it is written, and the days on which a moment fell where it may be told."""
    yield written[:_DAY]
    if moment.tzinfo:
        yield from (moment.astimezone(zone).date().isoformat() for zone in _ZONES)


def _fineness(written: str) -> int:
    clock = written[_DAY + 1 :].replace("Z", "+").replace("-", "+").split("+")[0]
    return (len(clock) > len("09:40")) + ("." in clock)


def _same_instant(one: datetime, other: datetime, *, fine: int) -> bool:
    if one.tzinfo is None or other.tzinfo is None:  # which zone was meant, nobody says
        one, other = one.replace(tzinfo=None), other.replace(tzinfo=None)
    left, right = (each.replace(microsecond=0) if fine < _PARTS else each for each in (one, other))
    if fine == _MINUTES:
        left, right = left.replace(second=0), right.replace(second=0)
    return left == right


_MINUTES, _PARTS = 0, 2
"""How fine a moment is that tells its minutes, and one that tells parts of a second."""
