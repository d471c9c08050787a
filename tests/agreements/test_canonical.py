from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.agreements.canonical import canonical, digest_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def test_names_are_sorted_by_utf_16_code_units() -> None:
    """The example of RFC 8785, 3.2.3: the emoji (a surrogate pair) comes before U+FB33."""
    value = {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "ö": 7}
    assert list(json.loads(canonical(value))) == ["\r", "1", "\x80", "ö", "€", "\U0001f600", "\ufb33"]


def test_text_is_escaped_as_little_as_possible() -> None:
    assert canonical("\u20ac$\u000f\nA'B\"\\/") == '"€$\\u000f\\nA\'B\\"\\\\/"'.encode()


@pytest.mark.parametrize("value", [1.5, 2**53, {1: "a"}, {"a": {1.0}}, b"x", "\ud800"])
def test_what_readers_disagree_on_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical(value)


@given(JSON)
def test_it_is_json_and_a_fixed_point(value: object) -> None:
    data = canonical(value)
    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data


def test_order_does_not_change_the_digest() -> None:
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    assert digest_of([]).startswith("sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945")
