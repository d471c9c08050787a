"""The known-failure list is strict both ways, over findings, gaps and conclusions."""

from __future__ import annotations

import pytest

from conformance.model.plan import Planned
from conformance.model.run import Count, Decision, Expectation, Known, Rests
from conformance.model.words import Conclusion, Status, Text, Verdict, Verification
from conformance.reporting.decide import decide
from conformance.reporting.expectations import compare
from tests.reporting import making

FINDING, GAP, CONCLUSION = Known.FINDING, Known.GAP, Known.CONCLUSION


def listed(*lines: tuple[Known, str, str]) -> tuple[Expectation, ...]:
    """A list of these lines."""
    return tuple(Expectation(about=about, name=name, expected=word, reason="known") for about, name, word in lines)


def surprises(
    lines: tuple[Expectation, ...], verdict: Verdict, *others: Planned, **run: object
) -> list[tuple[str, str, str]]:
    """Where the list is wrong about one MUST that came to this, with others beside it."""
    made = making.run(**run)
    findings = (making.finding(verdict=verdict),)
    must = making.planned(making.requirement(), "s")
    decisions = decide(making.plan(making.profile_plan(must, *others)), findings, made, ())
    return [(item.name, item.expected, item.found) for item in compare(lines, findings, decisions, made)]


def log() -> Planned:
    """A MUST that nobody gave their word on."""
    asks = Text("Bewaart u?", "Do you keep?")
    return making.planned(making.requirement("LOG-01", verify=(Verification.ATTESTATION,), judged=None, asks=asks))


FAILING = ((FINDING, "s::NET-01", "fail"), (CONCLUSION, "twiin-node", "not-conforming"))
UNATTESTED = ((GAP, "LOG-01", "not-tested"), (CONCLUSION, "twiin-node", "undecided"))


def test_a_list_that_names_what_is_there_is_right() -> None:
    assert surprises((), Verdict.PASS) == []
    assert surprises(listed(*FAILING), Verdict.FAIL) == []
    assert surprises(listed(*UNATTESTED), Verdict.PASS, log()) == []


@pytest.mark.parametrize("left_out", range(2))
def test_what_it_does_not_name_is_a_surprise(left_out: int) -> None:
    for lines, verdict, others in ((FAILING, Verdict.FAIL, ()), (UNATTESTED, Verdict.PASS, (log(),))):
        about, name, word = lines[left_out]
        unnamed = {FINDING: "pass", GAP: "absent", CONCLUSION: "conforming"}[about]
        kept = listed(*(line for line in lines if line != lines[left_out]))
        assert surprises(kept, verdict, *others) == [(name, unnamed, word)]


def test_what_it_names_must_be_so() -> None:
    assert surprises(listed(*FAILING), Verdict.PASS) == [
        ("twiin-node", "not-conforming", "conforming"),
        ("s::NET-01", "fail", "pass"),
    ]
    gone = listed((FINDING, "s::NET-09", "fail"), (GAP, "LOG-01", "not-tested"), (CONCLUSION, "other", "undecided"))
    assert surprises(gone, Verdict.PASS) == [
        ("other", "undecided", "absent"),
        ("s::NET-09", "fail", "not-tested"),
        ("LOG-01", "not-tested", "absent"),
    ]
    assert surprises(listed(*FAILING), Verdict.INCONCLUSIVE) == [
        ("twiin-node", "not-conforming", "not-shown"),
        ("s::NET-01", "fail", "inconclusive"),
    ]


def test_an_empty_list_is_never_right_about_an_undecided_run() -> None:
    for conclusion in Conclusion:
        rests = Rests(held=0, deciding=Count(), beside=Count())
        decision = Decision(profile="p", rule="r", conclusion=conclusion, reasons=(), results=(), gaps=(), rests=rests)
        found = compare((), (), (decision,), making.run())
        assert bool(found) is (conclusion is not Conclusion.CONFORMING)


def test_what_was_left_out_on_purpose_is_said_by_the_conclusion_alone() -> None:
    other = making.planned(making.requirement("NET-02"), "t")
    narrowed = {"selected": ("s::NET-01",)}
    assert surprises((), Verdict.PASS, other, **narrowed) == [("twiin-node", "conforming", "partial")]
    assert surprises(listed((CONCLUSION, "twiin-node", "partial")), Verdict.PASS, other, **narrowed) == []
    unplayed = surprises((), Verdict.PASS, other)
    assert ("NET-02", "absent", "not-tested") in unplayed


def test_the_worst_of_two_findings_and_of_two_gaps_counts() -> None:
    made = making.run()
    findings = (making.finding(), making.finding(verdict=Verdict.FAIL))
    must = making.planned(making.requirement(), "s", "t", status=Status.INFORMATIVE)
    decisions = decide(making.plan(making.profile_plan(must)), findings, made, ())
    found = {item.name: item.found for item in compare((), findings, decisions, made)}
    assert found == {"s::NET-01": "fail", "NET-01": "not-tested", "twiin-node": "not-shown"}


def test_failing_members_are_named_strictly() -> None:
    made = making.run()
    members = {"search-json": Verdict.FAIL, "read-json": Verdict.PASS, "read-xml": Verdict.NOT_TESTED}
    findings = (making.finding(verdict=Verdict.FAIL, members=members),)
    lines = (
        (FINDING, "s::NET-01", "fail"),
        (Known.MEMBER, "s::NET-01 search-json", "fail"),
        (Known.MEMBER, "s::NET-01 read-xml", "not-tested"),
    )
    assert compare(listed(*lines), findings, (), made) == ()
    for line in lines[1:]:
        (found,) = compare(listed(*(each for each in lines if each != line)), findings, (), made)
        assert (found.name, found.expected, found.found) == (line[1], "pass", line[2])
    better = (making.finding(verdict=Verdict.FAIL, members={**members, "search-json": Verdict.PASS}),)
    (found,) = compare(listed(*lines), better, (), made)
    assert (found.name, found.expected, found.found) == ("s::NET-01 search-json", "fail", "pass")
    (found,) = compare(listed(*lines, (Known.MEMBER, "s::NET-01 gone", "fail")), findings, (), made)
    assert (found.name, found.found) == ("s::NET-01 gone", "not-tested")


def test_what_is_judged_over_one_thing_has_no_members_to_name() -> None:
    findings = (making.finding(verdict=Verdict.FAIL, members={"ask": Verdict.FAIL}),)
    assert compare(listed((FINDING, "s::NET-01", "fail")), findings, (), making.run()) == ()
