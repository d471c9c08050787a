"""Bytes of a node are never an error of the suite: odd answers of every kind, from play to report.

Never an exception, an error of the suite or a folder that contradicts itself: a finding about the node, or nothing to
decide. What is drawn follows from hypothesis' own seed, and a failure names the scenario and the seed that show it.
"""

from __future__ import annotations

from functools import partial
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.model.words import Verdict
from conformance.recordings.identities import StrangerAlarm
from tests.hostile.answers import KINDS
from tests.hostile.playing import Odd, OddNode

SHORT = ("pages", "record-json", "record-xml", "compare-file-and-description", "study-to-instance", "describe-study")
"""Scenarios of few calls, which between them ask for every form of answer there is."""
LONG = ("provenance", "single-frames", "ordinary-pictures", "ask-what-is-not-there", "hand-over-study", "tokens")
seeds = st.integers(0, 2**32 - 1)


def holds(node: OddNode, scenario: str, odd: dict[int, Odd], *, report: bool) -> None:
    """What must come of a scenario, whatever was answered; a stranger's number stops it, and that is right."""
    try:
        recording = node.plays(scenario, odd)
    except StrangerAlarm:
        return
    findings = node.finds(recording)
    assert [one.reason.en for one in findings if one.verdict is Verdict.ERROR] == []
    assert [one.en for one in node.contradictions(recording)] == []
    if report:
        assert set(node.reports(recording, findings)) >= {"report.html", "junit.xml", "report.json"}


def drawn(node: OddNode, scenario: str, kinds: list[str], seed: int) -> dict[int, Odd]:
    """Which calls of a scenario are answered oddly, and how."""
    random = Random(seed)
    count = len(node.plan.scenarios[scenario].steps) + 1
    calls = random.sample(range(count), min(count, random.choice([1, 3, count])))
    return {call: partial(KINDS[random.choice(kinds)], Random(random.random())) for call in calls}


@pytest.mark.parametrize("scenario", [*SHORT, *LONG])
def test_a_faithful_answer_passes_and_contradicts_nothing(odd_node: OddNode, scenario: str) -> None:
    recording = odd_node.plays(scenario, {})
    assert {one.verdict for one in odd_node.finds(recording)} == {Verdict.PASS}
    assert odd_node.contradictions(recording) == []


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenario=st.sampled_from(SHORT), seed=seeds)
def test_no_kind_of_answer_is_an_error_of_the_suite(odd_node: OddNode, kind: str, scenario: str, seed: int) -> None:
    holds(odd_node, scenario, drawn(odd_node, scenario, [kind], seed), report=seed % 4 == 0)


@settings(max_examples=6)
@given(
    scenario=st.sampled_from(LONG), kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=2), seed=seeds
)
def test_nor_are_several_together(odd_node: OddNode, scenario: str, kinds: list[str], seed: int) -> None:
    holds(odd_node, scenario, drawn(odd_node, scenario, kinds, seed), report=False)
