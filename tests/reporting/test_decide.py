"""The decision rule: examples for each clause, and properties over everything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.model.agreements import Requirement
from conformance.model.finding import Finding
from conformance.model.plan import Plan, Planned, Selection
from conformance.model.run import Attestation, Decision, Waiver
from conformance.model.words import Conclusion, RunState, Status, Strength, Text, Verdict, Verification
from conformance.reporting.decide import UnplannedFinding, decide
from conformance.reporting.exits import Accepted, Exit, exit_code
from tests.reporting import making

ACCEPTING = Accepted(partial=True)
SELECTED = {"selected": ("s::NET-01",)}

NORMATIVE = Status.NORMATIVE
ASKED = Text("Wordt gelogd?", "Is it logged?")


def one(*plans: Planned, findings: tuple[Finding, ...] = (), **changes: Any) -> Decision:
    """The decision on a single profile, of which the core is shown beside what is asked about."""
    run = making.run(**changes.pop("run", {}))
    core = making.planned(making.requirement("CORE-01"), "core", status=Status.INFORMATIVE)
    profile = making.profile_plan(*plans, core, gaps=changes.pop("gaps", ()), core=("CORE-01",))
    made = making.plan(profile, selection=changes.pop("selection", None))
    shown = (*findings, making.finding("CORE-01", "core"))
    return decide(made, shown, run, changes.pop("attestations", ()), changes.pop("waivers", ()))[0]


def simple(verdict: Verdict, **changes: Any) -> Decision:
    """One MUST in one scenario that came to this."""
    plan = making.planned(making.requirement(**changes.pop("requirement", {})), "s", **changes.pop("planned", {}))
    return one(plan, findings=(making.finding(verdict=verdict),), **changes)


def attested(fulfilled: bool) -> Attestation:
    """The vendor's word."""
    return Attestation(requirement="LOG-01", fulfilled=fulfilled, by="A. Tester", on=making.until("2026-11-01"))


def asked() -> Planned:
    """A MUST that only a person can answer."""
    return making.planned(making.requirement("LOG-01", verify=(Verification.ATTESTATION,), judged=None, asks=ASKED))


@pytest.mark.parametrize(
    ("verdict", "conclusion"),
    [
        (Verdict.PASS, Conclusion.CONFORMING),
        (Verdict.FAIL, Conclusion.NOT_CONFORMING),
        (Verdict.INCONCLUSIVE, Conclusion.UNDECIDED),
        (Verdict.ERROR, Conclusion.UNDECIDED),
        (Verdict.NOT_TESTED, Conclusion.UNDECIDED),
        (Verdict.NOT_APPLICABLE, Conclusion.UNDECIDED),
    ],
)
def test_one_must_decides(verdict: Verdict, conclusion: Conclusion) -> None:
    assert simple(verdict).conclusion is conclusion


def test_the_worst_scenario_counts() -> None:
    plan = making.planned(making.requirement(), "a", "b")
    decision = one(plan, findings=(making.finding(where="a"), making.finding(where="b", verdict=Verdict.FAIL)))
    assert decision.conclusion is Conclusion.NOT_CONFORMING
    assert decision.results[0].verdict is Verdict.FAIL


def test_a_scenario_without_finding_is_a_gap() -> None:
    decision = one(making.planned(making.requirement(), "a", "b"), findings=(making.finding(where="a"),))
    assert decision.conclusion is Conclusion.UNDECIDED
    assert [(gap.requirement, gap.verdict) for gap in decision.gaps] == [("NET-01", Verdict.NOT_TESTED)]
    assert "b" in decision.gaps[0].because.en


def test_a_should_and_an_informative_must_do_not_decide() -> None:
    must = making.planned(making.requirement(), "s")
    should = making.planned(making.requirement("NET-02", strength=Strength.SHOULD), "s")
    told = making.planned(making.requirement("NET-03"), "s", status=Status.INFORMATIVE)
    failing = tuple(making.finding(name, verdict=Verdict.FAIL) for name in ("NET-02", "NET-03"))
    decision = one(must, should, told, findings=(making.finding(), *failing))
    assert decision.conclusion is Conclusion.ON_WHAT_DECIDES
    assert any("NET-02, NET-03" in reason.en and "not decisive" in reason.en for reason in decision.reasons)


