"""A node that locks the suite out after wrong requests: once more and slower, and a refusal then shows nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance.checks.judging import judge_one
from conformance.model.agreements import Judged, Scenario, Selector
from conformance.model.exchange import Exchange, Outcome, Recording, Request, Response, TlsSession
from conformance.model.finding import Finding
from conformance.model.node import Politeness
from conformance.model.words import Triage, Verdict
from conformance.play.lockout import WAITS
from conformance.play.scenes import Scene
from conformance.protocols.client import Asked, outgoing
from conformance.protocols.observing import Clock, Observed
from conformance.protocols.session import Session
from conformance.protocols.troubles import trouble
from conformance.synthesis.pki import TestPki
from tests.checks import making as checking
from tests.play.making import scenario
from tests.protocols.making import node_at, trust_of

PAUSE_S = 2
MEMBERS = tuple(f"t{number:02}" for number in range(20))
FOREVER = 10.0**9
LOCKED: dict[str, Response | str] = {
    "429": Response(status=429),
    "403": Response(status=403),
    "401": Response(status=401),
    "reset": "connection-reset",
    "refused": "connection-refused",
    "silent": "client-certificate-refused",
}
FORMS = pytest.mark.parametrize("form", LOCKED)
REFUSALS: dict[str, Response | str] = {"alert": "client-certificate-refused", "403": Response(status=403)}


@dataclass
class Node:
    """A node that refuses an expired certificate, but for one type of resource; after so many wrong requests it serves
    nobody for a while. It stands in the place of the HTTP client."""

    form: str
    lasts_s: float = 0
    refusal: str = "alert"
    opened: str = ""
    broken: str = ""
    wrong: int = 0
    until: float = 0
    now: float = 0
    slept: list[float] = field(default_factory=list)
    tokens: int = 0
    after: int = 10
    """So many wrong requests it bears."""

    @property
    def clock(self) -> Clock:
        begin = datetime(2026, 11, 22, 9, tzinfo=UTC)
        return Clock(
            now=lambda: begin + timedelta(seconds=self.now),
            monotonic=lambda: self.now,
            sleep=self._sleep,
            steady=lambda: self.now,
        )

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def call(self, asked: Asked) -> Observed:
        self.now += 0.01
        answer = self._answer(asked)
        tls = TlsSession(version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384", client=asked.certificate)
        seen: dict[str, Any] = {"started": self.clock.stamp(), "request": outgoing(asked), "tls": tls}
        if isinstance(answer, str):
            return Observed(outcome=Outcome.NO_ANSWER, trouble=trouble(answer), **seen)
        return Observed(outcome=Outcome.ANSWERED, response=answer, **seen)

    def _answer(self, asked: Asked) -> Response | str:
        if asked.method == "POST":
            self.tokens += 1
            return Response(status=200, body=b'{"access_token": "t", "expires_in": 300}')
        wrong = asked.certificate == "expired"
        self.wrong += wrong
        if wrong and self.lasts_s and self.wrong % self.after == 0:
            self.until = self.now + self.lasts_s
        if self.now < self.until:
            return LOCKED[self.form]
        if wrong and not (self.opened and self.opened in asked.url):
            return REFUSALS[self.refusal]
        if self.broken and self.broken in asked.url:
            return Response(status=403)
        return Response(status=200, body=b"data")

    def close(self) -> None:
        """Nothing is open."""


def knocking() -> Scenario:
    other = ("other", "door.fhir", {"path": "Patient", "certificate": "other"})
    rounds = [
        (f"{name}-{member}", "door.fhir", {"path": member, "member": {"type": member}, **given})
        for member in MEMBERS
        for name, given in (
            ("wrong", {"certificate": "expired"}),
            ("right", {"certificate": "valid", "purpose": "control"}),
        )
    ]
    return scenario("knocking", other, *rounds)


def played(node: Node, pki: TestPki) -> tuple[Exchange, ...]:
    politeness = replace(Politeness(), pause_s=PAUSE_S)
    session = Session(node_at("https://localhost:1", trust_of(pki), politeness=politeness), http=node, clock=node.clock)
    return tuple(Scene(knocking(), session).play())


def judged(exchanges: tuple[Exchange, ...]) -> Finding:
    on = {
        "refused": Selector(operation="door.*", given={"certificate": "expired"}),
        "control": Selector(operation="door.*", given={"certificate": "valid"}),
        "other": Selector(operation="door.*", given={"certificate": "other"}, same=()),
    }
    requirement = checking.requirement(Judged(by="refused-beside-control", over=("type",), on=on))
    return judge_one(requirement, knocking(), Recording(scenario="knocking", exchanges=exchanges))


def tries(exchanges: tuple[Exchange, ...]) -> Counter[str]:
    """The steps that were played more than once."""
    return Counter({step: times for step, times in Counter(one.step for one in exchanges).items() if times > 1})


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_node_that_locks_nobody_out_is_asked_once(pki: TestPki, refusal: str) -> None:
    node = Node("429", refusal=refusal)
    exchanges = played(node, pki)
    assert not tries(exchanges)
    assert not node.slept
    assert judged(exchanges).verdict is Verdict.PASS


@FORMS
@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("hidden", [9, 10, 15])
def test_a_lock_for_ever_hides_no_open_door(pki: TestPki, form: str, refusal: str, hidden: int) -> None:
    """The open door comes when nobody is served any more: what is refused then is no refusal."""
    node = Node(form, FOREVER, refusal, opened=MEMBERS[hidden])
    exchanges = played(node, pki)
    finding = judged(exchanges)
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert finding.triage is Triage.CONNECTION
    assert finding.members[MEMBERS[hidden]] is Verdict.INCONCLUSIVE
    assert [finding.members[name] for name in MEMBERS[:9]] == [Verdict.PASS] * 9
    assert "locked the suite out" in finding.reason.en
    assert "'politeness.rate_per_s'" in finding.reason.en
    assert tries(exchanges) == {"right-t09": 2}, "what stays shut is not waited for again"
    assert node.slept == [PAUSE_S]


@FORMS
@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_lock_of_two_seconds_hides_no_open_door(pki: TestPki, form: str, refusal: str) -> None:
    node = Node(form, PAUSE_S, refusal, opened="t09")
    exchanges = played(node, pki)
    finding = judged(exchanges)
    assert finding.members["t09"] is Verdict.INCONCLUSIVE, "it was refused as the good request was"
    assert finding.triage is Triage.CONNECTION
    assert tries(exchanges) == {"right-t09": 2, "right-t19": 2}
    assert [one.number for one in exchanges if one.step == "right-t09"] == [1, 2]


@pytest.mark.parametrize("form", ["403", "401", "reset"])
def test_an_open_door_fails_whatever_comes_afterwards(pki: TestPki, form: str) -> None:
    finding = judged(played(Node(form, FOREVER, opened="t03"), pki))
    assert finding.verdict is Verdict.FAIL
    assert [name for name, verdict in finding.members.items() if verdict is Verdict.FAIL] == ["t03"]


def test_a_refusal_that_is_another_than_the_lock_stands(pki: TestPki) -> None:
    """The lock begins after the tenth refusal: an alert about the certificate is not what a lock of HTTP 429 says."""
    node = Node("429", PAUSE_S)
    first = node.call

    def locks_afterwards(asked: Asked) -> Observed:
        node.lasts_s = 0
        seen = first(asked)
        if asked.certificate == "expired" and node.wrong % node.after == 0:
            node.until = node.now + PAUSE_S
        return seen

    node.call = locks_afterwards  # type: ignore[method-assign]
    exchanges = played(node, pki)
    assert tries(exchanges) == {"right-t09": 2, "right-t19": 2}
    assert judged(exchanges).verdict is Verdict.PASS


def test_a_token_that_was_ended_is_fetched_anew(pki: TestPki) -> None:
    node = Node("401", PAUSE_S)
    played(node, pki)
    assert node.tokens == 3


def test_the_endpoint_is_waited_for_a_few_times_only(pki: TestPki) -> None:
    node = Node("429", PAUSE_S, after=2)
    exchanges = played(node, pki)
    assert len(tries(exchanges)) == WAITS == len(node.slept)
    assert judged(exchanges).verdict is Verdict.INCONCLUSIVE


def test_one_address_that_is_out_of_order_locks_nothing(pki: TestPki) -> None:
    """A type that is always forbidden is tried once more; the others are judged as ever."""
    exchanges = played(Node("429", opened="t12", broken="t05"), pki)
    finding = judged(exchanges)
    assert tries(exchanges) == {"right-t05": 2}
    assert [name for name, verdict in finding.members.items() if verdict is not Verdict.PASS] == ["t05", "t12"]
    assert finding.members["t12"] is Verdict.FAIL


def test_where_nothing_was_served_before_nothing_is_tried_again(pki: TestPki) -> None:
    node = Node("403", broken="/fhir/")
    assert not tries(played(node, pki))
    assert not node.slept


def test_a_request_stands_for_itself(pki: TestPki) -> None:
    """The good request is one of its own kind: the others' headers and address but for the certificate."""
    exchanges = {one.step: one for one in played(Node("429"), pki)}
    wrong, right = (exchanges[f"{name}-t01"].request for name in ("wrong", "right"))
    assert isinstance(wrong, Request)
    assert wrong == right
