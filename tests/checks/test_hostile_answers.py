"""A malformed answer is the node's fault or leaves nothing to decide; it never breaks a judgement."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.model.exchange import Exchange
from conformance.model.words import Verdict
from tests.checks.making import Case, judged
from tests.checks.test_every_judgement import CASES

JUNK = st.sampled_from(
    [
        None,
        True,
        7,
        "",
        "x",
        "://[",
        "http://[bad",
        [],
        ["x"],
        [None],
        [[]],
        [{}],
        {},
        {"reference": 5},
        {"coding": [1]},
    ]
)


def described(one: Exchange) -> bool:
    """Whether the answer is JSON."""
    return one.response is not None and one.response.body[:1] in (b"{", b"[") and one.response.body[-1:] in (b"}", b"]")


READABLE = [case for case in CASES if any(described(one) for made in case.exchanges.values() for one in made)]


def bent(data: st.DataObject, value: Any) -> Any:
    """The value with something else in one place of it."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 4)):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: bent(data, value[key])}
    if isinstance(value, list) and value and data.draw(st.integers(0, 4)):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], bent(data, value[place]), *value[place + 1 :]]
    return data.draw(JUNK)


def answered(data: st.DataObject, one: Exchange) -> Exchange:
    """The exchange with its answer bent."""
    if one.response is None or not described(one):
        return one
    body = json.dumps(bent(data, json.loads(one.response.body))).encode()
    return replace(one, response=replace(one.response, body=body, size=len(body)))


@settings(max_examples=200, deadline=None)
@given(case=st.sampled_from(READABLE), data=st.data())
def test_no_answer_breaks_a_judgement(case: Case, data: st.DataObject) -> None:
    exchanges = {name: tuple(answered(data, one) for one in made) for name, made in case.exchanges.items()}
    finding = judged(replace(case, exchanges=exchanges))
    assert finding.verdict is not Verdict.ERROR, finding.reason.en