def test_nothing_normative_judged_never_conforms() -> None:
    told = making.planned(making.requirement(), "s", status=Status.INFORMATIVE)
    assert one(told, findings=(making.finding(),)).conclusion is Conclusion.UNDECIDED
    assert one().conclusion is Conclusion.UNDECIDED


def test_an_attestation_is_asked_for_and_counts_both_ways() -> None:
    must = making.planned(making.requirement(), "s")
    decision = one(must, asked(), findings=(making.finding(),))
    assert decision.conclusion is Conclusion.UNDECIDED
    assert "Is it logged?" in decision.gaps[0].because.en
    kept = one(must, asked(), findings=(making.finding(),), attestations=(attested(True),))
    assert kept.conclusion is Conclusion.CONFORMING
    broken = one(must, asked(), findings=(making.finding(),), attestations=(attested(True), attested(False)))
    assert broken.conclusion is Conclusion.NOT_CONFORMING


def test_an_attestation_of_tomorrow_is_none() -> None:
    must = making.planned(making.requirement(), "s")
    tomorrow = replace(attested(True), on=making.until("2026-11-23"))
    decision = one(must, asked(), findings=(making.finding(),), attestations=(tomorrow,))
    assert decision.conclusion is Conclusion.UNDECIDED
    assert "after the run" in decision.gaps[0].because.en
    both = one(must, asked(), findings=(making.finding(),), attestations=(tomorrow, attested(True)))
    assert both.conclusion is Conclusion.CONFORMING


def test_an_examination_needs_evidence() -> None:
    must = making.planned(making.requirement(), "s")
    changes = {"verify": (Verification.EXAMINATION,), "judged": None, "asks": ASKED}
    examined = making.planned(making.requirement("LOG-01", **changes))
    bare = one(must, examined, findings=(making.finding(),), attestations=(attested(True),))
    assert bare.conclusion is Conclusion.UNDECIDED
    assert "without evidence" in bare.gaps[0].because.en
    shown = replace(attested(True), evidence="log.pdf")
    assert one(must, examined, findings=(making.finding(),), attestations=(shown,)).conclusion is Conclusion.CONFORMING


def test_a_finding_of_a_scenario_outside_the_plan_shows_nothing() -> None:
    decision = one(making.planned(making.requirement()), findings=(making.finding(where="elsewhere"),))
    assert decision.conclusion is Conclusion.UNDECIDED
    assert "No scenario" in decision.gaps[0].because.en


def test_a_partial_run_that_tested_nothing_decisive_decided_nothing() -> None:
    decision = simple(Verdict.PASS, run=SELECTED, planned={"status": Status.INFORMATIVE})
    tested = simple(Verdict.PASS, run=SELECTED)
    assert exit_code((decision,), (), making.run(**SELECTED), ACCEPTING) is Exit.UNDECIDED
    assert exit_code((decision, tested), (), making.run(**SELECTED), ACCEPTING) is Exit.CONFORMING


def test_a_written_reason_is_the_gap() -> None:
    plan = making.planned(making.requirement(judged=None, untested=Text("Nog niet.", "Not yet.")))
    decision = one(plan)
    assert decision.gaps[0].because.en == "Not yet."
    assert decision.conclusion is Conclusion.UNDECIDED


def test_claims_that_the_role_must_make() -> None:
    plan, passed = making.planned(making.requirement(), "s"), (making.finding(),)
    assert one(plan, findings=passed, gaps=making.claims(mitz=True)).conclusion is Conclusion.NOT_CONFORMING
    decision = one(plan, findings=passed, gaps=making.claims(mitz=False))
    assert decision.conclusion is Conclusion.UNDECIDED
    assert decision.gaps[0].requirement == "claim:mitz"


def test_a_rule_that_was_announced_counts_from_its_date() -> None:
    other = making.planned(making.requirement("NET-02"), "s")
    for until, conclusion in (("2026-11-23", Conclusion.CONFORMING), ("2026-11-22", Conclusion.NOT_CONFORMING)):
        plan = making.planned(making.requirement(warn_until=making.until(until)), "s")
        findings = (making.finding(verdict=Verdict.FAIL), making.finding("NET-02"))
        assert one(plan, other, findings=findings).conclusion is conclusion


