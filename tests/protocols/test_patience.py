"""A node that says when to come back is asked again, a few times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conformance.model.exchange import Outcome, Response
from conformance.protocols.client import Asked
from conformance.protocols.observing import SYSTEM_CLOCK, Observed
from conformance.protocols.patience import Patient

NOW = datetime(2026, 11, 30, 12, 0, 0, tzinfo=UTC)
ASKED = Asked(method="GET", url="https://node.example/fhir/Flag", headers={})
LATER = ("retry-after", "7")


class Busy:
    """Answers with these statuses in turn, and then with the last of them."""

    def __init__(self, *statuses: int, headers: tuple[tuple[str, str], ...] = (LATER,)) -> None:
        self.statuses, self.headers, self.calls = list(statuses), headers, 0

    def call(self, asked: Asked) -> Observed:  # noqa: ARG002
        self.calls += 1
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        headers = self.headers if status in (429, 503) else ()
        return Observed(outcome=Outcome.ANSWERED, started="", response=Response(status=status, headers=headers))

    def close(self) -> None:
        """Nothing is open."""


def asked(busy: Busy, *requests: Asked) -> tuple[list[Observed], list[float]]:
    slept: list[float] = []
    patient = Patient(busy, replace(SYSTEM_CLOCK, sleep=slept.append, now=lambda: NOW))
    return [patient.call(one) for one in requests or (ASKED,)], slept


def statuses(observed: list[Observed]) -> list[int]:
    return [one.response.status for one in observed if one.response]


@pytest.mark.parametrize("status", [429, 503])
def test_a_node_that_wants_it_later_is_asked_later(status: int) -> None:
    found, slept = asked(Busy(status, status, 200))
    assert (statuses(found), slept) == ([200], [7, 7])
    assert found[0].facts == {"came_back": 2}


def test_it_is_asked_three_times_more_and_then_no_more_until_it_serves() -> None:
    busy = Busy(429)
    found, slept = asked(busy, ASKED, ASKED)
    assert (statuses(found), slept, busy.calls) == ([429, 429], [7, 7, 7], 5)
    found, slept = asked(Busy(429, 429, 429, 429, 200, 429, 200), *[ASKED] * 3)
    assert (statuses(found), len(slept)) == ([429, 200, 200], 4)


@pytest.mark.parametrize(
    ("told", "waits"),
    [
        ("0", [0]),
        ("30", [30]),
        ("31", []),
        ("-1", []),
        ("soon", []),
        ("", []),
        ("\u0663", []),
        ("Mon, 30 Nov 2026 12:00:20 GMT", [20]),
        ("Mon, 30 Nov 2026 11:59:00 GMT", [0]),
        ("Mon, 30 Nov 2026 12:00:31 GMT", []),
    ],
)
def test_in_seconds_or_until_a_moment(told: str, waits: list[float]) -> None:
    _, slept = asked(Busy(503, 200, headers=(("retry-after", told),)))
    assert slept == waits


def test_a_moment_is_by_the_clock_of_who_says_it() -> None:
    said = (("retry-after", "Mon, 30 Nov 2026 13:00:05 GMT"), ("date", "Mon, 30 Nov 2026 13:00:00 GMT"))
    assert asked(Busy(429, 200, headers=said))[1] == [5]


def test_what_is_not_put_off_or_changes_something_is_asked_once() -> None:
    for busy, request in (
        (Busy(503, headers=()), ASKED),
        (Busy(404), ASKED),
        (Busy(429), replace(ASKED, method="POST")),
    ):
        assert asked(busy, request)[1] == []
