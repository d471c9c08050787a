"""From recordings to findings: what a recording that is not whole can show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.checks.judging import judge_one
from conformance.model.agreements import Judged, Requirement, Selector
from conformance.model.exchange import Recording, Response
from conformance.model.words import RunState, Verdict
from tests.checks import making

STORE = {"header": "cache-control", "word": "no-store"}


def requirement() -> Requirement:
    """An answer that must carry a header."""
    case = Judged(by="header-contains", on={"exchange": Selector(operation="oauth.token")}, parameters=STORE)
    return making.requirement(case)


@pytest.mark.parametrize(
    ("answer", "state", "verdict"),
    [
        (making.response(200, cache_control="no-store"), RunState.FINISHED, Verdict.PASS),
        (making.response(200, cache_control="no-store"), RunState.ABORTED, Verdict.NOT_TESTED),
        (making.response(200), RunState.ABORTED, Verdict.FAIL),
    ],
)
def test_a_recording_that_was_cut_short_shows_a_fault_but_never_a_pass(
    answer: Response, state: RunState, verdict: Verdict
) -> None:
    recording = Recording(scenario="made", exchanges=(making.exchange("oauth.token", answer),), state=state)
    assert judge_one(requirement(), making.scenario(recording.exchanges), recording).verdict is verdict


def test_a_kind_that_looks_at_several_exchanges_fails_when_one_fails() -> None:
    good, bad = making.exchange("oauth.token", making.response(200, cache_control="no-store")), making.response(200)
    both = (good, replace(good, step="other", response=bad))
    found = judge_one(requirement(), making.scenario(both), Recording(scenario="made", exchanges=both))
    assert found.verdict is Verdict.FAIL
    assert list(found.members.values()) == [Verdict.PASS, Verdict.FAIL]
