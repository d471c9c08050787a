"""What the gateway holds, seen at three levels: studies, series, instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conformance.codecs.dicomjson import TAGS, attribute
from conformance.simulators.dicomweb.refusals import Refusal
from conformance.synthesis.studies import Instance, Study, instances_of

Model = Mapping[str, Any]


class Level(StrEnum):
    """The level a search answers at; the word is the resource in the path."""

    STUDY = "studies"
    SERIES = "series"
    INSTANCE = "instances"


_STUDY = """SpecificCharacterSet StudyDate StudyTime AccessionNumber ModalitiesInStudy ReferringPhysicianName
    PatientName PatientID IssuerOfPatientID IssuerOfPatientIDQualifiersSequence PatientBirthDate PatientSex
    StudyInstanceUID StudyID NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances RetrieveURL"""
_SERIES = """SpecificCharacterSet Modality SeriesDescription SeriesInstanceUID SeriesNumber StudyInstanceUID
    NumberOfSeriesRelatedInstances RetrieveURL"""
_INSTANCE = """SpecificCharacterSet SOPClassUID SOPInstanceUID InstanceNumber Rows Columns BitsAllocated NumberOfFrames
    StudyInstanceUID SeriesInstanceUID RetrieveURL"""
RETURNED: Mapping[Level, frozenset[str]] = {
    Level.STUDY: frozenset(TAGS[keyword] for keyword in _STUDY.split()),
    Level.SERIES: frozenset(TAGS[keyword] for keyword in _SERIES.split()),
    Level.INSTANCE: frozenset(TAGS[keyword] for keyword in _INSTANCE.split()),
}
"""What a search answers with at each level without being asked (PS3.18 section 10.6.3.3)."""
_ON_REQUEST = frozenset({TAGS["StudyDescription"]})
"""Also known of a study, and answered when `includefield` names it."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a path names: a study, a series of it, an instance of that; empty for what is not named."""

    study: str = ""
    series: str = ""
    instance: str = ""

    @property
    def path(self) -> str:
        """The path below the base address."""
        pairs = (("studies", self.study), ("series", self.series), ("instances", self.instance))
        return "".join(f"/{name}/{uid}" for name, uid in pairs if uid)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a search can find: what it is and all its attributes."""

    target: Target
    model: Model


class Archive:
    """All instances the gateway holds; nothing in it changes after it was made."""

    def __init__(self, studies: Iterable[Study]) -> None:
        instances = instances_of(tuple(studies))
        by_study = _grouped(instances, lambda instance: Target(instance.study))
        by_series = _grouped(instances, lambda instance: Target(instance.study, instance.series))
        self._held = {**by_study, **by_series, **_grouped(instances, _whole)}
        self._entries = {
            Level.STUDY: tuple(Entry(target, _study_model(held)) for target, held in by_study.items()),
            Level.SERIES: tuple(
                Entry(target, _series_model(held, by_study[Target(target.study)])) for target, held in by_series.items()
            ),
            Level.INSTANCE: tuple(
                Entry(
                    _whole(instance),
                    {**_study_model(by_study[Target(instance.study)]), **instance.model},
                )
                for instance in instances
            ),
        }

    def entries(self, level: Level, within: Target) -> tuple[Entry, ...]:
        """What a search at this level may find within a study or series."""
        return tuple(
            entry
            for entry in self._entries[level]
            if within.study in ("", entry.target.study) and within.series in ("", entry.target.series)
        )

    def instances(self, target: Target) -> tuple[Instance, ...]:
        """The instances of the study, or what of it is named; a 404 when there are none."""
        if target not in self._held:
            raise Refusal(404, f"Nothing is known under {target.path}.")
        return tuple(self._held[target])


def _whole(instance: Instance) -> Target:
    return Target(instance.study, instance.series, instance.sop)


def _grouped(instances: Iterable[Instance], key: Callable[[Instance], Target]) -> dict[Target, list[Instance]]:
    groups: dict[Target, list[Instance]] = {}
    for instance in instances:
        groups.setdefault(key(instance), []).append(instance)
    return groups


def _study_model(held: Sequence[Instance]) -> Model:
    modalities = sorted({instance.modality for instance in held})
    return {
        **_picked(held[0].model, RETURNED[Level.STUDY] | _ON_REQUEST),
        **attribute("ModalitiesInStudy", *modalities),
        **attribute("NumberOfStudyRelatedSeries", len({instance.series for instance in held})),
        **attribute("NumberOfStudyRelatedInstances", len(held)),
    }


def _series_model(held: Sequence[Instance], study: Sequence[Instance]) -> Model:
    return {
        **_study_model(study),
        **_picked(held[0].model, RETURNED[Level.SERIES]),
        **attribute("NumberOfSeriesRelatedInstances", len(held)),
    }


def _picked(model: Model, tags: frozenset[str]) -> dict[str, Any]:
    return {tag: content for tag, content in model.items() if tag in tags}
