"""Answers of Orthanc and tiny-pacs by name, and how cases are made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.model.exchange import Exchange
from conformance.model.words import Verdict
from tests.checks.images.recorded import recorded
from tests.checks.making import SILENT, Case, exchange

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
TINY = "tiny-pacs"
STUDY = "2.25.242751424491965810467865205119634391897"
EARLIER = "2.25.237213457455430260520635469323387625133"
RADIOGRAPH = "2.25.118827043688592510347913700139058029491"
SUID, UID = "StudyInstanceUID", "SOPInstanceUID"

SILENCE = exchange("dicomweb.search-studies", trouble=SILENT)
ALL = recorded("search-images/everything")
SEARCHED = recorded("study-to-instance/study")
SERIES = recorded("study-to-instance/series")
INSTANCES = recorded("study-to-instance/instances")
IN_SERIES = recorded("study-to-instance/in-series")
DESCRIBED = recorded("describe-study/described")
ONE = recorded("describe-study/one")
WHOLE = recorded("hand-over-study/whole")
PART = recorded("hand-over-study/part")
SELECTION = recorded("hand-over-study/selection")
FRAMES = recorded("single-frames/listed")
CLIP = recorded("single-frames/described")
PICTURE = recorded("ordinary-pictures/view")
VIEW = recorded("ordinary-pictures/view-described")
NO_METADATA = recorded("describe-study/described", TINY)


def case(kind: str, verdict: Verdict, about: str, _with: dict[str, Any] | None = None, **exchanges: Exchange) -> Case:
    """One case; a parameter of the judgement that takes one exchange gets one."""
    made = {name: (one,) for name, one in exchanges.items()}
    return Case(kind=kind, verdict=verdict, about=about, exchanges=made, parameters=_with or {})


def several(kind: str, verdict: Verdict, about: str, **exchanges: tuple[Exchange, ...]) -> Case:
    """One case; its exchanges are numbered in their order."""
    return Case(kind=kind, verdict=verdict, about=about, exchanges=exchanges)


def of(role: str, one: Exchange) -> Exchange:
    """The exchange of a step that says whose the answer should be."""
    return replace(one, given={**one.given, "patient": role})


def bent(name: str, change: Any, archive: str = "orthanc") -> Exchange:
    """A recorded answer, bent in one place."""
    return recorded(name, archive, change)


PATIENT = {"attribute": "PatientID"}
BY_SOP = {"identity": UID}
EVERY = {
    "data": "suite",
    "studies": {
        **{uid: {"patient": "anna", "uid": uid} for uid in (STUDY, EARLIER, RADIOGRAPH)},
        "his": {"patient": "bram", "uid": "2.25.1"},
    },
}
KEYS = {"attributes": ["StudyDate", "StudyTime", "ModalitiesInStudy"]}
NOT_FOUND, NOT_ACCEPTABLE = {"statuses": [404]}, {"statuses": [406]}
