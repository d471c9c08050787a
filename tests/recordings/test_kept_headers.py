"""What redaction leaves of a header field is never taken for one that it left out, and nothing else is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.recordings.identities import Identities, StrangerAlarm
from conformance.recordings.redaction.addresses import Addresses
from conformance.recordings.redaction.headers import header, unredacted
from conformance.recordings.redaction.lists import HEADERS, SECRET_HEADERS
from conformance.recordings.redaction.masks import Pseudonyms
from conformance.recordings.redaction.question import Question
from conformance.recordings.redaction.screen import Screen

ROLES = {"999990019": "anna"}
VALUES = st.one_of(
    st.text(max_size=40).filter(lambda text: "\n" not in text),
    st.lists(
        st.sampled_from(
            [
                "Bearer",
                "realm=",
                '"Janssen"',
                "W/",
                '"1"',
                "999990019",
                "(x)",
                "a@b.nl",
                "1966-03-02",
                "123456",
                ",",
                "=",
                "é",
            ]
        ),
        max_size=6,
    ).map(" ".join),
    st.from_regex(r'[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|"\w{1,9}"|\d{1,10}', fullmatch=True),
)


def kept(name: str, value: str) -> str:
    screen = Screen(Identities(ROLES), Pseudonyms(bytes(32)))
    return header(name, value, screen, Addresses(screen, Question()))


@given(st.sampled_from([*HEADERS, *SECRET_HEADERS, "server", "x-patient", "x-bsn"]), VALUES)
def test_what_redaction_leaves_is_left_by_it(name: str, value: str) -> None:
    try:
        left = kept(name, value)
    except StrangerAlarm:
        return
    assert not unredacted(name, left)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server", "Apache/2.4"),
        ("x-y", "Anna Bakker"),
        ("authorization", "Bearer abc"),
        ("dpop", "abc"),
        ("etag", "abc"),
        ("expires", "soon"),
        ("content-length", "twelve"),
        ("warning", '299 - "of Janssen"'),
    ],
)
def test_what_it_replaces_is_told(name: str, value: str) -> None:
    assert unredacted(name, value)
    assert not unredacted(name, kept(name, value))
