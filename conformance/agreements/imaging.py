"""What the data set has of a patient's studies, as scenarios name it: `{studies.anna.radiograph.uid}`.

A study goes by its kind, and by its place in time: `{studies.anna.by-date.0.date}` is the date of the earliest.
"""

from __future__ import annotations

from collections.abc import Mapping

from conformance.model.agreements import Json

BY_DATE = "by-date"


def by_patient(studies: Mapping[str, Json]) -> dict[str, Json]:
    """The described studies of each patient by kind, and in the order of their dates."""
    found: dict[str, dict[str, Json]] = {}
    for study in studies.values():
        found.setdefault(study["patient"], {})[study["kind"]] = study
    return {role: {**kinds, BY_DATE: sorted(kinds.values(), key=_moment)} for role, kinds in found.items()}


def _moment(study: Json) -> tuple[str, str]:
    return study["date"], study["time"]
