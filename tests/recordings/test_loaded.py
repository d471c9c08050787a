"""In what answers differ from what was loaded: only by what means something else."""

from __future__ import annotations

import copy
import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.filewriter import dcmwrite
from pydicom.uid import ImplicitVRLittleEndian

from conformance.codecs.dicomjson import tag_of
from conformance.recordings.loaded import unlike, unlike_file, unlike_matches
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import instances_of, studies

HELD = instances_of(studies({role: one for role, one in patients().items() if one.known}))
SLICE = next(one for one in HELD if one.modality == "CT")
NAME, DAY, TIME = tag_of("PatientName"), tag_of("StudyDate"), tag_of("StudyTime")
SPACING, RESCALE = "00280030", "00281052"


def described(**changes: Any) -> dict[str, Any]:
    """The description of a slice with other attributes, given by tag after a `t`; None leaves one out."""
    model = copy.deepcopy(dict(SLICE.model))
    for tag, held in changes.items():
        model[tag[1:]] = held
    return {tag: held for tag, held in model.items() if held is not None}


@pytest.mark.parametrize("one", HELD, ids=[f"{one.modality}-{at}" for at, one in enumerate(HELD)])
def test_what_was_loaded_differs_in_nothing(one: Any) -> None:
    assert unlike_file(one.file) == ()
    assert unlike(json.loads(json.dumps(dict(one.model))), whole=True) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"t00080005": {"vr": "CS", "Value": ["ISO_IR 100"]}},
        {"t00280030": {"vr": "DS", "Value": ["5.0", 5]}},
        {"t00080030": {"vr": "TM", "Value": ["101500.000"]}},
        {"t00100010": {"vr": "PN", "Value": [{"Alphabetic": "Voorbeeld^Anna^^^", "Phonetic": "x"}]}},
        {"t00081030": {"vr": "LO", "Value": [" CT thorax "]}},
        {"t00080000": {"vr": "UL", "Value": [400]}, "t00080001": {"vr": "UL", "Value": [1]}},
        {"t00100020": {"vr": "LO", "Value": ["999999999"]}},
        {"t0040A730": {"vr": "SQ", "Value": [{}]}},
        {"t00201040": None},
    ],
)
def test_what_means_the_same_is_the_same(changes: dict[str, Any]) -> None:
    assert unlike(described(**changes), whole=True) == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"t00080020": {"vr": "DA", "Value": ["20260313"]}}, "StudyDate"),
        ({"t00081030": {"vr": "LO", "Value": ["CT thoráx"]}}, "StudyDescription"),
        ({"t00281052": {"vr": "DS", "Value": ["0"]}}, "RescaleIntercept"),
        ({"t00281052": {"vr": "DS", "Value": ["none"]}}, "RescaleIntercept"),
        ({"t00281052": {"vr": "DS", "Value": ["sNaN"]}}, "RescaleIntercept"),
        ({"t00281052": {"vr": "DS", "Value": [True]}}, "RescaleIntercept"),
        ({"t00281052": {"vr": "DS", "Value": [{}]}}, "RescaleIntercept"),
        ({"t00281052": {"vr": "DS"}}, "RescaleIntercept"),
        ({"t00280030": {"vr": "DS", "Value": [5]}}, "PixelSpacing"),
        ({"t00100024": {"vr": "SQ", "Value": [{}, {}]}}, "IssuerOfPatientIDQualifiersSequence"),
    ],
)
def test_what_means_something_else_is_named(changes: dict[str, Any], named: str) -> None:
    assert unlike(described(**changes), whole=True) == [named]


def test_what_is_missing_counts_where_everything_is_owed() -> None:
    assert unlike(described(t00280030=None), whole=True) == ["PixelSpacing"]
    assert unlike(described(t00280030=None), whole=False) == []


def test_what_comes_by_address_or_was_changed_by_its_own_word_says_nothing() -> None:
    away = {"vr": "DS", "BulkDataURI": "https://node.example/x"}
    assert unlike(described(t00280030=away), whole=True) == []
    before = {"04000550": {"vr": "SQ", "Value": [{DAY: {"vr": "DA", "Value": ["20260312"]}}]}}
    changed = {"vr": "DA", "Value": ["20260313"]}
    assert unlike(described(t00080020=changed, t04000561={"vr": "SQ", "Value": [before]}), whole=True) == []


def test_a_file_in_another_form_is_the_same() -> None:
    dataset, written = dcmread(BytesIO(SLICE.file)), BytesIO()
    dataset.SpecificCharacterSet, dataset.file_meta.TransferSyntaxUID = "ISO_IR 100", ImplicitVRLittleEndian
    dataset.add_new(0x00080001, "UL", 4)
    dcmwrite(written, dataset, enforce_file_format=True)
    assert unlike_file(written.getvalue()) == ()


def test_series_and_studies_are_looked_at_as_far_as_they_say_anything() -> None:
    said = {name: SLICE.model[tag_of(name)] for name in ("StudyInstanceUID", "SeriesInstanceUID", "StudyDate")}
    series = {tag_of(name): held for name, held in said.items()}
    assert unlike(series, whole=False) == []
    assert unlike({**series, DAY: {"vr": "DA", "Value": ["20250101"]}}, whole=False) == ["StudyDate"]
    study = {tag: held for tag, held in series.items() if tag != tag_of("SeriesInstanceUID")}
    assert unlike({**study, NAME: {"vr": "PN"}}, whole=False) == ["PatientName"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b'[{"00080018":1}]', b'[{"00080018":{"vr":"UI","Value":5}}]', b"7"]
)
def test_what_is_no_answer_of_that_form_has_no_such_fact(body: bytes) -> None:
    assert unlike_matches(body, whole=True) is None


def test_what_was_not_loaded_is_not_known() -> None:
    assert unlike_file(b"") is None
    assert unlike_matches(b"[{}]", whole=True) == [None]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["sNaN", "1e9999"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Value", "vr", DAY, "x"]), inner),
    max_leaves=8,
)


@given(tag=st.sampled_from(sorted(SLICE.model)), held=VALUES, within=st.booleans())
def test_whatever_a_value_is_an_answer_is_read_or_has_no_such_fact(tag: str, held: Any, within: bool) -> None:
    model = {**SLICE.model, tag: {"vr": SLICE.model[tag]["vr"], "Value": [held]} if within else held}
    found = unlike_matches(json.dumps([model]).encode(), whole=True)
    assert found is None or len(found) == 1
