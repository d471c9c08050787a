"""Quantities: a decimal with a UCUM unit or a calendar unit (FHIRPath section 4.1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction

from conformance.validation.fhir.fhirpath.ucum import Measure, measure

PRECISE = Context(prec=34, traps=[InvalidOperation, DivisionByZero, Overflow])

CALENDAR_UNITS = {
    "year": "year",
    "years": "year",
    "month": "month",
    "months": "month",
    "week": "week",
    "weeks": "week",
    "day": "day",
    "days": "day",
    "hour": "hour",
    "hours": "hour",
    "minute": "minute",
    "minutes": "minute",
    "second": "second",
    "seconds": "second",
    "millisecond": "millisecond",
    "milliseconds": "millisecond",
}
# Calendar units of a fixed length equal their UCUM unit; a calendar month or year has no fixed length.
_UCUM_OF_CALENDAR = {"week": "wk", "day": "d", "hour": "h", "minute": "min", "second": "s", "millisecond": "ms"}

_MAX_EXPONENT = 400  # an exact fraction of a larger one would fill the memory


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit; `calendar` tells `1 month` from `1 'mo'`."""

    value: Decimal
    unit: str = "1"
    calendar: bool = False

    def __str__(self) -> str:
        return f"{self.value} {self.unit}" if self.calendar else f"{self.value} '{self.unit}'"

    def measure(self) -> Measure | None:
        """The quantity in base units; None when the unit is not known here (it may still equal itself)."""
        if not self.calendar:
            return measure(self.unit)
        name = CALENDAR_UNITS[self.unit]
        if name in _UCUM_OF_CALENDAR:
            return measure(_UCUM_OF_CALENDAR[name])
        # Months and years compare among themselves only.
        return Measure(Fraction(12 if name == "year" else 1), (("calendar month", 1),))

    def same_unit(self, other: Quantity) -> bool:
        """Whether both are written in one and the same unit."""
        if self.calendar and other.calendar:
            return CALENDAR_UNITS[self.unit] == CALENDAR_UNITS[other.unit]
        return self.calendar == other.calendar and self.unit == other.unit

    def value_in(self, other: Quantity) -> Fraction | None:
        """The exact value in the unit of the other; None when they do not convert or the value is beyond reason."""
        if not self.value.is_finite() or abs(self.value.adjusted()) > _MAX_EXPONENT:
            return None
        if self.same_unit(other):
            return Fraction(self.value)
        own, target = self.measure(), other.measure()
        if own is None or target is None or own.dimension != target.dimension:
            return None
        return Fraction(self.value) * own.factor / target.factor
