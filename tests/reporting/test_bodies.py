"""Bodies: nothing is lost by indenting, much is cut, nothing takes long."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.exchange import Message
from conformance.reporting.bodies import LIMIT, Body, body_of, indent_json, indent_xml

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def shown(body: bytes, kind: str = "application/json", size: int | None = None) -> Body:
    """The body as shown."""
    made = body_of(Message(headers=(("content-type", kind),), body=body, size=len(body) if size is None else size))
    assert made is not None
    return made


@given(values)
def test_indented_json_means_the_same(value: object) -> None:
    assert json.loads(indent_json(json.dumps(value))) == value


@given(st.text())
def test_indenting_keeps_every_sign(text: str) -> None:
    assert "".join(indent_json(text).split()) == "".join(text.split()) or '"' in text
    assert "".join(indent_xml(text).split()) == "".join(text.split())


def test_numbers_and_repeated_keys_stay_as_written() -> None:
    assert indent_json('{"a":1.10,"a":1e5}') == '{\n  "a": 1.10,\n  "a": 1e5\n}'
    assert indent_xml("<a><b>x</b><c/></a>") == "<a>\n  <b>x</b>\n  <c/>\n</a>"


def test_large_bodies_are_cut_and_keep_their_digest() -> None:
    body = shown(b'{"a":"' + b"x" * 40_000 + b'"}')
    assert body.cut
    assert len(body.text) <= LIMIT + 10
    assert body.digest.startswith("sha256:")
    assert body.size == 40_008


def test_binary_and_withheld_bodies() -> None:
    binary = shown(bytes(range(256)) * 2, "application/dicom")
    assert binary.binary
    assert binary.cut
    assert binary.text.startswith("000000  00 01 02")
    withheld = shown(b"", "application/dicom", size=4096)
    assert (withheld.text, withheld.size, withheld.digest) == ("", 4096, "")
    assert body_of(Message()) is None


def test_bytes_that_are_no_utf8_are_shown() -> None:
    assert "\\xff" in shown(b'{"a":"\xff"}').text


@pytest.mark.parametrize("seed", [b"[", b'"', b"\\", b"<!--", b"<a>", b"<![CDATA[", b"</", b'{"a":', b"<a b='", b"]"])
def test_no_body_takes_long_or_grows_without_end(seed: bytes) -> None:
    started = time.process_time()
    for kind in ("application/json", "application/xml"):
        assert len(shown(seed * (LIMIT // len(seed)), kind).text) <= 4 * LIMIT
    assert time.process_time() - started < 0.5
