"""The DICOM JSON Model: what breaks it, and how attributes are found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codecs.dicomjson import DicomJsonError, attribute, items, number, read_model, tag_of, value, values


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"\xff", "not-utf-8", ""),
        (b"{", "not-json", ""),
        (b"{}", "not-an-array", ""),
        (b"[3]", "not-an-object", "[0]"),
        (b'[{"0020000d":{"vr":"UI"}}]', "bad-tag", "[0].0020000d"),
        (b'[{"0020000D":{"Value":[]}}]', "no-vr", "[0].0020000D"),
        (b'[{"0020000D":{"vr":"UI","Value":"1.2"}}]', "value-not-an-array", "[0].0020000D"),
        (b'[{"7FE00010":{"vr":"OW","BulkDataURI":"a","InlineBinary":"b"}}]', "several-contents", "[0].7FE00010"),
        (b'[{"00100010":{"vr":"PN","Value":["A^B"]}}]', "name-not-an-object", "[0].00100010"),
        (b'[{"0040A375":{"vr":"SQ","Value":[{"x":{}}]}}]', "bad-tag", "[0].0040A375[0].x"),
    ],
)
def test_what_breaks_the_model_is_named(body: bytes, code: str, where: str) -> None:
    with pytest.raises(DicomJsonError) as caught:
        read_model(body)
    assert (caught.value.code, caught.value.where) == (code, where)


def test_attributes_are_found_by_keyword_and_by_tag() -> None:
    dataset = {**attribute("PatientName", "A^B"), **attribute("NumberOfFrames", "12"), **attribute("AccessionNumber")}
    (read,) = read_model(json.dumps([dataset]).encode())
    assert value(read, "PatientName") == "A^B"
    assert values(read, "00280008") == ("12",)
    assert number(read, "NumberOfFrames") == 12
    assert number(read, "Rows") is None
    assert value(read, "AccessionNumber") == ""
    assert items(read, "ReferencedSeriesSequence") == ()
    assert tag_of("0020000d") == "0020000D"
    assert tag_of("NoSuchThing") == ""


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["0020000D", "vr", "Value"]), inner),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused(document: object) -> None:
    try:
        datasets = read_model(json.dumps(document).encode())
    except DicomJsonError:
        return
    for dataset in datasets:
        value(dataset, "StudyInstanceUID")
