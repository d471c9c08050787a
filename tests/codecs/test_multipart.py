"""Multipart bodies as gateways send them: sound, sloppy and cut off."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codecs.multipart import Defect, join, split

KIND = 'multipart/related; type="application/dicom"; boundary="a-b"'


@given(st.lists(st.tuples(st.just({"content-type": "application/dicom"}), st.binary(max_size=200)), max_size=5))
def test_what_is_joined_is_split_again(parts: list[tuple[dict[str, str], bytes]]) -> None:
    boundary = "0d7c3b6e-not-in-the-data"
    whole = split(join(parts, boundary), f"multipart/related; boundary={boundary}")
    assert [(dict(part.headers), part.body) for part in whole.parts] == parts
    assert whole.complete
    assert not whole.defects


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(body: bytes) -> None:
    split(body, KIND)
    split(b"--a-b\r\n" + body, KIND)


@pytest.mark.parametrize(
    ("body", "kind", "defect", "parts"),
    [
        (b"", KIND, Defect.NO_DELIMITER, 0),
        (b"--a-b\r\n\r\nx\r\n--a-b--", "application/json", Defect.NOT_MULTIPART, 0),
        (b"--a-b\r\n\r\nx\r\n--a-b--", "multipart/related", Defect.NO_BOUNDARY, 0),
        (b"--a-b\r\n\r\nhalf a pa", KIND, Defect.NO_CLOSE, 1),
        (b"--a-b\r\n\r\nx\r\n--a-b\r\n", KIND, Defect.NO_CLOSE, 1),
        (b"--a-b\nA: b\n\nx\n--a-b--\n", KIND, Defect.BARE_LINE_FEEDS, 1),
        (b"--a-b\r\nno blank line\r\n--a-b--\r\n", KIND, Defect.NO_BLANK_LINE, 1),
        (b"--a-b\r\n" + b"x" * 20_000 + b"\r\n--a-b--\r\n", KIND, Defect.LONG_HEADERS, 1),
    ],
)
def test_defects_are_named(body: bytes, kind: str, defect: Defect, parts: int) -> None:
    whole = split(body, kind)
    assert whole.defects == (defect,)
    assert len(whole.parts) == parts


def test_text_before_the_first_and_after_the_last_delimiter_is_no_part() -> None:
    whole = split(b"hello\r\n--a-b  \r\nContent-Type: a/b;\r\n x=y\r\n\r\n1\r\n--a-b--\r\nbye", KIND)
    assert [part.body for part in whole.parts] == [b"1"]
    assert whole.parts[0].media_type == "a/b"
    assert whole.type == "application/dicom"
    assert not whole.defects


def test_a_boundary_inside_a_line_does_not_cut() -> None:
    whole = split(b"--a-b\r\n\r\nx--a-b\r\n--a-b--", KIND)
    assert [part.body for part in whole.parts] == [b"x--a-b"]


def test_fifty_megabytes_take_well_under_a_tenth_of_a_second() -> None:
    body = join([({"Content-Type": "application/dicom"}, b"\x00\xff" * 5_000_000)] * 5, "a-b")
    started = time.process_time()
    assert len(split(body, KIND).parts) == 5
    assert time.process_time() - started < 0.1
