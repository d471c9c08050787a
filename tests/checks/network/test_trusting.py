"""A call past a wrong certificate fails, whatever else was seen; without a knock nothing passes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.model.exchange import Exchange
from conformance.model.words import Triage, Verdict
from tests.checks.making import SILENT, Case, exchange, judged, response
from tests.checks.network.trusting import KIND, MISSING, waited

COUNTS = st.integers(0, 3)
WAITS = st.builds(waited, calls=COUNTS, knocks=COUNTS, in_clear=COUNTS, lingering=COUNTS)
ORDERS = st.sampled_from([exchange("x", response(202)), exchange("x", response(500)), exchange("x", trouble=SILENT)])


def verdict(wrong: Exchange, order: Exchange, good: Exchange) -> Verdict:
    made = {"wrong": (wrong,), "order": (order,), "good": (good,)}
    return judged(Case(kind=KIND, verdict=Verdict.PASS, about="", exchanges=made)).verdict


@given(wrong=WAITS, order=ORDERS, good=WAITS)
def test_it_is_decided_by_what_came_to_the_wrong_one(wrong: Exchange, order: Exchange, good: Exchange) -> None:
    found, facts = verdict(wrong, order, good), wrong.facts
    asked = bool(facts["calls"] or facts["in_clear"])
    assert (found is Verdict.FAIL) is asked
    if found is Verdict.PASS:
        assert facts["knocks"]
        assert not facts["lingering"]
        assert good.facts["calls"]


def test_a_role_that_is_not_there_is_for_the_node_file_to_name() -> None:
    made = {"wrong": (MISSING,), "order": (MISSING,), "good": (waited(calls=1),)}
    finding = judged(Case(kind=KIND, verdict=Verdict.INCONCLUSIVE, about="", exchanges=made))
    assert finding.triage is Triage.CONFIGURATION
    assert "counterpart-foreign" in finding.reason.en
