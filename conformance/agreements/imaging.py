"""What the data set has of a patient's studies, as scenarios name it: `{studies.anna.radiograph.uid}`.

A study goes by its kind, and by its place in time: `{studies.anna.by-date.0.date}` is the date of the earliest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conformance.model.agreements import Json

BY_DATE = "by-date"


def by_patient(studies: Mapping[str, Json]) -> dict[str, Json]:
    """The described studies of each patient by kind, and in the order of their dates."""
    found: dict[str, dict[str, Json]] = {}
    for study in studies.values():
        found.setdefault(study["patient"], {})[study["kind"]] = study
    return {role: _with_dates(kinds) for role, kinds in found.items()}


def completed(studies: Mapping[str, Json], groups: Mapping[str, Iterable[str]]) -> dict[str, Json]:
    """The same, with somebody else's study where one of a group lacks a kind: `lint_groups` tells what is lacking."""
    every = {study["kind"]: study for study in studies.values()}
    roles = {role for group in groups.values() for role in group}
    own = {
        role: {kind: one for kind, one in kinds.items() if kind != BY_DATE}
        for role, kinds in by_patient(studies).items()
    }
    return {role: _with_dates({**every, **own.get(role, {})}) for role in roles | own.keys()}


def _with_dates(kinds: Mapping[str, Json]) -> dict[str, Json]:
    return {**kinds, BY_DATE: sorted(kinds.values(), key=_moment)}


def _moment(study: Json) -> tuple[str, str]:
    return study["date"], study["time"]
