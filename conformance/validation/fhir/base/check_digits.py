"""Codes that carry a check digit: a wrong one is certainly no code, without any terminology server.

SNOMED CT identifiers: Verhoeff's scheme (SNOMED CT Technical Implementation Guide 5.5).
LOINC: modulus 10 (LOINC Users' Guide).
"""

from __future__ import annotations

import re
from functools import lru_cache

TIMES = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
PERMUTE = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip
SNOMED = re.compile(r"[1-9][0-9]{5,17}")
LOINC = re.compile(r"[0-9]{1,7}-[0-9]")
LOINC_PART = re.compile(r"L[APGL][0-9]{1,8}-[0-9]")


@lru_cache(8192)
def is_snomed(code: str) -> bool:
    """Whether a code is a well-formed SNOMED CT identifier (or an expression, which is not judged here)."""
    if not SNOMED.fullmatch(code):
        return any(mark in code for mark in ":+=|")
    check = 0
    for position, digit in enumerate(reversed(code)):
        check = int(TIMES[check][int(PERMUTE[position % 8][int(digit)])])
    return check == 0


@lru_cache(8192)
def is_loinc(code: str) -> bool:
    """Whether a code is a well-formed LOINC term, part, answer or group."""
    if LOINC_PART.fullmatch(code):
        return True
    if not LOINC.fullmatch(code):
        return False
    total = 0
    for position, digit in enumerate(reversed(code[:-2])):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return (10 - total % 10) % 10 == int(code[-1])
