"""The synthetic patients by role, as `scenarios/data/patients.yaml` describes them, and the arithmetic of a BSN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conformance.agreements.bsn import passes_eleven_test
from conformance.agreements.paths import agreements_root
from conformance.agreements.strict import read
from conformance.model.agreements import Json

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
    """The patients by role, `unknown` among them."""
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


def bsn_from(seed: int) -> str:
    """A fictitious BSN (9999xxxxx, the range of tests) that passes the 11-test, for any whole number."""
    for offset in range(2):  # one stem in eleven has no check digit; its neighbour has
        stem = f"9999{(seed + offset) % 10_000:04d}"
        for check in range(10):
            if passes_eleven_test(f"{stem}{check}"):
                return f"{stem}{check}"
    raise ValueError(f"no BSN can be made from {seed}")
