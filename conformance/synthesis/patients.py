"""The synthetic patients by role, as `scenarios/data/patients.yaml` describes them, and the arithmetic of a BSN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conformance.agreements.paths import agreements_root
from conformance.agreements.strict import read
from conformance.model.agreements import Json

BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
PATIENTS_FILE = Path("scenarios") / "data" / "patients.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticPatient:
    """One patient of the data set; `known` is false for a BSN that no record has. `record` is the BgZ description."""

    role: str
    bsn: str
    known: bool = True
    given: str = ""
    family: str = ""
    gender: str = ""
    """HL7 v3 AdministrativeGender: F, M or UN."""
    birth_date: str = ""
    """ISO 8601."""
    description: Mapping[str, Json] = field(default_factory=dict)
    record: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataSet:
    """Everything the file describes: patients by role, and who cares for them."""

    patients: Mapping[str, SyntheticPatient]
    care: Mapping[str, Json]


@lru_cache(maxsize=4)
def data_set(root: Path | None = None) -> DataSet:
    """The described data set; `root` is a folder with `profiles/` and `scenarios/`, None the shipped one."""
    found = agreements_root(root)
    content: dict[str, Any] = read(found / PATIENTS_FILE, found).value
    people = {role: _patient(role, entry) for role, entry in content["patients"].items()}
    return DataSet(MappingProxyType(people), MappingProxyType(content.get("care", {})))


def patients(root: Path | None = None) -> Mapping[str, SyntheticPatient]:
    """The patients by role: anna, bram, cees and `unknown`."""
    return data_set(root).patients


def _patient(role: str, entry: dict[str, Any]) -> SyntheticPatient:
    return SyntheticPatient(
        role=role,
        bsn=entry["bsn"],
        known=entry.get("known", True),
        given=entry.get("given", ""),
        family=entry.get("family", ""),
        gender=entry.get("gender", ""),
        birth_date=entry.get("birthDate", ""),
        description=MappingProxyType(entry),
        record=MappingProxyType(entry.get("bgz", {})),
    )


def bsn_is_valid(text: str) -> bool:
    """Whether these are nine digits, not all zero, that pass the 11-test."""
    if len(text) != len(BSN_WEIGHTS) or not (text.isascii() and text.isdigit()) or not int(text):
        return False
    return sum(int(digit) * weight for digit, weight in zip(text, BSN_WEIGHTS, strict=True)) % 11 == 0


def bsn_from(seed: int) -> str:
    """A BSN that passes the 11-test, for any whole number; neighbouring seeds give different numbers.

    They all start with 9995, a range our own data set uses.
    """
    start = 9995 * 10_000 + seed % 10_000  # eight digits; the ninth is a check digit, when there is one
    for offset in range(10_000):
        stem = f"{9995 * 10_000 + (start + offset) % 10_000:08d}"
        check = sum(int(digit) * weight for digit, weight in zip(stem, BSN_WEIGHTS, strict=False)) % 11
        if check < 10:
            return f"{stem}{check}"
    raise ValueError("no BSN in the range")  # cannot be: one stem in eleven has no check digit
