"""Redaction costs work in proportion to the size of a body, and no more than its budget."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import pytest

from conformance.checks.fhir.reading import resource
from conformance.checks.judgement import TALLY, Tally, Undecidable
from conformance.harness.plausible import unmeasured
from conformance.recordings.redaction import Redactor, reading
from conformance.recordings.redaction.bodies import OVER_BUDGET
from tests.recordings.making import ANNA, JSON, XML, exchange

HOSTILE: Mapping[str, Callable[[int], tuple[bytes, str]]] = {
    "XML siblings": lambda n: (b'<a xmlns="http://hl7.org/fhir">' + b'<system value="x"/>' * n + b"</a>", XML),
    "XML notes in notes": lambda n: (
        b'<a xmlns="http://hl7.org/fhir">'
        + (b"<note>" * 60 + b'<text value="x"/>' + b"</note>" * 60) * (n // 60)
        + b"</a>",
        XML,
    ),
    "XHTML in XHTML": lambda n: (
        b'<a><div xmlns="http://www.w3.org/1999/xhtml">' + (b"<p>x" * 60 + b"</p>" * 60) * (n // 60) + b"</div></a>",
        XML,
    ),
    "JSON objects": lambda n: (b"[" + b'{"a":"b"},' * n + b"1]", JSON),
    "words of a number": lambda n: (b'{"a":"' + b"patient-id " * n + b'"}', JSON),
    "digits with blanks": lambda n: (b'{"a":"' + b"1 2 " * n + b'"}', JSON),
    "signs of encodings": lambda n: (b'{"a":"' + b"%25QUJD" * n + b'"}', JSON),
    "brackets of a narrative": lambda n: (b'{"resourceType":"Basic","text":{"div":"' + b"<p " * n + b'"}}', JSON),
    "base64 in lines": lambda n: (b'{"a":"' + (b"QUJD" * 19 + b"\\n") * n + b'"}', JSON),
    "signs beyond ASCII": lambda n: (b'{"a":"' + "\u00e9\u200b".encode() * n + b'"}', JSON),
    "broken markup": lambda n: (b"<a " * n, XML),
    "members named twice": lambda n: (b'{"a":1,"a":2,"b":[' + b'{"c":"d"},' * n + b"1]}", JSON),
    "an error": lambda n: (b"<p>Janssen 1958-03-14</p>" * n, "text/html"),
    "a form": lambda n: (b"a=b&" * n, "application/x-www-form-urlencoded"),
}


def work(body: bytes, media: str) -> int:
    """How many calls of our own functions reading a body costs: work, not time."""
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    planted = exchange(body, media)
    Redactor({ANNA: "anna"}, bytes(32)).redact(planted)  # whatever is made once, is made
    redactor = Redactor({ANNA: "anna"}, bytes(32))
    sys.setprofile(count)
    try:
        redactor.redact(planted)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("case", HOSTILE)
def test_twice_the_body_is_twice_the_work(case: str) -> None:
    make = HOSTILE[case]
    small, large = work(*make(600)), work(*make(1200))
    assert large <= 2.2 * small + 200


@pytest.mark.parametrize("case", ["XML siblings", "JSON objects", "a form"])
def test_over_the_budget_only_size_and_digest_are_kept(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_VALUES", 1000)
    body, media = HOSTILE[case](1200)
    redacted = Redactor({ANNA: "anna"}).redact(exchange(body, media))
    assert redacted.response is not None
    assert redacted.response.body == b""
    assert redacted.facts["body_problem"] == OVER_BUDGET
    assert redacted.facts["body_size"] == len(body)
    assert redacted.facts["body_digest"]
    assert [*unmeasured(redacted)] == [], "an honest run of a node that sends too much is no forgery"
    token = TALLY.set(Tally())
    try:
        with pytest.raises(Undecidable) as told:
            resource(redacted)
    finally:
        TALLY.reset(token)
    assert f"{len(body)} bytes" in told.value.text.en


def test_digests_of_bodies_are_keyed() -> None:
    one, other = (Redactor({ANNA: "anna"}).redact(exchange(b"{}")).facts["body_digest"] for _ in range(2))
    assert one != other
