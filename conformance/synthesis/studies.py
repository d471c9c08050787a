"""The synthetic imaging studies: from their description (`scenarios/data/studies.yaml`) to DICOM files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

from conformance.agreements.paths import agreements_root
from conformance.agreements.strict import read


class Person(Protocol):
    """What a study needs to know of a synthetic patient; `birth_date` is YYYY-MM-DD, `gender` F, M or UN."""

    @property
    def bsn(self) -> str:
        """The citizen service number."""

    @property
    def family(self) -> str:
        """The family name."""

    @property
    def given(self) -> str:
        """The given name."""

    @property
    def birth_date(self) -> str:
        """The date of birth."""

    @property
    def gender(self) -> str:
        """F, M or UN (HL7 v3 AdministrativeGender)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One object: its identifiers, the file (PS3.10), the DICOM JSON Model without pixels, and its native frames."""

    study: str
    series: str
    sop: str
    sop_class: str
    modality: str
    file: bytes
    model: Mapping[str, Any]
    frames: tuple[bytes, ...] = ()
    transfer_syntax: str = "1.2.840.10008.1.2.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study of one patient (by role)."""

    key: str
    uid: str
    patient: str
    instances: tuple[Instance, ...]


@cache
def description() -> Mapping[str, Any]:
    """The description of the studies by key, as the data set has it."""
    root = agreements_root()
    document = read(root / "scenarios" / "data" / "studies.yaml", root)
    studies: Mapping[str, Any] = document.value["studies"]
    return studies


def studies(patients: Mapping[str, Person]) -> tuple[Study, ...]:
    """All described studies of these patients (by role), in the order described; the same bytes every time.

    A vendor's own patient keeps its fictitious BSN: whatever `patients` says of a role ends up in the files.
    """
    described = description().items()
    return tuple(
        _study(key, _Subject.of(patients[entry["patient"]])) for key, entry in described if entry["patient"] in patients
    )


class _Subject(NamedTuple):
    """All that a study takes from a person, as something to remember a study by."""

    bsn: str
    family: str
    given: str
    birth_date: str
    gender: str

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls(person.bsn, person.family, person.given, person.birth_date, person.gender)


@lru_cache(maxsize=64)
def _study(key: str, person: _Subject) -> Study:
    """One study, made once per process and person: nothing in it changes afterwards."""
    # pydicom takes a third of a second to import: only those who make studies wait for it.
    from conformance.synthesis.dicom.making import make_study

    return make_study(key, description()[key], person)


def write_studies(made: Iterable[Study], folder: Path) -> tuple[Path, ...]:
    """Write every object as `<role>/<study>/<modality>-<number>.dcm` below the folder; gives the files written."""
    written: list[Path] = []
    for study in made:
        target = folder / study.patient / study.key
        target.mkdir(parents=True, exist_ok=True)
        for number, instance in enumerate(study.instances, 1):
            path = target / f"{instance.modality.lower()}-{number:02}.dcm"
            # A half-written file must never look like an object to load.
            partial = path.with_suffix(".partial")
            partial.write_bytes(instance.file)
            partial.replace(path)
            written.append(path)
    return tuple(written)


def instances_of(made: Sequence[Study]) -> tuple[Instance, ...]:
    """All objects of the studies, in order."""
    return tuple(instance for study in made for instance in study.instances)
