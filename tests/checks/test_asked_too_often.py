"""A node that says that it was asked too often is not failed for that: it says nothing of what was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.model.exchange import Exchange, Response
from conformance.model.words import Triage, Verdict
from tests.checks.making import Case, exchange, judged, response
from tests.checks.test_every_judgement import CASES

TOO_OFTEN = (
    response(429, "Too many requests", content_type="text/plain"),
    response(429, "<html><body>Slow down</body></html>", content_type="text/html", retry_after="2"),
    response(503, {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}, retry_after="2"),
)
OUR_OWN = "takes-what-was-offered"
"""It looks at what the suite answered to the node."""
MET = [case for case in CASES if case.verdict is Verdict.PASS and case.kind != OUR_OWN]
NOBODY = {"patients": [], "told_of": [], "body_size": 0}
TELLING = ("patients", "told_of", "bsn_seen", "bsn_valid", "inside_in_headers", "bsn_in_location")


def asked_too_often(case: Case, name: str, said: Response) -> Case:
    """The case, with this answer to what it looks at under this name."""
    return replace(
        case, exchanges={**case.exchanges, name: tuple(_answered(one, said) for one in case.exchanges[name])}
    )


def _answered(one: Exchange, said: Response) -> Exchange:
    facts = {name: value for name, value in one.facts.items() if name not in TELLING}
    quiet = {"patients": [], "told_of": [], "bsn_seen": 0, "bsn_valid": 0, "bsn_in_location": False}
    return replace(one, response=said, facts={**facts, **quiet, "body_size": said.size}) if one.response else one


@pytest.mark.parametrize("said", TOO_OFTEN, ids=["429", "429 in HTML", "503 with a time"])
@pytest.mark.parametrize("case", MET, ids=[case.id for case in MET])
def test_nobody_is_failed_for_it(case: Case, said: Response) -> None:
    for name in case.exchanges:
        finding = judged(asked_too_often(case, name, said))
        assert finding.verdict in (Verdict.PASS, Verdict.INCONCLUSIVE), f"{name}: {finding.reason.en}"


FOUND = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {"resourceType": "Condition"}}]}
FOUND_NOTHING = {"resourceType": "Bundle", "type": "searchset", "total": 0}
DENIED = {"statuses": (401,)}


@pytest.mark.parametrize(
    ("kind", "said", "verdict"),
    [
        ("status-beside-control", response(429), Verdict.INCONCLUSIVE),
        ("status-beside-control", response(429, FOUND), Verdict.FAIL),
        ("status-beside-control", response(503), Verdict.FAIL),
        ("status-beside-control", response(503, retry_after="2"), Verdict.INCONCLUSIVE),
        ("status-beside-control", response(503, FOUND, retry_after="2"), Verdict.FAIL),
        ("errors-reveal-nothing", response(429, "at a.b.C(C.java:3)", content_type="text/plain"), Verdict.FAIL),
    ],
    ids=["429", "429 with data", "503", "503 with a time", "503 with a time and data", "429 with a stack trace"],
)
def test_what_it_gives_or_tells_all_the_same_fails(kind: str, said: Response, verdict: Verdict) -> None:
    beside = kind == "status-beside-control"
    exchanges = {"refused" if beside else "exchange": (exchange(answer=said, facts=NOBODY),)}
    control = {"control": (exchange(answer=response(200, FOUND_NOTHING)),)} if beside else {}
    case = Case(
        kind=kind, verdict=verdict, about="", exchanges=exchanges | control, parameters=DENIED if beside else {}
    )
    finding = judged(case)
    assert finding.verdict is verdict, finding.reason.en
    if verdict is Verdict.INCONCLUSIVE:
        assert finding.triage is Triage.CONNECTION
        assert "rate_per_s" in finding.reason.en
