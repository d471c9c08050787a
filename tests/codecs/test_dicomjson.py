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
        (b'[{"00280010":{"vr":"US","Value":["64"]}}]', "wrong-type-for-vr", "[0].00280010"),
        (b'[{"00280010":{"vr":"US","Value":[true]}}]', "wrong-type-for-vr", "[0].00280010"),
        (b'[{"00200013":{"vr":"IS","Value":[true]}}]', "wrong-type-for-vr", "[0].00200013"),
        (b'[{"00200013":{"vr":"IS","Value":[{"a":1}]}}]', "wrong-type-for-vr", "[0].00200013"),
        (b'[{"00080060":{"vr":"CS","Value":[3]}}]', "wrong-type-for-vr", "[0].00080060"),
        (b'[{"00080060":{"vr":"ZZ","Value":["CT"]}}]', "unknown-vr", "[0].00080060"),
        (b'[{"00081030":{"vr":"","Value":["x"]}}]', "unknown-vr", "[0].00081030"),
        (b'[{"00100010":{"vr":"PN","Value":[{"alphabetic":"A^B"}]}}]', "bad-name", "[0].00100010"),
        (b'[{"00100010":{"vr":"PN","Value":[{"Alphabetic":7}]}}]', "bad-name", "[0].00100010"),
        (b'[{"00091003":{"vr":"UN","InlineBinary":"!!!"}}]', "not-base64", "[0].00091003"),
        (b'[{"00091003":{"vr":"UN","InlineBinary":3}}]', "not-base64", "[0].00091003"),
        (b'[{"00080000":{"vr":"UL","Value":[4]}}]', "group-length", "[0].00080000"),
        (b'[{"7FE00010":{"vr":"OW","Value":["AAE="]}}]', "bytes-as-value", "[0].7FE00010"),
        (b'[{"00091003":{"vr":"UN","Value":[1]}}]', "bytes-as-value", "[0].00091003"),
        (b'[{"00080060":{"vr":"CS","InlineBinary":"Q1Q="}}]', "inline-but-no-bytes", "[0].00080060"),
        (b'[{"00280009":{"vr":"AT","Value":["(0018,1063)"]}}]', "bad-tag", "[0].00280009"),
        (b'[{"00280009":{"vr":"AT","Value":["0018106a"]}}]', "bad-tag", "[0].00280009"),
        (b'[{"0040A375":{"vr":"SQ","Value":[null]}}]', "not-an-object", "[0].0040A375[0]"),
        (b'[{"7FE00010":{"vr":"OW","BulkDataURI":["a"]}}]', "address-not-text", "[0].7FE00010"),
    ],
)
def test_what_breaks_the_model_is_named(body: bytes, code: str, where: str) -> None:
    with pytest.raises(DicomJsonError) as caught:
        read_model(body)
    assert (caught.value.code, caught.value.where) == (code, where)


@pytest.mark.parametrize(
    "attribute",
    [
        {"vr": "US", "Value": [64, None]},
        {"vr": "IS", "Value": [64, "64"]},
        {"vr": "DS", "Value": [1.5, "1.50"]},
        {"vr": "FD", "Value": [1.5, 2, "NaN", "-inf"]},
        {"vr": "UV", "Value": [1, "18446744073709551615"]},
        {"vr": "PN", "Value": [{"Alphabetic": "A^B", "Ideographic": "C"}, None, {}]},
        {"vr": "UN", "InlineBinary": "AAE="},
        {"vr": "OW"},
        {"vr": "AT", "Value": ["00181063", None, "0018106A"]},
        {"vr": "OB", "BulkDataURI": "https://node.example/bulk"},
        {"vr": "SQ", "Value": [{}]},
        {"vr": "SQ"},
    ],
)
def test_what_the_model_allows_is_read(attribute: dict[str, object]) -> None:
    assert read_model(json.dumps([{"00080060": attribute}]).encode()) == ({"00080060": attribute},)


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
