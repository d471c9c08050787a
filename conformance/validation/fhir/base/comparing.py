"""Which of two values is the greater: numbers, dates as far as they are precise, quantities after UCUM conversion."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from conformance.validation.fhir.fhirpath.ucum import Measure, measure

UCUM = "http://unitsofmeasure.org"
SECONDS = Measure(Fraction(1), (("s", 1),))


def ordered(value: Any, limit: Any) -> int | None:
    """-1, 0 or 1, or None when the two cannot be compared (other kind, other dimension, no formal unit)."""
    if isinstance(value, dict) and isinstance(limit, dict):
        return _quantities(value, limit)
    if isinstance(value, str) and isinstance(limit, str):
        return _texts(value, limit)
    if isinstance(value, (int, Decimal)) and isinstance(limit, (int, float, Decimal)):
        return _numbers(Decimal(value), Decimal(limit))
    return None


def compare(value: Any, limit: Any, today: date | None, *, low: bool) -> int | None:
    """As `ordered`, and a date compares with a duration: a minimum is that long before today, a maximum after. Without
    a today the two cannot be compared.

    FHIR R4, ElementDefinition.minValue[x] and maxValue[x].
    """
    if isinstance(value, str) and isinstance(limit, dict):
        moved = _moved(today, limit, back=low) if today else ""
        return _texts(value[:10], moved) if moved else None
    return ordered(value, limit)


def _moved(today: date, duration: dict[str, Any], *, back: bool) -> str:
    """Today moved by a duration, as a date; empty when the duration's unit is not one of time."""
    unit = measure(str(duration.get("code", "")))
    amount = duration.get("value")
    if unit is None or unit.dimension != SECONDS.dimension or not isinstance(amount, (int, Decimal)):
        return ""
    days = int(Fraction(amount) * Fraction(unit.factor) / 86_400)
    try:
        return str(today + timedelta(days=-days if back else days))
    except OverflowError:
        return "0001-01-01" if back else "9999-12-31"


def _numbers(value: Decimal | Fraction, limit: Decimal | Fraction) -> int:
    return (value > limit) - (value < limit)


def _texts(value: str, limit: str) -> int:
    """Dates and times compare as far as the less precise one goes; what is equal so far is inside the limit."""
    length = min(len(value), len(limit))
    if len(value) != len(limit) and value[:length] == limit[:length]:
        return 1 if len(value) > len(limit) else -1
    return (value > limit) - (value < limit)


def _quantities(value: dict[str, Any], limit: dict[str, Any]) -> int | None:
    amount, most = value.get("value"), limit.get("value")
    if not isinstance(amount, (int, Decimal)) or not isinstance(most, (int, float, Decimal)):
        return None
    left, right = Decimal(amount), Decimal(str(most))
    code, other = value.get("code"), limit.get("code")
    if code is None or other is None or value.get("system") != limit.get("system"):
        return None
    # Beyond any real magnitude an exact fraction would fill the memory.
    if not all(-100 < each.adjusted() < 100 for each in (left, right)):
        return None
    if code == other:
        return _numbers(left, right)
    one, two = measure(code), measure(other)
    if value.get("system") != UCUM or one is None or two is None or one.dimension != two.dimension:
        return None
    return _numbers(Fraction(left) * Fraction(one.factor), Fraction(right) * Fraction(two.factor))
