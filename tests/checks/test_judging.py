"""From recordings to findings: what a recording that is not whole can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.clock import clock_jump
from conformance.checks.judgement import TALLY, Judgement, fact, require
from conformance.checks.judging import judge_one, opinion
from conformance.model.agreements import Judged, Requirement, Selector
from conformance.model.exchange import Exchange, Recording, Response, Rung
from conformance.model.finding import Finding
from conformance.model.words import RunState, Triage, Verdict
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


GOOD = making.exchange("oauth.token", making.response(200, cache_control="no-store"))
BAD = making.exchange("oauth.token", making.response(200))
REFUSED = making.exchange("oauth.token", trouble=making.trouble("token-refused"))


def found(*exchanges: Exchange, by: Requirement | None = None, **recorded: Any) -> Finding:
    """What is found of exchanges that were recorded so."""
    scene = making.scenario(exchanges or (GOOD,))
    return judge_one(by or requirement(), scene, Recording(scenario="made", exchanges=exchanges, **recorded))


def looking(kind: str, **on: Selector) -> Requirement:
    """A requirement judged so on these."""
    return making.requirement(Judged(by=kind, on=on, parameters={}))


def test_without_a_recording_nothing_was_tested() -> None:
    unplayed = judge_one(requirement(), making.scenario((GOOD,)), None)
    assert (unplayed.verdict, unplayed.reason.en, unplayed.triage) == (
        Verdict.NOT_TESTED,
        "scenario not played",
        Triage.SUITE,
    )


def test_a_recording_that_rests_on_a_lower_rung_says_which() -> None:
    gone = found(resting_on=making.trouble("name-unresolved", Rung.NAME, "no such name"))
    assert (gone.verdict, gone.rung, gone.triage) == (Verdict.INCONCLUSIVE, Rung.NAME, Triage.CONFIGURATION)
    assert gone.reason.en == "not carried out: no such name"


def test_a_requirement_without_judgement_cannot_be_judged() -> None:
    bare = replace(requirement(), judged=None)
    with pytest.raises(ValueError, match="MADE-01 has no judgement and can't be judged in scenario made"):
        found(GOOD, by=bare)


@pytest.mark.parametrize(
    ("state", "verdict"), [(RunState.ABORTED, Verdict.NOT_TESTED), (RunState.FINISHED, Verdict.ERROR)]
)
def test_what_nothing_matches(state: RunState, verdict: Verdict) -> None:
    other = making.exchange("fhir.ask", making.response(200))
    assert found(other, state=state).verdict is verdict


def test_a_call_that_the_node_did_not_make_is_undecided() -> None:
    case = looking("header-contains", exchange=Selector(operation="dicomweb.call", given={"received": True}))
    silent = found(GOOD, by=case)
    assert (silent.verdict, silent.triage, silent.facts) == (Verdict.INCONCLUSIVE, Triage.NODE, ())
    assert silent.reason.en == "the node made no call 'dicomweb.call'"
    jumped = found(replace(GOOD, facts={"clock_jump_s": -90}), by=case)
    assert (jumped.verdict, jumped.triage, jumped.facts) == (Verdict.INCONCLUSIVE, Triage.SUITE, ("clock_jump_s",))
    assert "jumped 90 seconds back" in jumped.reason.en


@pytest.mark.parametrize(
    ("one", "verdict", "triage"),
    [
        (replace(BAD, facts={"clock_jump_s": 60}), Verdict.FAIL, Triage.NODE),
        (replace(BAD, facts={"clock_jump_s": 60, "clock_jumped_now": True}), Verdict.INCONCLUSIVE, Triage.SUITE),
        (replace(GOOD, facts={"clock_jump_s": 60, "clock_jumped_now": True}), Verdict.PASS, None),
        (REFUSED, Verdict.INCONCLUSIVE, Triage.CONFIGURATION),
        (replace(REFUSED, facts={"clock_jump_s": 60}), Verdict.INCONCLUSIVE, Triage.SUITE),
    ],
)
def test_a_clock_that_jumped_meanwhile_takes_a_fail_away(
    one: Exchange, verdict: Verdict, triage: Triage | None
) -> None:
    judged = found(one)
    assert (judged.verdict, judged.triage) == (verdict, triage)
    told = judged.triage is Triage.SUITE
    assert ("clock_jump_s" in judged.facts) is told
    assert ("jumped 60 seconds forward" in judged.reason.en) is told


def test_the_largest_jump_is_told_either_way() -> None:
    assert clock_jump([]) is None
    stop = clock_jump([replace(GOOD, facts={"clock_jump_s": jump}) for jump in (30, -45, 40)])
    assert stop is not None
    assert "45 seconds back" in stop.text.en


def kind(function: Callable[..., Any]) -> Judgement:
    """A judgement that is registered nowhere."""
    return Judgement("made", function, {"exchange": False}, {})


def test_a_judgement_that_breaks_or_requires_nothing_is_an_error_of_the_suite() -> None:
    def breaks(_: Exchange) -> None:
        raise KeyError("x")

    for function, words in ((breaks, "broke: KeyError"), (lambda _: None, "ended without requiring anything")):
        judged = opinion(kind(function), (GOOD,), {})
        assert (judged.verdict, judged.triage) == (Verdict.ERROR, Triage.SUITE)
        assert words in judged.text.en


def test_what_passed_without_words_went_as_agreed_and_names_its_facts() -> None:
    def looks(exchange: Exchange) -> None:
        require(fact(exchange, "seen"), nl="-", en="-")

    judged = opinion(kind(looks), (replace(GOOD, facts={"seen": True}),), {})
    assert (judged.verdict, judged.text.en, judged.facts) == (Verdict.PASS, "as agreed", frozenset({"seen"}))
    assert opinion(kind(looks), (GOOD,), {}).verdict is Verdict.INCONCLUSIVE
    assert TALLY.get(None) is None


def test_a_finding_names_the_members_that_decide_and_of_many_the_first() -> None:
    bad = [replace(BAD, step=f"s{number}", given={"type": f"T{number}"}) for number in range(7)]
    case = making.requirement(replace(requirement().judged, over=("type",)))
    steps = (replace(GOOD, step="good", given={"type": "T9"}), *bad)
    judged = found(*steps, by=case)
    assert judged.reason.en == "expected: cache-control: no-store; seen: - (7 of 8: T0, T1, T2, T3, T4, …)"
    assert judged.evidence == tuple(one.id for one in bad)
    one = found(*steps[:2], by=case)
    assert one.reason.en.endswith("(1 of 2: T0)")
    good = found(steps[0], replace(GOOD, step="more", given={"type": "T8"}), by=case)
    assert good.reason.en.endswith("(2 of 2)")


def test_of_many_reasons_three_are_told() -> None:
    bad = [
        making.exchange("oauth.token", making.response(200, cache_control=f"w{number}"), step=f"s{number}")
        for number in range(5)
    ]
    assert found(*bad).reason.en.count("expected:") == 3
    assert "; and 2 more" in found(*bad).reason.en
    assert "; en nog 2" in found(*bad).reason.nl
    assert "more" not in found(*bad[:3]).reason.en
