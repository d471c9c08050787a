"""What a lock-out looks like, and which verdicts it takes away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.checks.lockout import locked_out, tries_of
from conformance.model.exchange import Exchange, Outcome, Recording
from conformance.model.words import Triage, Verdict
from tests.checks.making import SILENT, exchange, response, trouble

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
SILENCE = exchange("fhir.ask", trouble=SILENT)
NOT_PLAYED = exchange("fhir.ask", trouble=trouble("token-refused"), played=False)


def answered(status: int) -> Exchange:
    return exchange("fhir.ask", response(status))


def asked(step: str, *answers: int, purpose: str = "control", operation: str = "fhir.ask") -> tuple[Exchange, ...]:
    """The tries of one step, each with its status; 0 for silence."""
    return tuple(
        replace(
            answered(status) if status else SILENCE,
            step=step,
            number=number,
            operation=operation,
            given={"purpose": purpose},
        )
        for number, status in enumerate(answers, 1)
    )


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        (asked("a", 200), {}),
        (asked("a", 399), {}),
        (asked("a", 429, 200), {"a": [429, 200]}),
        (asked("a", 0, 0), {"a": [0, 0]}),
        (asked("a", 429, 200, purpose=""), {}),
        # Since when no good request is served any more is told by the first that failed.
        (asked("a", 403, 403) + asked("b", 403), {"a": [403, 403], "b": [403, 403]}),
        (asked("a", 403, 401) + asked("b", 400), {"a": [403, 401], "b": [403, 400]}),
        (asked("a", 403, 403) + asked("b", 200) + asked("c", 403), {"a": [403, 403]}),
        (asked("a", 403, 200) + asked("b", 403), {"a": [403, 200]}),
        (asked("a", 403, 403) + asked("b", 403, operation="fhir.read"), {"a": [403, 403]}),
        (asked("a", 403), {}),
    ],
)
def test_the_tries_of_a_good_request_that_failed(recorded: tuple[Exchange, ...], found: dict[str, list[int]]) -> None:
    tries = tries_of(Recording(scenario="made", exchanges=recorded))
    assert {step: [one.response.status if one.response else 0 for one in each] for step, each in tries.items()} == found


@pytest.mark.parametrize(
    ("verdict", "looked", "tries", "stops"),
    [
        # Served again: only what was refused as the good one was is in doubt.
        (PASS, 403, (403, 200), True),
        (FAIL, 403, (403, 200), True),
        (PASS, 401, (403, 200), False),
        (PASS, 0, (0, 200), True),
        (PASS, 403, (0, 200), False),
        (PASS, 0, (403, 200), False),
        (FAIL, 200, (403, 200), False),
        (PASS, 200, (200, 200), False),
        # Served no more: nothing passes, and what fails otherwise than by refusing stands.
        (PASS, 401, (403, 403), True),
        (UNDECIDED, 401, (403, 403), True),
        (FAIL, 200, (403, 403), False),
        (FAIL, 403, (429, 403), True),
        (FAIL, 429, (429, 403), True),
        (FAIL, 200, (0, 0), False),
        (PASS, 400, (200, 400), True),
    ],
)
def test_what_a_lock_out_takes_away(verdict: Verdict, looked: int, tries: tuple[int, ...], stops: bool) -> None:
    one = answered(looked) if looked else SILENCE
    found = locked_out(verdict, [one], [answered(status) if status else SILENCE for status in tries])
    assert (found is not None) is stops
    assert found is None or found.triage is Triage.CONNECTION


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (answered(403), "after wrong ones (HTTP 403), also after a pause"),
        (SILENCE, "after wrong ones (no answer within 15 s), also after a pause"),
        (NOT_PLAYED, "after wrong ones (not carried out), also after a pause"),
        (replace(SILENCE, trouble=None), "after wrong ones (-), also after a pause"),
    ],
)
def test_how_the_good_request_failed_is_told(last: Exchange, words: str) -> None:
    found = locked_out(PASS, [answered(401)], [answered(403), last])
    assert found is not None
    assert words in found.text.en
    assert "politeness.rate_per_s" in found.text.nl


def test_a_refusal_met_by_the_first_try_is_in_doubt_as_one_met_by_the_last() -> None:
    for tries in ((429, 200), (200, 429)):
        assert locked_out(PASS, [answered(401), answered(429)], [answered(status) for status in tries])
    assert NOT_PLAYED.outcome is Outcome.NOT_PLAYED
