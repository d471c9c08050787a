"""Content types and Accept headers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.codecs.mediatypes import accepted, parse, parse_list


def test_parameters_lose_their_quotes_and_keep_their_commas() -> None:
    media = parse('Multipart/Related; Type="application/dicom"; boundary="a,;\\"b"')
    assert media.name == "multipart/related"
    assert media.parameters == {"type": "application/dicom", "boundary": 'a,;"b'}


def test_ranges_come_best_first_and_refused_ones_not_at_all() -> None:
    ranges = accepted("image/gif;q=0, image/png;q=0.5, image/jpeg, text/plain;q=x")
    assert [found.name for found in ranges] == ["image/jpeg", "image/png"]
    assert [found.name for found in accepted("")] == ["*/*"]


def test_a_range_covers_what_it_says() -> None:
    assert parse("*/*").covers("image/png")
    assert parse("image/*").covers("image/png")
    assert not parse("image/*").covers("imagery/png")
    assert not parse("image/jpeg").covers("image/png")


@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    parse_list(text)
    accepted(text)
