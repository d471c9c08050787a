"""Adding a duration to a date, date-time or time (FHIRPath section 6.6.7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.quantity import CALENDAR_UNITS, Quantity
from conformance.validation.fhir.fhirpath.temporal import TIME, Precision, Temporal, days_in_month, make_temporal

_UCUM_UNITS = {"wk": "week", "d": "day", "h": "hour", "min": "minute", "s": "second", "ms": "millisecond"}
_MILLISECONDS = {
    "week": 604_800_000, "day": 86_400_000, "hour": 3_600_000, "minute": 60_000, "second": 1000, "millisecond": 1,
}  # fmt: skip
_DAY = 86_400_000
_DAYS_A_MONTH, _DAYS_A_YEAR = 30, 365


def shifted(moment: Temporal, duration: Quantity, direction: int) -> Temporal | None:
    """The moment moved by the duration, in the precision it has; None when it leaves the calendar.

    Raises FhirPathEvaluationError when the unit is no time, or a UCUM month or year, which have no calendar meaning.
    """
    unit = CALENDAR_UNITS.get(duration.unit) or _UCUM_UNITS.get(duration.unit)
    if unit is None:
        raise FhirPathEvaluationError(f"{duration} cannot be added to a date or time; a calendar unit can: 1 month")
    amount = duration.value * direction
    if abs(amount) > 10**15:
        return None
    if moment.kind == TIME:
        return _time_shifted(moment, amount, unit)
    if unit in ("year", "month"):
        return _months_shifted(moment, int(amount) * (12 if unit == "year" else 1))
    whole = amount if unit in ("second", "millisecond") else Decimal(int(amount))
    milliseconds = int(whole * _MILLISECONDS[unit])
    if moment.precision >= Precision.DAY:
        return _milliseconds_shifted(moment, milliseconds)
    days = int(Decimal(milliseconds) / _DAY)
    if moment.precision == Precision.MONTH:
        return _months_shifted(moment, int(days / _DAYS_A_MONTH))
    return _months_shifted(moment, int(days / _DAYS_A_YEAR) * 12)


def _time_shifted(moment: Temporal, amount: Decimal, unit: str) -> Temporal | None:
    if unit not in _MILLISECONDS or unit in ("week", "day"):
        raise FhirPathEvaluationError(f"a {unit} cannot be added to a time of day")
    whole = amount if unit in ("second", "millisecond") else Decimal(int(amount))
    return _milliseconds_shifted(moment, int(whole * _MILLISECONDS[unit]))


def _months_shifted(moment: Temporal, months: int) -> Temporal | None:
    if moment.precision == Precision.YEAR:
        months = int(months / 12) * 12
    total = moment.year * 12 + moment.month - 1 + months
    year, month = total // 12, total % 12 + 1
    if not 1 <= year <= 9999:
        return None
    return _rebuilt(moment, (year, month, min(moment.day, days_in_month(year, month))), _clock(moment), moment.fraction)


def _milliseconds_shifted(moment: Temporal, milliseconds: int) -> Temporal | None:
    hour, minute, second = _clock(moment)
    fraction = int((moment.fraction + "000")[:3])
    clock = ((hour * 60 + minute) * 60 + second) * 1000 + fraction + milliseconds
    days, clock = divmod(clock, _DAY)
    ordinal = date(moment.year, moment.month, moment.day).toordinal() + (0 if moment.kind == TIME else days)
    if not 1 <= ordinal <= date.max.toordinal():
        return None
    day = date.fromordinal(ordinal)
    seconds, rest = divmod(clock, 1000)
    shown = moment.fraction if rest == fraction else f"{rest:03d}"
    clock_parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return _rebuilt(moment, (day.year, day.month, day.day), clock_parts, shown)


def _clock(moment: Temporal) -> tuple[int, int, int]:
    return moment.hour, moment.minute, moment.second


def _rebuilt(
    moment: Temporal, day: tuple[int, int, int], clock: tuple[int, int, int], fraction: str
) -> Temporal | None:
    numbers = [*day, *clock]
    first = 3 if moment.kind == TIME else 0
    kept = [number if first <= place < moment.precision else None for place, number in enumerate(numbers)]
    return make_temporal(moment.kind, kept, fraction if moment.precision == Precision.SECOND else "", moment.zone)
