"""Dates, date-times and times of any precision, with the three-valued comparison of FHIRPath (section 6.1 and 6.2).

A value is kept as the interval of instants it may mean. Two values compare when their intervals do not overlap, or when
both have the same precision; otherwise the answer is unknown. Seconds and milliseconds count as one precision.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache


class Precision(IntEnum):
    """How far a value is specified."""

    YEAR = 1
    MONTH = 2
    DAY = 3
    HOUR = 4
    MINUTE = 5
    SECOND = 6


DATE, DATE_TIME, TIME = "Date", "DateTime", "Time"

_PATTERN = re.compile(
    r"(?:(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?)?"
    r"(?P<t>T)?"
    r"(?:(?P<hour>\d{2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,12}))?)?)?)?"
    r"(?P<zone>Z|[+-]\d{2}:\d{2})?"
)
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_DAY = 86_400_000_000  # microseconds
_HOUR, _MINUTE, _SECOND = 3_600_000_000, 60_000_000, 1_000_000
# A value without a zone may be anywhere between UTC-12 and UTC+14.
_EARLIEST_SHIFT, _LATEST_SHIFT = -14 * _HOUR, 12 * _HOUR


@dataclass(frozen=True, slots=True)
class Temporal:
    """A date, date-time or time. `zone` is minutes east of UTC; `fraction` the digits after the second, as written."""

    kind: str
    precision: Precision
    year: int = 1
    month: int = 1
    day: int = 1
    hour: int = 0
    minute: int = 0
    second: int = 0
    fraction: str = ""
    zone: int | None = None
    low: int = 0
    high: int = 0

    @staticmethod
    def parse_literal(text: str) -> Temporal | None:
        """The value of an `@` literal (text without the `@`): a date needs no `T`, a date-time has one."""
        if text.startswith("T"):
            return parse_temporal(text[1:], TIME)
        return parse_temporal(text, DATE_TIME if "T" in text else DATE)

    def __str__(self) -> str:
        clock = _clock_text(self)
        if self.kind == TIME:
            return clock
        parts = (f"{self.year:04d}", f"{self.month:02d}", f"{self.day:02d}")
        calendar = "-".join(parts[: min(self.precision, 3)])
        return f"{calendar}T{clock}{_zone_text(self.zone)}" if clock else calendar

    def compare(self, other: Temporal) -> int | None:
        """-1, 0 or 1, or None when the precisions or a missing zone leave it open."""
        low, high, other_low, other_high = self.low, self.high, other.low, other.high
        if (self.zone is None) != (other.zone is None):
            if self.zone is None:
                low, high = low + _EARLIEST_SHIFT, high + _LATEST_SHIFT
            else:
                other_low, other_high = other_low + _EARLIEST_SHIFT, other_high + _LATEST_SHIFT
        elif self.precision == other.precision and low == other_low:
            return 0
        if high < other_low:
            return -1
        return 1 if low > other_high else None


@lru_cache(maxsize=8192)
def parse_temporal(text: str, kind: str) -> Temporal | None:
    """The value of the text as a Date, DateTime or Time; None when it is none (also: no day of the calendar)."""
    match = _PATTERN.fullmatch(text)
    if match is None or not _fits(match, kind):
        return None
    numbers = [int(match[name]) if match[name] else None for name in _PARTS]
    return make_temporal(kind, numbers, match["fraction"] or "", _zone(match["zone"]))


def make_temporal(kind: str, numbers: list[int | None], fraction: str, zone: int | None) -> Temporal | None:
    """A value from year, month, day, hour, minute, second (None from where it is unspecified); None when impossible."""
    given = [number for number in numbers if number is not None]
    precision = Precision(len(given) + (3 if kind == TIME else 0))
    year, month, day, hour, minute, second = (
        1 if number is None and place < 3 else number or 0 for place, number in enumerate(numbers)
    )
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)):
        return None
    if hour > 23 or minute > 59 or second > 60 or (zone is not None and abs(zone) > 14 * 60):
        return None
    low, high = _bounds(precision, (year, month, day), (hour, minute, second), fraction)
    shift = (zone or 0) * _MINUTE
    return Temporal(
        kind, precision, year, month, day, hour, minute, second, fraction, zone, low=low - shift, high=high - shift
    )


def days_in_month(year: int, month: int) -> int:
    """The number of days of the month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _fits(match: re.Match[str], kind: str) -> bool:
    if kind == TIME:
        return match["year"] is None and match["t"] is None and match["hour"] is not None and match["zone"] is None
    if match["year"] is None or (match["hour"] is not None and match["t"] is None):
        return False
    if (match["hour"] is not None and match["day"] is None) or (match["zone"] is not None and match["hour"] is None):
        return False
    return kind == DATE_TIME or match["t"] is None


def _zone(text: str | None) -> int | None:
    if text is None:
        return None
    if text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return -minutes if text[0] == "-" else minutes


def _zone_text(zone: int | None) -> str:
    if zone is None:
        return ""
    return "Z" if zone == 0 else f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02d}:{abs(zone) % 60:02d}"


def _clock_text(value: Temporal) -> str:
    parts = (f"{value.hour:02d}", f"{value.minute:02d}", f"{value.second:02d}")
    text = ":".join(parts[: max(value.precision - 3, 0)])
    return f"{text}.{value.fraction}" if value.fraction else text


def _bounds(
    precision: Precision, day: tuple[int, int, int], clock: tuple[int, int, int], fraction: str
) -> tuple[int, int]:
    """First and last microsecond, without zone, that the value may mean."""
    low = date(*day).toordinal() * _DAY + clock[0] * _HOUR + clock[1] * _MINUTE + clock[2] * _SECOND
    low += int((fraction + "000000")[:6])
    year, month, _ = day
    spans = {
        Precision.YEAR: _DAY * (365 + days_in_month(year, 2) - 28),
        Precision.MONTH: _DAY * days_in_month(year, month),
        Precision.DAY: _DAY,
        Precision.HOUR: _HOUR,
        Precision.MINUTE: _MINUTE,
        Precision.SECOND: 1,
    }
    return low, low + spans[precision] - 1
