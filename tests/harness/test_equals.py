"""Bodies of one digest are one body: forged in one place, the others contradict it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.harness.equals import unequal
from conformance.model.exchange import Direction, Exchange, Recording
from tests.recordings.making import exchange

BODY = b'{"resourceType":"Bundle","total":0}'
FACTS = {"body_digest": "ab" * 32, "body_size": len(BODY), "body_utf8": True, "patients": ["anna"]}


def answered(body: bytes = BODY, status: int = 200, **facts: Any) -> Exchange:
    made = exchange(b"x" * len(BODY), facts={**FACTS, **facts})
    assert made.response is not None
    return replace(made, response=replace(made.response, body=body, status=status))


def told(*exchanges: Exchange) -> list[str]:
    recording = Recording(scenario="s", exchanges=exchanges)
    return [text.en for text in unequal([recording])]


def test_equal_bodies_are_quiet() -> None:
    assert told(answered(), answered()) == []


@pytest.mark.parametrize(
    ("forged", "how"),
    [
        (answered(b'{"resourceType":"Bundle","total":1}'), "kept otherwise"),
        (answered(patients=[]), "measured otherwise"),
        (answered(body_utf8=False), "measured otherwise"),
    ],
)
def test_a_body_forged_in_one_place_is_told(forged: Exchange, how: str) -> None:
    assert told(answered(), forged) == [f"{forged.id}: the same body was {how} elsewhere."]


@pytest.mark.parametrize(
    "honest",
    [
        answered(b"other words of the question", status=404),
        answered(b'{"diagnostics":"other words of the question"}'),
        answered(b'{"value":"bsn-other-2"}', patients=["anna", "other-2"]),
        answered(b"a longer body", body_digest="cd" * 32, patients=[]),
        replace(answered(b"what the node sent"), direction=Direction.RECEIVED),
    ],
)
def test_what_may_differ_is_quiet(honest: Exchange) -> None:
    assert told(answered(), honest) == []
