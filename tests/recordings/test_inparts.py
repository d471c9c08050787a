"""A patient whose number or name stands in a text in parts."""

from __future__ import annotations

import pytest

from conformance.recordings.inparts import divided_in, in_members
from conformance.synthesis.patients import patients

SEPARATORS = (
    " ",
    "\t",
    ".",
    ",",
    "-",
    "/",
    "_",
    "+",
    "%20",
    "&nbsp;",
    "&#160;",
    "&#xa0;",
    r"\u00a0",
    "\u00a0",
    "\u2009",
)


def apart(role: str, between: str) -> bytes:
    """A patient's number with this between all its digits."""
    return between.join(patients()[role].bsn).encode()


@pytest.mark.parametrize("between", [*SEPARATORS, " - ", "...", "%20%20%20"])
def test_a_number_is_found_whatever_stands_between_its_digits(between: str) -> None:
    assert divided_in(b"of " + apart("bram", between) + b".") == {"bram"}


@pytest.mark.parametrize("between", ["x", "----", "\n\n\n\n", "0", "&#161;"])
def test_what_is_no_separator_makes_another_text(between: str) -> None:
    assert divided_in(apart("bram", between)) == set()


def test_a_whole_number_and_one_of_nobody_are_not_told_here() -> None:
    assert divided_in(patients()["anna"].bsn.encode()) == set()
    assert divided_in(apart("unknown", " ")) == set()


@pytest.mark.parametrize(("before", "after"), [("1", ""), ("", "1"), ("a", ""), ("1.", ""), ("", ".5")])
def test_a_part_of_something_longer_is_none(before: str, after: str) -> None:
    assert divided_in(before.encode() + apart("anna", "-") + after.encode()) == set()


def test_each_of_several_is_told() -> None:
    assert divided_in(apart("anna", "-") + b" and " + apart("dina", ".")) == {"anna", "dina"}


ANNA = ("anna", "anna", "voorbeeld")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"family": "voorbeeld", "given": ["anna"]}', True),
        ('{"given":["anna"],"family":"voorbeeld"}', True),
        ("<family value='voorbeeld'/><given value=\"anna\"/>", True),
        ('{"family": "voorbeeld"}', False),
        ('{"family": "voorbeelden", "given": ["anna"]}', False),
        ('{"surname": "voorbeeld", "given": ["anna"]}', False),
        ('{"family": "anna", "given": ["voorbeeld"]}', False),
        (f'{{"family": "voorbeeld", "x": "{"-" * 560}", "given": ["anna"]}}', True),
        (f'{{"family": "voorbeeld", "x": "{"-" * 620}", "given": ["anna"]}}', False),
        (f'{{"given": ["anna"], "x": "{"-" * 560}", "family": "voorbeeld"}}', True),
        (f'{{"given": ["anna"], "x": "{"-" * 620}", "family": "voorbeeld"}}', False),
    ],
)
def test_first_name_and_surname_in_members_of_their_own(text: str, *, found: bool) -> None:
    assert in_members(text.encode(), [ANNA]) == ({"anna"} if found else set())
