"""What is weighed again because some was answered otherwise comes to what is weighed as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.checks.judgement import Judgement
from conformance.checks.opinions import Looked, Opinion, flattened
from conformance.checks.weighing import Otherwise, weighed
from conformance.model.agreements import Json, Judged, Selector
from conformance.model.exchange import Direction, Exchange, Recording
from conformance.model.words import RunState, Text, Verdict
from tests.checks import making
from tests.checks.test_membership import JUDGED, TYPES, asked

STATUSES = (200, 401, 429, 503)
"""Of a good request: served, refused, and two that may be a lock-out."""
CALLED = making.exchange("fhir.called", step="called", given={"received": True}, direction=Direction.RECEIVED)
REQUIREMENTS = (
    JUDGED,
    replace(JUDGED, over=()),
    replace(JUDGED, on={**JUDGED.on, "control": replace(JUDGED.on["control"], same=("type",))}),
    replace(JUDGED, on={**JUDGED.on, "control": replace(JUDGED.on["control"], same=())}),
    Judged(by="media-type-among", on={"exchange": Selector(operation="fhir.*")}, parameters={"types": ()}),
    Judged(
        by="media-type-among",
        on={"exchange": Selector(operation="counterpart.*", given={"received": True})},
        parameters={"types": ()},
    ),
)
"""Member by member or not, beside requests that many share, one by one, and of what never came."""


def seen(_kind: Judgement, exchanges: Looked, _parameters: object) -> Opinion:
    """What was answered, to each in turn; decided by the first."""
    flat = flattened(exchanges)
    said = " ".join(f"{one.id} {one.response.status if one.response else '-'}" for one in flat)
    verdict = {"401": Verdict.PASS, "200": Verdict.FAIL}.get(said.split()[1], Verdict.INCONCLUSIVE)
    return Opinion(verdict, Text(said, said), flat)


statuses = st.lists(st.sampled_from(STATUSES), min_size=8, max_size=8)
again = st.lists(st.sampled_from((None, *STATUSES)), min_size=4, max_size=4)


def recording(wrong_and_right: list[int], retried: list[int | None], state: RunState = RunState.FINISHED) -> Recording:
    """Each member asked wrongly and rightly; some good requests once more."""
    members = [(kind, form) for kind in TYPES for form in ("json", "xml")]
    exchanges: list[Exchange] = []
    for number, (kind, form) in enumerate(members):
        wrong, right = wrong_and_right[2 * number : 2 * number + 2]
        exchanges += [asked(kind, form, wrong, control=False), asked(kind, form, right, control=True)]
        if (last := retried[number]) is not None:
            exchanges.append(asked(kind, form, last, control=True, number=2))
    return Recording(scenario="made", exchanges=(*exchanges, CALLED), state=state)


@given(before=statuses, now=statuses, retried=again, again=again, state=st.sampled_from(list(RunState)))
@example(  # shut since another good request, or not: that has a say where nothing else is otherwise
    before=[401, 503, 503, 503, *[401, 200] * 2],
    now=[401, 200, 503, 503, *[401, 200] * 2],
    retried=[503, None, None, None],
    again=[200, None, None, None],
    state=RunState.FINISHED,
)
@pytest.mark.parametrize("judged", REQUIREMENTS)
def test_as_weighed_as_a_whole(
    judged: Judged, before: list[int], now: list[int], retried: list[int], again: list[int], state: RunState
) -> None:
    """Where the same was asked; what is the very same exchange stays so."""
    answered = [None if was is None else one or was for was, one in zip(retried, again, strict=True)]
    was, whole = recording(before, retried, state), recording(now, answered, state)
    kept = {one.id: one for one in was.exchanges}
    mixed = tuple(kept[one.id] if one == kept[one.id] else one for one in whole.exchanges)
    is_ = replace(whole, exchanges=mixed)
    scenario, otherwise = making.scenario(was.exchanges), Otherwise.of(is_, was)
    assert otherwise is not None
    first = weighed(judged, scenario, was, seen)
    second = otherwise.weighed(judged, first, seen)
    assert second.opinions == weighed(judged, scenario, is_, seen).opinions
    if otherwise.nothing:
        assert second.said == first.said


@given(before=statuses, retried=again)
def test_only_what_rests_on_another_answer_is_said_anew(before: list[int], retried: list[int | None]) -> None:
    was = recording(before, retried)
    first, *rest = was.exchanges
    assert first.response is not None
    other = replace(first, response=replace(first.response, status=418))
    otherwise = Otherwise.of(replace(was, exchanges=(other, *rest)), was)
    assert otherwise is not None
    said: list[tuple[Exchange, ...]] = []

    def opine(kind: Judgement, exchanges: Looked, parameters: Mapping[str, Json]) -> Opinion:
        said.append(flattened(exchanges))
        return seen(kind, exchanges, parameters)

    otherwise.weighed(JUDGED, weighed(JUDGED, making.scenario(was.exchanges), was, seen), opine)
    assert [looked[0] for looked in said] == [other]


def test_nothing_is_weighed_again_where_all_is_as_it_was() -> None:
    was = recording([401, 200] * 4, [None] * 4)
    otherwise = Otherwise.of(replace(was), was)
    assert otherwise is not None
    assert otherwise.nothing
    before = weighed(JUDGED, making.scenario(was.exchanges), was, seen)
    assert otherwise.weighed(JUDGED, before, seen) is before


def test_where_something_else_was_asked_nothing_is_taken_over() -> None:
    was = recording([401, 200] * 4, [None] * 4)
    first, *rest = was.exchanges
    asked_otherwise = [
        (*rest,),
        (*rest, first),
        (replace(first, operation="fhir.read"), *rest),
        (replace(first, given={**first.given, "purpose": "control"}), *rest),
        (replace(first, number=2), *rest),
    ]
    for exchanges in asked_otherwise:
        assert Otherwise.of(replace(was, exchanges=exchanges), was) is None
    assert Otherwise.of(replace(was, state=RunState.ABORTED), was) is None
    assert Otherwise.of(replace(was, resting_on=making.SILENT), was) is None
