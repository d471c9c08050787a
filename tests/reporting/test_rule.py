"""The rule `all-must-2`, cell by cell: what is true, what it comes to, how the run ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from conformance.model.finding import Finding
from conformance.model.plan import ClaimGap, Planned, ProfilePlan
from conformance.model.run import Attestation, Decision, Waiver
from conformance.model.words import Conclusion, RunState, Status, Strength, Text, Verdict, Verification
from conformance.reporting.decide import decide
from conformance.reporting.exits import Accepted, Exit, exit_code
from tests.reporting import making

CODES = {
    Conclusion.CONFORMING: Exit.CONFORMING,
    Conclusion.ON_WHAT_DECIDES: Exit.NOT_DECISIVE,
    Conclusion.NOT_CONFORMING: Exit.NOT_CONFORMING,
    Conclusion.NOT_SHOWN: Exit.UNDECIDED,
    Conclusion.UNDECIDED: Exit.UNDECIDED,
    Conclusion.PARTIAL: Exit.UNDECIDED,
    Conclusion.ABORTED: Exit.ABORTED,
}
UNDECIDED = (Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.NOT_TESTED)
NOT_PASSED = (Verdict.FAIL, *UNDECIDED)
PARTIAL, LENIENT = Accepted(partial=True), Accepted(not_decisive=True)


def role(*others: Planned, gaps: tuple[ClaimGap, ...] = (), missing: tuple[str, ...] = (), **core: Any) -> ProfilePlan:
    """A role whose core, CORE-01, is informative, and which one MUST, NET-01, decides."""
    first = making.planned(making.requirement("CORE-01"), "s", **({"status": Status.INFORMATIVE} | core))
    second = making.planned(making.requirement("NET-01"), "s")
    return making.profile_plan(first, second, *others, core=("CORE-01",), gaps=gaps, missing=missing)


def seen(**verdicts: Verdict) -> tuple[Finding, ...]:
    """Findings by requirement: `CORE_01=Verdict.PASS`; what is not named passed."""
    found = {"CORE_01": Verdict.PASS, "NET_01": Verdict.PASS} | verdicts
    return tuple(making.finding(name.replace("_", "-"), verdict=verdict) for name, verdict in found.items())


def came_to(
    profile: ProfilePlan, findings: Iterable[Finding], words: tuple[Attestation, ...] = (), **run: Any
) -> Decision:
    """The decision on one profile."""
    return decide(making.plan(profile), findings, making.run(**run), words)[0]


def told(status: Status, strength: Strength = Strength.MUST, **changes: Any) -> Planned:
    """One requirement more, OTHER-01."""
    return making.planned(making.requirement("OTHER-01", strength=strength, **changes), "s", status=status)


FAIL, PASS = Verdict.FAIL, Verdict.PASS
LINES = {
    "all passed": (role(), seen(), {}, Conclusion.CONFORMING),
    "stopped, and everything passed": (role(), seen(), {"state": RunState.ABORTED}, Conclusion.ABORTED),
    "stopped, and one failed": (role(), seen(NET_01=FAIL), {"state": RunState.ABORTED}, Conclusion.ABORTED),
    "stopped and narrowed": (
        role(),
        seen(),
        {"state": RunState.ABORTED, "selected": ("s::NET-01",)},
        Conclusion.ABORTED,
    ),
    "narrowed, and everything passed": (role(), seen(), {"selected": ("s::NET-01",)}, Conclusion.PARTIAL),
    "narrowed, and one failed": (role(), seen(NET_01=FAIL), {"selected": ("s::NET-01",)}, Conclusion.PARTIAL),
    "a decisive MUST failed": (role(), seen(NET_01=FAIL), {}, Conclusion.NOT_CONFORMING),
    "a decisive MUST failed, and the core": (
        role(),
        seen(NET_01=FAIL, CORE_01=FAIL),
        {},
        Conclusion.NOT_CONFORMING,
    ),
    "the core decides, and failed": (
        role(status=Status.NORMATIVE),
        seen(CORE_01=FAIL),
        {},
        Conclusion.NOT_CONFORMING,
    ),
    "a claim says no": (role(gaps=making.claims(mitz=True)), seen(), {}, Conclusion.NOT_CONFORMING),
    "a claim says no, and the core failed": (
        role(gaps=making.claims(mitz=True)),
        seen(CORE_01=FAIL),
        {},
        Conclusion.NOT_CONFORMING,
    ),
    "a decisive MUST failed under changed agreements": (
        role(),
        seen(NET_01=FAIL),
        {"released": False},
        Conclusion.NOT_CONFORMING,
    ),
    **{
        f"the core did not pass: {verdict}": (role(), seen(CORE_01=verdict), {}, Conclusion.NOT_SHOWN)
        for verdict in NOT_PASSED
    },
    **{
        f"the core decides and did not pass: {verdict}": (
            role(status=Status.NORMATIVE),
            seen(CORE_01=verdict),
            {},
            Conclusion.NOT_SHOWN,
        )
        for verdict in UNDECIDED
    },
    "the core has no finding": (role(), seen()[1:], {}, Conclusion.NOT_SHOWN),
    "the core does not bind": (
        making.profile_plan(making.planned(making.requirement("NET-01"), "s"), core=("CORE-01",)),
        seen()[1:],
        {},
        Conclusion.NOT_SHOWN,
    ),
    "there is no core": (
        making.profile_plan(making.planned(making.requirement("NET-01"), "s"), core=()),
        seen()[1:],
        {},
        Conclusion.NOT_SHOWN,
    ),
    "an address is missing": (role(missing=("fhir",)), seen(), {}, Conclusion.NOT_SHOWN),
    "an address is missing, and a MUST is undecided": (
        role(missing=("fhir",)),
        seen(NET_01=Verdict.INCONCLUSIVE),
        {},
        Conclusion.NOT_SHOWN,
    ),
    **{
        f"a decisive MUST is undecided: {verdict}": (role(), seen(NET_01=verdict), {}, Conclusion.UNDECIDED)
        for verdict in UNDECIDED
    },
    "a claim is unknown": (role(gaps=making.claims(mitz=False)), seen(), {}, Conclusion.UNDECIDED),
    "changed agreements": (role(), seen(), {"released": False}, Conclusion.UNDECIDED),
    "changed agreements, and an informative MUST failed": (
        role(told(Status.INFORMATIVE)),
        seen(OTHER_01=FAIL),
        {"released": False},
        Conclusion.UNDECIDED,
    ),
    **{
        f"{status} MUST: {verdict}": (role(told(status)), seen(OTHER_01=verdict), {}, Conclusion.ON_WHAT_DECIDES)
        for status in (Status.INFORMATIVE, Status.TRIAL)
        for verdict in NOT_PASSED
    },
    **{
        f"{status} MUST: {verdict}": (role(told(status)), seen(OTHER_01=verdict), {}, Conclusion.CONFORMING)
        for status in (Status.DRAFT, Status.HISTORICAL)
        for verdict in (PASS, *NOT_PASSED)
    },
    **{
        f"{status} {strength}: {verdict}": (
            role(told(status, strength)),
            seen(OTHER_01=verdict),
            {},
            Conclusion.CONFORMING,
        )
        for status in Status
        for strength in (Strength.SHOULD, Strength.MAY)
        for verdict in (PASS, FAIL, Verdict.INCONCLUSIVE)
    },
    **{
        f"a {status} MUST that does not bind yet: {verdict}": (
            role(told(status, warn_until=making.until("2026-11-23"))),
            seen(OTHER_01=verdict),
            {},
            Conclusion.CONFORMING,
        )
        for status in (Status.NORMATIVE, Status.INFORMATIVE)
        for verdict in NOT_PASSED
    },
}


@pytest.mark.parametrize("line", LINES)
def test_every_line_of_the_table(line: str) -> None:
    profile, findings, run, conclusion = LINES[line]
    decision = came_to(profile, findings, **run)
    assert decision.conclusion is conclusion
    assert decision.rule == "all-must-2"
    broken = Verdict.ERROR in {finding.verdict for finding in findings}
    code = Exit.SUITE_ERROR if broken else CODES[conclusion]
    assert exit_code((decision,), findings, making.run(**run)) is code


def test_an_unattested_must_leaves_it_undecided_and_a_signed_word_is_no_core() -> None:
    asked = {"verify": (Verification.ATTESTATION,), "judged": None, "asks": Text("Bewaart u?", "Do you keep?")}
    log = making.planned(making.requirement("LOG-01", **asked))
    word = Attestation(requirement="LOG-01", fulfilled=True, by="A", on=making.until("2026-11-01"))
    assert came_to(role(log), seen()).conclusion is Conclusion.UNDECIDED
    assert came_to(role(log), seen(), (word,)).conclusion is Conclusion.CONFORMING
    only = making.profile_plan(log, making.planned(making.requirement("NET-01"), "s"), core=("LOG-01",))
    assert came_to(only, seen()[1:], (word,)).conclusion is Conclusion.NOT_SHOWN


def test_a_waived_core_is_not_shown() -> None:
    waiver = Waiver(requirement="CORE-01", reason="r", owner="o", until=making.until("2027-01-01"))
    decision = decide(making.plan(role()), seen(CORE_01=FAIL), making.run(), (), (waiver,))[0]
    assert decision.conclusion is Conclusion.NOT_SHOWN


def test_the_core_may_be_shown_by_another_profile_of_the_same_role() -> None:
    other = making.profile_plan(making.planned(making.requirement("NET-01"), "s"), name="other", core=("CORE-01",))
    for verdict, conclusion in ((PASS, Conclusion.CONFORMING), (FAIL, Conclusion.NOT_SHOWN)):
        decisions = decide(making.plan(role(), other), seen(CORE_01=verdict), making.run(), ())
        assert decisions[1].conclusion is conclusion
        assert decisions[1].core[0].verdict is verdict


TESTED = {
    "passed": (role(), ("s::NET-01",), seen(), Conclusion.CONFORMING, Exit.CONFORMING),
    "failed": (role(), ("s::NET-01",), seen(NET_01=FAIL), Conclusion.NOT_CONFORMING, Exit.NOT_CONFORMING),
    "undecided": (
        role(),
        ("s::NET-01",),
        seen(NET_01=Verdict.INCONCLUSIVE),
        Conclusion.UNDECIDED,
        Exit.UNDECIDED,
    ),
    "the core failed and was left out": (
        role(),
        ("s::NET-01",),
        seen(CORE_01=FAIL),
        Conclusion.CONFORMING,
        Exit.CONFORMING,
    ),
    "the core failed": (
        role(),
        ("s::CORE-01", "s::NET-01"),
        seen(CORE_01=FAIL),
        Conclusion.NOT_SHOWN,
        Exit.UNDECIDED,
    ),
    "the core was not tested, though asked for": (
        role(),
        ("s::CORE-01", "s::NET-01"),
        seen(CORE_01=Verdict.NOT_TESTED),
        Conclusion.NOT_SHOWN,
        Exit.UNDECIDED,
    ),
    "a claim says no": (
        role(gaps=making.claims(mitz=True)),
        ("s::NET-01",),
        seen(),
        Conclusion.NOT_CONFORMING,
        Exit.NOT_CONFORMING,
    ),
    "an informative MUST failed": (
        role(told(Status.INFORMATIVE)),
        ("s::NET-01", "s::OTHER-01"),
        seen(OTHER_01=FAIL),
        Conclusion.ON_WHAT_DECIDES,
        Exit.NOT_DECISIVE,
    ),
    "an informative MUST failed and was left out": (
        role(told(Status.INFORMATIVE)),
        ("s::NET-01",),
        seen(OTHER_01=FAIL),
        Conclusion.CONFORMING,
        Exit.CONFORMING,
    ),
    "nothing that decides": (role(), ("s::CORE-01",), seen(), Conclusion.CONFORMING, Exit.UNDECIDED),
    "nothing at all": (role(), (), seen(), None, Exit.UNDECIDED),
}


@pytest.mark.parametrize("case", TESTED)
def test_what_the_tested_part_comes_to(case: str) -> None:
    profile, selected, findings, tested, code = TESTED[case]
    decision = came_to(profile, findings, selected=selected)
    assert (decision.conclusion, decision.tested) == (Conclusion.PARTIAL, tested)
    run = making.run(selected=selected)
    assert exit_code((decision,), findings, run) is Exit.UNDECIDED
    assert exit_code((decision,), findings, run, PARTIAL) is code


@pytest.mark.parametrize("left_out", [True, False])
def test_a_profile_that_was_left_out_does_not_count(left_out: bool) -> None:
    planned = making.planned(making.requirement("NET-01"), "s", narrowed=left_out)
    other = making.profile_plan(planned, name="other", core=("ELSE-01",), missing=("fhir",))
    decisions = decide(making.plan(role(), other), seen(), making.run(selected=("s::NET-01",)), ())
    code = Exit.CONFORMING if left_out else Exit.UNDECIDED
    assert exit_code(decisions, seen(), making.run(), PARTIAL) is code


def test_not_decisive_is_accepted_and_nothing_else() -> None:
    for verdict in (PASS, FAIL):
        decision = came_to(role(told(Status.INFORMATIVE)), seen(OTHER_01=verdict))
        assert exit_code((decision,), (), making.run(), LENIENT) is Exit.CONFORMING
    for line, (profile, findings, run, conclusion) in LINES.items():
        if conclusion not in (Conclusion.CONFORMING, Conclusion.ON_WHAT_DECIDES):
            made = making.run(**run)
            decision = came_to(profile, findings, **run)
            assert exit_code((decision,), findings, made, LENIENT) is exit_code((decision,), findings, made), line


ENDS = (
    (Conclusion.ABORTED, Exit.ABORTED),
    (Conclusion.NOT_CONFORMING, Exit.NOT_CONFORMING),
    (Conclusion.UNDECIDED, Exit.UNDECIDED),
    (Conclusion.NOT_SHOWN, Exit.UNDECIDED),
    (Conclusion.PARTIAL, Exit.UNDECIDED),
    (Conclusion.ON_WHAT_DECIDES, Exit.NOT_DECISIVE),
    (Conclusion.CONFORMING, Exit.CONFORMING),
)


@pytest.mark.parametrize("worse", range(len(ENDS)))
@pytest.mark.parametrize("better", range(len(ENDS)))
def test_the_worst_profile_sets_the_exit_code(worse: int, better: int) -> None:
    some = came_to(role(), seen())
    decisions = [replace(some, conclusion=ENDS[number][0]) for number in (better, worse)]
    assert exit_code(decisions, (), making.run()) is ENDS[min(worse, better)][1]
    assert exit_code(decisions, (), making.run(broken=True)) is Exit.SUITE_ERROR
    failing = (making.finding(verdict=Verdict.ERROR),)
    assert exit_code(decisions, failing, making.run(state=RunState.ABORTED)) is Exit.SUITE_ERROR


@pytest.mark.parametrize("accepted", [Accepted(), PARTIAL, LENIENT])
def test_no_profile_decides_nothing(accepted: Accepted) -> None:
    assert exit_code((), (), making.run(), accepted) is Exit.UNDECIDED


SAFE = {
    "safe exchange passed": (PASS, Conclusion.CONFORMING, Conclusion.CONFORMING, Exit.CONFORMING),
    "safe exchange failed": (FAIL, Conclusion.NOT_CONFORMING, Conclusion.ON_WHAT_DECIDES, Exit.NOT_CONFORMING),
    "safe exchange is undecided": (
        Verdict.INCONCLUSIVE,
        Conclusion.UNDECIDED,
        Conclusion.CONFORMING,
        Exit.UNDECIDED,
    ),
    "safe exchange is untested": (
        Verdict.NOT_TESTED,
        Conclusion.UNDECIDED,
        Conclusion.CONFORMING,
        Exit.UNDECIDED,
    ),
}


def basis() -> ProfilePlan:
    """What any exchange must keep: SAFE-01, which no other profile holds."""
    only = making.planned(making.requirement("SAFE-01"), "s")
    return making.profile_plan(only, name="safe-exchange", core=("CORE-01",), basis=True)


@pytest.mark.parametrize("case", SAFE)
@pytest.mark.parametrize("selected", [None, ("s::CORE-01", "s::NET-01", "s::SAFE-01")])
def test_what_safe_exchange_does_to_the_others(case: str, selected: tuple[str, ...] | None) -> None:
    verdict, own, other, code = SAFE[case]
    run = making.run(selected=selected)
    decisions = decide(making.plan(basis(), role()), seen(SAFE_01=verdict), run, ())
    concluded = [decision.tested if selected else decision.conclusion for decision in decisions]
    assert concluded == [own, other]
    assert exit_code(decisions, (), run, Accepted(partial=bool(selected), not_decisive=True)) is code
    told = [any("Safe exchange is not met" in reason.en for reason in decision.reasons) for decision in decisions]
    assert told == [False, verdict is FAIL]


def test_a_failing_safe_exchange_improves_nothing() -> None:
    for line, (profile, findings, run, conclusion) in LINES.items():
        made = making.run(**run)
        before = decide(making.plan(basis(), profile), (*findings, safe(PASS)), made, ())[1]
        after = decide(making.plan(basis(), profile), (*findings, safe(FAIL)), made, ())[1]
        assert before.conclusion is conclusion, line
        expected = Conclusion.ON_WHAT_DECIDES if conclusion is Conclusion.CONFORMING else conclusion
        assert after.conclusion is expected, line


def safe(verdict: Verdict) -> Finding:
    """The finding on SAFE-01."""
    return making.finding("SAFE-01", verdict=verdict)


def test_a_core_may_be_of_what_safe_exchange_holds_too() -> None:
    shared = making.planned(making.requirement("CORE-01"), "s")
    both = making.profile_plan(shared, name="safe-exchange", core=("CORE-01",), basis=True)
    decisions = decide(making.plan(both, role()), seen(CORE_01=FAIL), making.run(), ())
    assert [decision.conclusion for decision in decisions] == [Conclusion.NOT_CONFORMING, Conclusion.NOT_SHOWN]