def test_a_waiver_until_its_date_and_never_for_a_fault_of_the_suite() -> None:
    other, must = making.planned(making.requirement("NET-02"), "s"), making.planned(making.requirement(), "s")
    waiver = Waiver(requirement="NET-01", reason="old hardware", owner="body", until=making.until("2026-11-22"))
    late = Waiver(requirement="NET-01", reason="old hardware", owner="body", until=making.until("2026-11-21"))
    failing = (making.finding(verdict=Verdict.FAIL), making.finding("NET-02"))
    decision = one(must, other, findings=failing, waivers=(waiver,))
    assert decision.conclusion is Conclusion.CONFORMING
    assert decision.results[0].waived
    assert decision.results[0].verdict is Verdict.FAIL
    assert one(must, other, findings=failing, waivers=(late,)).conclusion is Conclusion.NOT_CONFORMING
    broken = (making.finding(verdict=Verdict.ERROR), making.finding("NET-02"))
    assert one(must, other, findings=broken, waivers=(waiver,)).conclusion is Conclusion.UNDECIDED


def test_narrowed_is_partial_whatever_passed() -> None:
    assert simple(Verdict.PASS, selection=Selection(scenarios=("s",))).conclusion is Conclusion.PARTIAL
    assert simple(Verdict.PASS, run={"selected": ("s::NET-01",)}).conclusion is Conclusion.PARTIAL
    left = making.planned(making.requirement("NET-02"), "t", narrowed=True)
    decision = one(making.planned(making.requirement(), "s"), left, findings=(making.finding(),))
    assert decision.conclusion is Conclusion.PARTIAL
    assert "selection" in decision.gaps[0].because.en


def test_what_a_selection_left_out_is_a_gap_and_not_a_finding() -> None:
    plans = tuple(making.planned(making.requirement(name), "s") for name in ("NET-01", "NET-02"))
    findings = (making.finding(), making.finding("NET-02", verdict=Verdict.NOT_TESTED))
    decision = one(*plans, findings=findings, run=SELECTED)
    assert [gap.requirement for gap in decision.gaps] == ["NET-02", "CORE-01"]
    assert "selection" in decision.gaps[0].because.en
    assert exit_code((decision,), findings, making.run(**SELECTED), ACCEPTING) is Exit.CONFORMING


def test_aborted_and_changed_agreements_never_conform() -> None:
    assert simple(Verdict.PASS, run={"state": RunState.ABORTED}).conclusion is Conclusion.ABORTED
    assert simple(Verdict.PASS, run={"released": False}).conclusion is Conclusion.UNDECIDED
    assert simple(Verdict.FAIL, run={"released": False}).conclusion is Conclusion.NOT_CONFORMING


def test_a_finding_from_another_plan_is_refused() -> None:
    with pytest.raises(UnplannedFinding, match="NET-77 is not in the plan"):
        one(making.planned(making.requirement(), "s"), findings=(making.finding("NET-77"),))


def test_a_house_profile_says_that_it_is_no_twiin_agreement() -> None:
    profile = making.profile_plan(making.planned(making.requirement(), "s"), agreement=making.HOUSE)
    decision = decide(making.plan(profile), (making.finding(),), making.run(), ())[0]
    assert any("no Twiin agreement" in reason.en for reason in decision.reasons)


# Properties ---------------------------------------------------------------------------------------------------------

RANK = {
    Conclusion.CONFORMING: 0,
    Conclusion.ON_WHAT_DECIDES: 1,
    Conclusion.NOT_SHOWN: 2,
    Conclusion.UNDECIDED: 2,
    Conclusion.NOT_CONFORMING: 3,
}
NAMES = ("A-1", "A-2", "A-3")
SCENARIOS = ("s", "t")
RAN = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.NOT_TESTED)
dates = st.sampled_from([making.until(day) for day in ("2026-11-21", "2026-11-22", "2026-11-23")])


