"""Steps refer to patients and to what earlier steps gave."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.play.templates import MissingValueError, filled

VALUES = {"patients": {"anna.bsn": "999971062"}, "search": {"studies": ["1.2", "3.4"], "count": 2, "study": "1.2"}}


def test_references_are_filled_in_everywhere() -> None:
    given_ = {
        "a": "id={patients.anna.bsn}",
        "b": ["{search.studies[1]}", "{search.study}.9"],
        "c": {"d": "{search.count}"},
    }
    assert filled(given_, VALUES) == {"a": "id=999971062", "b": ["3.4", "1.2.9"], "c": {"d": 2}}


@pytest.mark.parametrize("text", ["{search.series}", "{later.study}", "{search.studies[2]}", "{search.count[0]}"])
def test_what_nothing_gave_is_named(text: str) -> None:
    with pytest.raises(MissingValueError, match="gave no"):
        filled({"a": text}, VALUES)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_without_references_nothing_changes(value: object) -> None:
    if "{" not in repr(value):
        assert filled(value, VALUES) == value
