"""Which citizen service numbers (BSN) may appear: only ones that cannot belong to a person."""

from __future__ import annotations

from conformance.model.words import Text

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
FICTITIOUS_PREFIX = "9999"
"""All patients of Nictiz' published qualification material are numbered 9999xxxxx (999901370, 999909587, 999911119),
and npm's bsn-js documents 99999 as reserved by the Dutch authority for tests. No other range is accepted, because no
source read says that it can't hold a person's number."""


def passes_eleven_test(bsn: str) -> bool:
    """Nine digits, not all zero, whose weighted sum is divisible by eleven."""
    if len(bsn) != len(WEIGHTS) or not (bsn.isascii() and bsn.isdigit()) or not int(bsn):
        return False
    return sum(weight * int(digit) for weight, digit in zip(WEIGHTS, bsn, strict=True)) % 11 == 0


def why_not_fictitious(bsn: str) -> Text | None:
    """Why a BSN may not be used as a test patient's, or None when it may. The number itself is never repeated."""
    if not passes_eleven_test(bsn):
        return Text("een nummer dat niet door de elfproef komt", "a number that fails the eleven test")
    if not bsn.startswith(FICTITIOUS_PREFIX):
        return Text(
            f"een nummer buiten de fictieve reeks {FICTITIOUS_PREFIX}xxxxx, dat dus van een persoon kan zijn",
            f"a number outside the fictitious range {FICTITIOUS_PREFIX}xxxxx, which may therefore be a person's",
        )
    return None
