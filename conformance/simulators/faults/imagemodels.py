"""Switches in how DICOM JSON is written (PS3.18 section F.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from conformance.model.agreements import Json
from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.dicomweb import Datasets, in_datasets
from conformance.simulators.http import Interceptor

_ODD: Mapping[str, Mapping[str, Json]] = {
    "group-length": {"00080000": {"vr": "UL", "Value": [4]}},
    "bytes-as-value": {"00420011": {"vr": "OB", "Value": ["AAE="]}},
    "words-inline": {"00081040": {"vr": "LO", "InlineBinary": "Q1Q="}},
    "tag-in-brackets": {"00280009": {"vr": "AT", "Value": ["(0018,1063)"]}},
    "number-as-text": {"00280102": {"vr": "US", "Value": ["15"]}},
}


@switch("dicomweb.odd-model", hook=Hook.IMAGES)
def odd_model(
    *, when: When, how: Literal["group-length", "bytes-as-value", "words-inline", "tag-in-brackets", "number-as-text"]
) -> Interceptor:
    """Each data set of a DICOM JSON answer has an attribute that is not written as the model asks."""

    def change(datasets: Datasets) -> Datasets:
        odd: Mapping[str, Any] = _ODD[how]
        return [{**one, **odd} for one in datasets]

    return in_datasets(when, change)
