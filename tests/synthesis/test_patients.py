"""The described patients, and BSNs that pass the 11-test."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.agreements.bsn import passes_eleven_test, why_not_fictitious
from conformance.synthesis.patients import bsn_from, patients


@given(st.integers())
def test_any_seed_gives_a_fictitious_bsn(seed: int) -> None:
    bsn = bsn_from(seed)
    assert passes_eleven_test(bsn)
    assert why_not_fictitious(bsn) is None


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=8), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_never_passes(seed: int, at: int, shift: int) -> None:
    bsn = bsn_from(seed)
    wrong = bsn[:at] + str((int(bsn[at]) + shift) % 10) + bsn[at + 1 :]
    assert not passes_eleven_test(wrong)


NICTIZ = {"999901370", "999901497", "999909587", "999911119", "999996538"}
"""Patients of Nictiz' qualification material, whose numbers stay theirs."""


def test_the_roles() -> None:
    described = patients()
    assert {"anna", "bram", "cees", "dina", "evert", "floor", "floris", "gulsen", "gulsen-namesake"} <= set(described)
    assert [role for role, patient in described.items() if not patient.known] == ["gulsen-miswritten", "unknown"]
    assert len({patient.bsn for patient in described.values()} - NICTIZ) == len(described)
    assert all(why_not_fictitious(patient.bsn) is None for patient in described.values())
    assert all(patient.birth_date and patient.gender for patient in described.values() if patient.known)
