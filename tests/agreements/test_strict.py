from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.agreements.events import DEPTH_LIMIT
from conformance.agreements.problems import DocumentError
from conformance.agreements.strict import SIZE_LIMIT, parse, read


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("00100020", "00100020"),
        ("1.10", "1.10"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("2026-04-09", "2026-04-09"),
        ("12:30:45", "12:30:45"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("~", "~"),
        ("True", "True"),
        ("'12'", "12"),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("'null'", "null"),
        ("1234567890123456789", "1234567890123456789"),
    ],
)
def test_only_null_booleans_and_plain_integers_are_special(written: str, meant: object) -> None:
    value = parse(f"a: {written}\n".encode(), "x.yaml").value["a"]
    assert value == meant
    assert type(value) is type(meant)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3:1", "'a' also on line 1"),
        ("a:\n\tb: 1\n", "x.yaml:2:1", "found tab"),
        ("a: &x 1\n", "x.yaml:1:4", "'&x'"),
        ("a: 1\nb: *a\n", "x.yaml:2:4", "'*a'"),
        ("a: !!int 1\n", "x.yaml:1:4", "tag:yaml.org,2002:int"),
        ("a: !own {b: 1}\n", "x.yaml:1:4", "'!own'"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1", "a second"),
        ("{a: 1}: 2\n", "x.yaml:1:1", "a list or block"),
        ("a: [1,\n", "x.yaml:2:1", "valid YAML"),
        ("a: 'b\n", "x.yaml", "valid YAML"),
    ],
)
def test_a_defect_is_told_with_its_place(text: str, place: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(text.encode(), "x.yaml")
    assert str(caught.value).startswith(place)
    assert words in str(caught.value)


def test_every_defect_is_told_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        parse(b"a: &x 1\na: !t 2\nb: *x\n", "x.yaml")
    assert len(caught.value.problems) == 4


def test_depth_and_size_are_limited() -> None:
    deepest = "[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT
    assert parse(deepest.encode(), "x.yaml").value
    for hostile in (f"[{deepest}]", "[" * 100_000, "- " * 5_000):
        with pytest.raises(DocumentError):
            parse(hostile.encode(), "x.yaml")
    with pytest.raises(DocumentError, match="at most"):
        parse(b"#" * (SIZE_LIMIT + 1), "x.yaml")


def test_bytes_that_are_no_text_are_told_by_line() -> None:
    with pytest.raises(DocumentError, match=r"x\.yaml:2:1: expected UTF-8 text; found byte 0xff"):
        parse(b"a: 1\nb: \xff\n", "x.yaml")
    with pytest.raises(DocumentError, match="readable YAML"):
        parse(b"a: \x00\n", "x.yaml")


def test_every_value_knows_its_place() -> None:
    document = parse(b"# first\nlist:\n  - name: a\n    deep: { x: 1 }\n", "x.yaml")
    assert str(document.place(("list", 0, "deep", "x"))) == "x.yaml:4:16"
    assert str(document.place(("list", 0, "deep"), key=True)) == "x.yaml:4:5"
    assert str(document.place(("list", 0, "not there"))) == "x.yaml:3:5"


def test_a_missing_file_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="expected a readable file; found No such file or directory"):
        read(tmp_path / "none.yaml")
    with pytest.raises(DocumentError, match="expected a readable file"):
        read(tmp_path)


def test_messages_exist_in_dutch() -> None:
    with pytest.raises(DocumentError) as caught:
        parse(b"a: 1\na: 2\n", "x.yaml")
    nl = caught.value.problems[0].text.nl
    assert nl == "x.yaml:2:1: a: verwacht: elke sleutel één keer; gevonden: 'a' ook op regel 1. Houd één van beide."


def test_a_document_that_is_only_an_alias_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"x\.yaml:1:1: expected no alias with \*; found '\*a'"):
        parse(b"*a", "x.yaml")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_a_document_error(data: bytes) -> None:
    try:
        parse(data, "x.yaml")
    except DocumentError as error:
        assert error.problems  # noqa: PT017 - either end is right
