"""Nothing is green for a kind of operation of which not one exchange succeeded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.model.agreements import Judged, Selector
from conformance.model.exchange import Direction, Exchange
from conformance.model.plan import Plan
from conformance.model.words import Conclusion, Status, Strength, Verdict
from conformance.reporting.decide import decide
from conformance.reporting.serving import unserved
from tests.reporting import making


def judged_on(operation: str, **changes: Any) -> Plan:
    """A role whose one MUST is judged on an operation."""
    judged = Judged(by="status", on={"exchange": Selector(operation=operation)})
    planned = making.planned(making.requirement("NET-01", judged=judged), "s")
    return making.plan(making.profile_plan(replace(planned, **changes), core=("NET-01",)))


def of(plan: Plan, *exchanges: Exchange) -> tuple[str, ...]:
    """What of the only profile nothing good came of."""
    (found,) = unserved(plan, {one.scenario: one for one in making.recordings(exchanges)}).values()
    return found


def answered(status: int, where: str = "s", operation: str = "fhir.read", **changes: Any) -> Exchange:
    good = making.exchange(where, operation=operation, **changes)
    assert good.response is not None
    return replace(good, response=replace(good.response, status=status))


def test_refusals_alone_serve_nothing() -> None:
    assert of(judged_on("fhir.read"), answered(404), answered(401)) == ("fhir.read",)
    assert of(judged_on("fhir.*"), answered(404), answered(200, operation="fhir.search")) == ("fhir.read",)


def test_one_good_answer_is_enough_wherever_in_the_run() -> None:
    assert of(judged_on("fhir.read"), answered(404), answered(200)) == ()
    assert of(judged_on("fhir.read"), answered(404), answered(206, "elsewhere")) == ()


def test_whatever_operation_asked() -> None:
    plan = judged_on("fhir.read")
    assert of(plan, answered(404), answered(200, operation="fhir.ask", given={"path": "Flag/1"})) == ()
    assert of(plan, answered(404), answered(200, operation="fhir.ask", given={"path": "Flag?_id=1"})) == ("fhir.read",)


def test_redirects_are_no_good_answer() -> None:
    assert of(judged_on("fhir.read"), answered(302)) == ("fhir.read",)


@pytest.mark.parametrize("operation", ["tls.connect", "plain.fhir", "door.address"])
def test_the_door_may_refuse_everybody(operation: str) -> None:
    assert of(judged_on(operation), answered(401, operation=operation)) == ()


def test_what_was_never_asked_is_another_gap() -> None:
    assert of(judged_on("fhir.read"), answered(404, operation="fhir.search")) == ()
    assert of(judged_on("fhir.read")) == ()


def test_what_the_node_asks_is_answered_by_us() -> None:
    assert of(judged_on("fhir.read"), answered(404, direction=Direction.RECEIVED)) == ()


def test_what_does_not_decide_takes_nothing_away() -> None:
    assert of(judged_on("fhir.read", status=Status.DRAFT), answered(404)) == ()
    plan = judged_on("fhir.read")
    (profile,) = plan.profiles
    may = replace(profile.planned[0], requirement=replace(profile.planned[0].requirement, strength=Strength.MAY))
    assert of(replace(plan, profiles=(replace(profile, planned=(may,)),)), answered(404)) == ()


@pytest.mark.parametrize(
    ("verdict", "conclusion"),
    [
        (Verdict.PASS, Conclusion.NOT_SHOWN),
        (Verdict.INCONCLUSIVE, Conclusion.NOT_SHOWN),
        (Verdict.FAIL, Conclusion.NOT_CONFORMING),
    ],
)
def test_it_is_not_shown_and_says_why(verdict: Verdict, conclusion: Conclusion) -> None:
    plan = judged_on("fhir.read")
    without = {plan.profiles[0].profile.id: ("fhir.read",)}
    decision = decide(plan, [making.finding("NET-01", verdict=verdict)], making.run(), (), unserved=without)[0]
    assert decision.conclusion is conclusion
    assert decision.unserved == ("fhir.read",)
    assert any("Not one question of the kind fhir.read got a good answer" in reason.en for reason in decision.reasons)
