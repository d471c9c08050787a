"""JSON whose numbers, halves of pairs and bytes leave as they came."""

from __future__ import annotations

import json

import pytest

from conformance.recordings.redaction.numerals import Number, numbers, ours, plain, written


@pytest.mark.parametrize("number", ["1.50", "1e400", "-0", "12345678901234567890.10"])
def test_a_number_leaves_as_it_was_written(number: str) -> None:
    held = json.loads(f'{{"a": [{number}, "{number}"]}}', parse_float=Number, parse_int=Number)
    assert written(held, whole=True) == f'{{"a":[{number},"{number}"]}}'.encode()


@pytest.mark.parametrize(
    ("text", "whole", "bytes_"),
    [
        ("\ud800", True, b'"\\ud800"'),
        ("\ud800", False, b'"\\ud800"'),
        ("\udfff", False, b'"\\udfff"'),
        # What was no UTF-8 was read as one half of these: where not all was UTF-8 it stays that byte.
        ("\udc80", True, b'"\\udc80"'),
        ("\udc80", False, b'"\x80"'),
        ("\udcff", False, b'"\xff"'),
        ("\udc7f", False, b'"\\udc7f"'),
        ("\udd00", False, b'"\\udd00"'),
        ("Zoë", True, '"Zoë"'.encode()),
    ],
)
def test_half_a_pair_and_a_byte_that_is_no_utf_8(text: str, bytes_: bytes, *, whole: bool) -> None:
    assert written(text, whole=whole) == bytes_


def test_the_way_there_and_back() -> None:
    document = {"a": [1, 2.5, "x"], "b": {"c": True, "d": None}}
    assert plain(numbers(document)) == document
    assert written(numbers({"n": 0.10}), whole=True) == b'{"n":0.1}'


@pytest.mark.parametrize("text", ["\ue0fe", "\ue0ff", r"\ue0fe", r"\uE0FF"])
def test_our_own_signs_are_recognised(text: str) -> None:
    assert ours(f"a {text} b")
    assert not ours("a \ue0fd b")
