"""Forgeries about knocking and about good requests that were made again: each was once believed, and is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.harness.opened import RefusedError
from conformance.harness.rejudging import Standing, rejudge
from tests.harness.test_forgeries import Forgery, left_out, step
from tests.tampering.forging import Forger, Parts

pytestmark = pytest.mark.usefixtures("remembered")


def good_request(parts: Parts) -> dict[str, Any]:
    return step(parts, "knocking-fhir", "welcome-Condition-search-json")


def tried_again(parts: Parts, exchange: dict[str, Any]) -> None:
    """The same request once more, answered as the first was."""
    exchanges = parts.recordings["knocking-fhir"]["exchanges"]
    exchanges.insert(exchanges.index(exchange) + 1, json.loads(json.dumps({**exchange, "number": 2})))


def locked_out_for_a_while(parts: Parts) -> None:
    """What an honest run leaves of a node that serves nobody for a moment."""
    exchange = good_request(parts)
    tried_again(parts, exchange)
    exchange["response"]["status"] = 429


def a_good_request_tried_again_for_nothing(parts: Parts) -> None:
    tried_again(parts, good_request(parts))


def a_failed_good_request_not_tried_again(parts: Parts) -> None:
    good_request(parts)["response"]["status"] = 429


def a_wrong_request_tried_again(parts: Parts) -> None:
    tried_again(parts, step(parts, "knocking-fhir", "nameless-Condition-search-json"))


def a_good_request_tried_three_times(parts: Parts) -> None:
    locked_out_for_a_while(parts)
    exchanges = parts.recordings["knocking-fhir"]["exchanges"]
    second = next(one for one in exchanges if one["number"] == 2)
    exchanges.insert(exchanges.index(second) + 1, {**second, "number": 3})


def a_second_try_of_something_else(parts: Parts) -> None:
    locked_out_for_a_while(parts)
    second = next(one for one in parts.recordings["knocking-fhir"]["exchanges"] if one["number"] == 2)
    second["request"]["url"] = second["request"]["url"].replace("/Condition", "/Flag")


def at_the_wrong_one(parts: Parts) -> dict[str, Any]:
    """The waiting at a counterpart with a wrong certificate."""
    return step(parts, "trusting", "knock-foreign")


def fewer_than_no_knocks(parts: Parts) -> None:
    at_the_wrong_one(parts)["facts"]["knocks"] = -1


def a_knock_that_is_a_truth_value(parts: Parts) -> None:
    at_the_wrong_one(parts)["facts"]["knocks"] = True


def more_who_stay_than_came(parts: Parts) -> None:
    at_the_wrong_one(parts)["facts"].update(knocks=1, lingering=2)


def nobody_counted_who_knocked(parts: Parts) -> None:
    del at_the_wrong_one(parts)["facts"]["knocks"]


def calls_of_nobody_who_knocked(parts: Parts) -> None:
    step(parts, "trusting", "calls")["facts"]["knocks"] = 0


def knocks_of_a_request(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["facts"]["knocks"] = "one"


def calls_that_nobody_made(parts: Parts) -> None:
    at_the_wrong_one(parts)["facts"]["calls"] = 1


def another_certificate_at_the_counterpart(parts: Parts) -> None:
    step(parts, "trusting", "order-foreign")["given"]["certificate"] = "counterpart-expired"


def a_counterpart_that_lacked_its_certificate(parts: Parts) -> None:
    text = "the node file names no client certificate in this role (counterpart-foreign)"
    for name in ("order-foreign", "knock-foreign"):
        left_out(step(parts, "trusting", name), "client-certificate-missing", "configuration", text)


def a_waiting_that_lacked_a_certificate(parts: Parts) -> None:
    text = "the client certificate is not what its role in the node file says, so a refusal would show nothing"
    left_out(at_the_wrong_one(parts), "client-certificate-unsuitable", "configuration", text)


EVERY: tuple[Forgery, ...] = (
    a_good_request_tried_again_for_nothing,
    a_failed_good_request_not_tried_again,
    a_wrong_request_tried_again,
    a_good_request_tried_three_times,
    a_second_try_of_something_else,
    fewer_than_no_knocks,
    a_knock_that_is_a_truth_value,
    more_who_stay_than_came,
    nobody_counted_who_knocked,
    calls_of_nobody_who_knocked,
    knocks_of_a_request,
    calls_that_nobody_made,
    another_certificate_at_the_counterpart,
    a_counterpart_that_lacked_its_certificate,
    a_waiting_that_lacked_a_certificate,
)


@pytest.mark.parametrize("forge", EVERY)
def test_a_forgery_is_refused(forger: Forger, faulty: Parts, forge: Forgery) -> None:
    parts = faulty.copy()
    forge(parts)
    with pytest.raises(RefusedError):
        rejudge(forger.sealed(parts))


def test_a_good_request_that_failed_and_was_made_again_is_no_forgery(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    locked_out_for_a_while(parts)
    assert rejudge(forger.sealed(parts)).standing is Standing.SAME