@st.composite
def requirements(draw: st.DrawFn, name: str) -> Requirement:
    """Any requirement that may bind."""
    return making.requirement(
        name,
        strength=draw(st.sampled_from(Strength)),
        warn_until=draw(st.none() | dates),
        asks=draw(st.none() | st.just(ASKED)),
        untested=draw(st.none() | st.just(Text("Nog niet.", "Not yet."))),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan of three requirements."""
    items = tuple(
        making.planned(
            draw(requirements(name)),
            *draw(st.lists(st.sampled_from(SCENARIOS), unique=True)),
            status=draw(st.sampled_from((NORMATIVE, NORMATIVE, *Status))),
        )
        for name in NAMES
    )
    gaps = making.claims(**draw(st.dictionaries(st.sampled_from(("x", "y")), st.booleans(), max_size=1)))
    core = draw(st.sampled_from([(name,) for name in NAMES] + [("ELSE-1",)]))
    missing = draw(st.sampled_from(((), ("fhir",))))
    return making.plan(making.profile_plan(*items, gaps=gaps, core=core, missing=missing))


findings = st.builds(making.finding, st.sampled_from(NAMES), st.sampled_from(SCENARIOS), st.sampled_from(RAN))
attestations = st.builds(
    Attestation, requirement=st.sampled_from(NAMES), fulfilled=st.booleans(), by=st.just("x"), on=dates
)
waivers = st.builds(Waiver, requirement=st.sampled_from(NAMES), reason=st.just("r"), owner=st.just("o"), until=dates)
cases = st.tuples(
    plans(), st.lists(findings, max_size=6), st.lists(attestations, max_size=3), st.lists(waivers, max_size=2)
)


@settings(max_examples=300, deadline=None)
@given(case=cases, extra=st.sampled_from(NAMES), where=st.sampled_from(SCENARIOS), released=st.booleans())
def test_another_failing_finding_never_improves(case: Any, extra: str, where: str, released: bool) -> None:
    plan, found, words, excused = case
    run = making.run(released=released)
    before = decide(plan, found, run, words, excused)[0]
    after = decide(plan, [*found, making.finding(extra, where, Verdict.FAIL)], run, words, excused)[0]
    assert RANK[after.conclusion] >= RANK[before.conclusion]


@settings(max_examples=300, deadline=None)
@given(case=cases, at=st.integers(0, 5), verdict=st.sampled_from(RAN), partly=st.booleans())
def test_a_worse_verdict_never_gives_a_better_conclusion(case: Any, at: int, verdict: Verdict, partly: bool) -> None:
    plan, found, words, excused = case
    order = (Verdict.PASS, Verdict.NOT_TESTED, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.FAIL)
    if not found or order.index(verdict) < order.index(found[at % len(found)].verdict):
        return
    before, after = list(found), list(found)
    after[at % len(found)] = replace(found[at % len(found)], verdict=verdict)
    # A fault of the suite is never waived and a fail may be: what was waived is compared without faults of the suite.
    waived = () if Verdict.ERROR in {one.verdict for one in (*before, *after)} else excused
    run = making.run(selected=tuple(sorted({one.id for one in found}))) if partly else making.run()
    one, other = (decide(plan, each, run, words, waived)[0] for each in (before, after))
    if partly:
        assert (one.conclusion, other.conclusion) == (Conclusion.PARTIAL, Conclusion.PARTIAL)
        assert (one.tested is None) == (other.tested is None)
        assert one.tested is None or other.tested is None or RANK[other.tested] >= RANK[one.tested]
    else:
        assert RANK[other.conclusion] >= RANK[one.conclusion]


@settings(max_examples=150, deadline=None)
@given(case=cases, data=st.data())
def test_order_never_matters(case: Any, data: st.DataObject) -> None:
    plan, found, words, excused = case
    shuffled = (data.draw(st.permutations(part)) for part in (found, words, excused))
    other_found, other_words, other_excused = shuffled
    run = making.run()
    assert decide(plan, found, run, words, excused) == decide(plan, other_found, run, other_words, other_excused)


@settings(max_examples=150, deadline=None)
@given(case=cases)
def test_every_applicable_requirement_is_accounted_for(case: Any) -> None:
    plan, found, words, excused = case
    decision = decide(plan, found, making.run(), words, excused)[0]
    assert [result.requirement for result in decision.results] == list(NAMES)
    told = {gap.requirement for gap in decision.gaps} | {word.requirement for word in words}
    assert all(result.findings or result.requirement in told for result in decision.results)
