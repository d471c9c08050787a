"""What a DICOMweb address names, in words: whose and which study, series or instance of the data set a UID is of.

`/studies/2.25.24.../series/2.25.13...` reads `/studies/anna.reported-ct/series/unknown`, so that a fault can be told
where it holds, whichever patient was drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Study, description, studies

UNKNOWN = "unknown"
_UID = re.compile(r"2\.25\.[1-9][0-9]*")
_OWN_NAMES = {("reported-ct", "CT"): "ct", ("reported-ct", "SR"): "report", ("reported-ct", "KO"): "key-objects"}
"""Where a study holds more than one series; elsewhere the series goes by the kind of its study."""


def kind_of(study: Study) -> str:
    """The kind of a study, as the data set describes it."""
    return str(description()[study.key]["kind"])


@cache
def known() -> Mapping[str, str]:
    """By UID what it is of, as `anna.reported-ct`."""
    found: dict[str, str] = {}
    for study in _all():
        found[study.uid] = f"{study.patient}.{kind_of(study)}"
        for instance in study.instances:
            name = _OWN_NAMES.get((kind_of(study), instance.modality), kind_of(study))
            found[instance.series] = found[instance.sop] = f"{study.patient}.{name}"
    return found


@cache
def study_of() -> Mapping[str, str]:
    """By the UID of a series that of its study."""
    return {instance.series: study.uid for study in _all() for instance in study.instances}


@cache
def home_of() -> Mapping[str, str]:
    """By the UID of an instance the path of the series that it is in."""
    held = (instance for study in _all() for instance in study.instances)
    return {one.sop: f"/studies/{one.study}/series/{one.series}" for one in held}


def _all() -> tuple[Study, ...]:
    return studies({role: one for role, one in patients().items() if one.known})


def in_words(address: str) -> str:
    """The address with every UID in it in words."""
    return _UID.sub(lambda found: known().get(found.group(), UNKNOWN), address)
