"""Whole records: every resource of every synthetic patient, each with the Provenance that tells when it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from conformance.model.agreements import Json
from conformance.synthesis.bgz import clinical, medication, observations
from conformance.synthesis.bgz.parts import Resource, coding, reference, resource
from conformance.synthesis.bgz.people import Care, care_from, care_team_from, coverage_from, patient_from
from conformance.synthesis.patients import DataSet, SyntheticPatient, data_set

Entry = Mapping[str, Json]
Single = Callable[[str, Entry, Resource, Care], Resource]
Several = Callable[[str, Entry, Resource, Care], Iterator[Resource]]
Observed = Callable[[str, Entry, Resource], Resource]

SINGLES: Mapping[str, Single] = {
    "payers": coverage_from,
    "treatment-directives": clinical.treatment_directive,
    "advance-directives": clinical.advance_directive,
    "problems": clinical.problem,
    "nutrition": clinical.nutrition_advice,
    "alerts": clinical.alert,
    "allergies": clinical.allergy,
    "vaccinations": clinical.vaccination,
    "encounters": clinical.encounter,
    "planned": clinical.planned_procedure,
    "care-teams": care_team_from,
}
SEVERAL: Mapping[str, Several] = {
    "medication": medication.medication,
    "devices": medication.device,
    "procedures": clinical.procedure,
}
OBSERVED: Mapping[str, Observed] = {
    "functional": observations.functional_status,
    "living": observations.living_situation,
    "drugs": observations.drug_use,
    "alcohol": observations.alcohol_use,
    "tobacco": observations.tobacco_use,
    "blood-pressures": observations.blood_pressure,
    "weights": observations.body_weight,
    "heights": observations.body_height,
}


class RecordError(Exception):
    """What patients.yaml says at a path can't be made into resources; the message says why."""

    def __init__(self, path: tuple[str | int, ...], why: str) -> None:
        super().__init__(why)
        self.path = path


@contextmanager
def _at(*path: str | int) -> Iterator[None]:
    try:
        yield
    except KeyError as missing:
        raise RecordError(path, f"{missing} is not there") from missing
    except ValueError as wrong:
        raise RecordError(path, str(wrong)) from wrong


@dataclass(frozen=True)
class BgzData:
    """What a BgZ source holds: resources of everybody (`care`) and of each patient, by role."""

    care: tuple[Resource, ...]
    records: Mapping[str, tuple[Resource, ...]]

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Everything, in a fixed order."""
        return (*self.care, *(item for record in self.records.values() for item in record))


@lru_cache(maxsize=4)
def bgz_data(root: Path | None = None) -> BgzData:
    """The records that `scenarios/data/patients.yaml` describes; `root` as in `data_set`."""
    return _data_from(data_set(root))


def _data_from(described: DataSet) -> BgzData:
    with _at("care"):
        care = care_from(described.care)
    known = (patient for patient in described.patients.values() if patient.known)
    return BgzData(care.all(), {patient.role: tuple(_record(patient, care)) for patient in known})


def _record(patient: SyntheticPatient, care: Care) -> Iterator[Resource]:
    with _at("patients", patient.role):
        person = patient_from(patient, care)
    subject = reference(person, f"{patient.given} {patient.family}")
    content = list(_content(patient, subject, care))
    yield person
    yield from content
    for item in (person, *content):
        yield _provenance(item, care)


def _content(patient: SyntheticPatient, subject: Resource, care: Care) -> Iterator[Resource]:
    for name, part in patient.record.items():
        for number, entry in enumerate(part):
            with _at("patients", patient.role, "bgz", name, number):
                yield from _part(name, f"{patient.role}-{name}-{number + 1}", entry, subject, care)


def _part(name: str, identity: str, entry: Entry, subject: Resource, care: Care) -> Iterable[Resource]:
    if name in OBSERVED:
        return (OBSERVED[name](identity, entry, subject),)
    if name in SINGLES:
        return (SINGLES[name](identity, entry, subject, care),)
    if name in SEVERAL:
        return SEVERAL[name](identity, entry, subject, care)
    if name == "laboratory":
        return observations.laboratory(identity, entry, subject)
    if name == "laboratory-series":
        return observations.laboratory_series(identity, entry, subject)
    known = ", ".join(sorted({*OBSERVED, *SINGLES, *SEVERAL, "laboratory", "laboratory-series"}))
    raise ValueError(f"no such part of a record; known are {known}")


def _provenance(target: Resource, care: Care) -> Resource:
    """When the target was first registered, and by which organisation."""
    display = f"{target['resourceType']} {target['id']}"
    return resource(
        "Provenance",
        f"prov-{target['id']}",
        f"Herkomst van {display}",
        "BgZ-Metadata",
        target=[reference(target, display)],
        recorded=target["meta"]["lastUpdated"],
        activity=coding("data-operation|CREATE|create"),
        agent=[{"whoReference": care.organization("hospital")}],
    )
