"""A row of the matrix: what a fault was seen to do, and what is no kill."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

import pytest

from conformance.model.words import Conclusion, Verdict
from conformance.reporting.exits import Exit
from conformance.simulators.faults import Fault, Hook, Piece
from conformance.simulators.faults.variants import named
from conformance.simulators.http import Answer, Call, Handler
from conformance.upkeep.kills import controls, crew
from conformance.upkeep.kills.killing import Beside, Row, kill
from tests.upkeep.kills.beside import broken


def doing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> Fault:
    """A fault that does something at every call instead of answering."""

    def intercept(call: Call, handler: Handler) -> Answer:
        act()
        return handler(call)

    monkeypatch.setattr(Fault, "pieces", lambda _: (Piece(Hook.FHIR, intercept),))
    return broken("http.untouched")


def test_a_fault_as_declared(beside: Beside) -> None:
    row = kill(named("PULL-F-21"), beside)
    assert (row.failed, row.undecided, row.deviations, row.unproved) == (("PULL-21",), ("PULL-13", "PULL-31"), (), "")
    assert row.as_declared


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"fails": ()}, ("PULL-21: fail, expected pass",)),
        ({"fails": ("PULL-21", "PULL-20")}, ("PULL-20: pass, expected fail",)),
        ({"undecidable": ("PULL-13", "PULL-31", "PULL-32")}, ("PULL-32: pass, expected inconclusive",)),
    ],
)
def test_what_was_declared_otherwise_is_told(beside: Beside, change: dict[str, Any], told: tuple[str, ...]) -> None:
    row = kill(replace(named("PULL-F-21"), **change), beside)
    assert row.deviations == told
    assert not row.as_declared


def test_a_fault_at_some_members_kills_their_value_and_no_other(beside: Beside) -> None:
    row = kill(named("PULL-F-01[type=Condition]"), beside)
    assert row.as_declared
    assert row.killed == (("PULL-01", "type=Condition"),)
    everywhere = kill(named("PULL-F-01"), beside)
    assert "PULL-01" in everywhere.failed
    assert [unit for requirement, unit in everywhere.killed if requirement == "PULL-01"] == []  # none told from another


def test_a_fault_at_a_pair_kills_the_pair(beside: Beside) -> None:
    row = kill(named("PULL-F-14[token=altered-claim,type=Condition]"), beside)
    assert ("SAFE-05", "token=altered-claim,type=Condition") in row.killed
    pair = kill(named("PULL-F-14[type=Condition,form=xml]"), beside)
    assert any(unit == "type=Condition,form=xml" for _, unit in pair.killed)


@pytest.mark.parametrize("part", [{"type": "Patient"}, {"type": "Condition", "form": "xml"}])
def test_other_members_than_declared_are_told(beside: Beside, part: dict[str, str]) -> None:
    row = kill(replace(named("PULL-F-01[type=Condition]"), part=part), beside)
    assert not row.as_declared
    assert row.deviations[0].startswith("PULL-01: ")
    assert "Condition-" in " ".join(row.deviations)


def test_undecidability_may_spread_and_failing_may_not(beside: Beside) -> None:
    """When searches of a type fail, what was to be found by them can't be read: that is no verdict on reading."""
    fault = replace(
        broken("http.status", type="Flag", how="search", status=500), part={"type": "Flag", "how": "search"}
    )
    told = kill(fault, beside).deviations
    assert any("inconclusive, expected pass" in line for line in told if line.startswith("PULL-01"))
    assert any("fail, expected pass" in line for line in told if line.startswith("BGZ-Q13"))
    declared = kill(replace(fault, undecidable=("*",)), beside).deviations
    assert not any(line.startswith("PULL-01") for line in declared)
    assert any("fail, expected" in line for line in declared if line.startswith("BGZ-Q13"))


def test_a_requirement_over_other_dimensions_may_fail_where_it_meets_the_fault(beside: Beside) -> None:
    """SAFE-01 is judged over kinds of answers: no plan tells which of those a fault at one search spoils."""
    fault = named("PULL-F-07[type=Condition]")
    assert kill(fault, beside).as_declared
    told = kill(replace(fault, fails=("PULL-07",)), beside).deviations
    assert [line.partition(":")[0] for line in told] == ["SAFE-01"]


def test_so_may_one_that_is_judged_over_none(beside: Beside) -> None:
    """BGZ-C21 looks at the patient wherever he is asked for, in whatever way; one search for him is that of a query."""
    fault = named("BGZ-C-F-1[query=contact-person]")
    assert kill(fault, beside).as_declared
    undeclared = tuple(name for name in fault.fails if name != "BGZ-C21")
    told = kill(replace(fault, fails=undeclared), beside).deviations
    assert {line.partition(":")[0] for line in told} == {"BGZ-C21"}


def test_a_crash_is_no_kill(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    row = kill(doing(monkeypatch, lambda: 1 / 0), beside)
    assert (row.unproved, row.failed, row.as_declared) == ("ZeroDivisionError: division by zero", (), False)


def test_an_exit_is_no_kill(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    def leave() -> None:
        raise SystemExit(1)

    assert kill(doing(monkeypatch, leave), beside).unproved == "SystemExit: 1"


def test_a_fault_that_takes_too_long_is_no_kill(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGALRM)
    row = kill(doing(monkeypatch, lambda: time.sleep(30)), beside, limit_s=0.3)
    assert row.unproved == "not done within 0.3 s"
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_row_says_how_a_run_on_that_node_would_have_ended(beside: Beside) -> None:
    assert beside.ending.code is Exit.CONFORMING
    row = kill(named("PULL-F-21"), beside)
    assert row.ending is not None
    assert row.ending.code is Exit.NOT_DECISIVE  # the text on tokens was not read: it is informative
    assert row.ending.otherwise(beside.ending) == {"twiin-bgz-source": Conclusion.ON_WHAT_DECIDES.value}


def test_to_be_asked_to_end_is_no_crash(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kill(doing(monkeypatch, interrupt), beside)


def test_a_judgement_that_breaks_is_no_kill(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = beside.faithful.findings[0]
    error = (replace(finding, verdict=Verdict.ERROR), *beside.faithful.findings[1:])
    monkeypatch.setattr("conformance.upkeep.kills.playing.Played.findings", error)
    assert kill(named("PULL-F-21"), beside).unproved == f"error in the suite: {finding.requirement}"


def test_an_answer_that_only_sockets_can_carry_is_no_kill(beside: Beside) -> None:
    row = kill(broken("http.header", name="transfer-encoding", value="chunked", path="^/fhir/"), beside)
    assert row.unproved.startswith("NotPlainError: ")


class Gone:
    """A job whose worker is no more."""

    def result(self) -> Row:
        raise BrokenProcessPool


def test_a_worker_that_is_gone_has_killed_nothing() -> None:
    gone = (named("NET-F-01"), named("NET-F-02"))
    rows = crew.rows_of(Gone(), gone, "1.5")
    assert [row.fault for row in rows] == ["NET-F-01", "NET-F-02"]
    assert {row.unproved for row in rows} == {"a worker process ended before its time"}


def test_a_worker_may_end_at_any_time(beside: Beside) -> None:
    with crew.crew(1, {}) as pool:
        job = pool.submit(os._exit, 3)
        assert crew.rows_of(job, (named("NET-F-01"),), "1.5")[0].unproved


# -- controls


# that they are not off is seen in every matrix: it plays them first, and is void otherwise


def test_a_control_that_changes_something_is_off(beside: Beside) -> None:
    sentence = controls.changes_something(named("PULL-F-21"), beside)
    assert sentence
    assert sentence.en.startswith("PULL-F-21 breaks nothing, yet 3 findings changed: tokens::PULL-13")


@pytest.mark.parametrize(("fails", "spared"), [("PULL-2[12]", "PULL-22"), ("XCA-*", "XCA-*")])
def test_a_control_that_spares_something_or_ruins_what_is_not_there_is_off(
    beside: Beside, fails: str, spared: str
) -> None:
    sentence = controls.spares_something(replace(named("PULL-F-21"), fails=(fails,)), beside)
    assert sentence
    assert sentence.en == f"PULL-F-21 ruins everything, yet this did not fail: {spared}"


def test_a_control_that_breaks_off_is_off(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "INERT", replace(controls.INERT, switch="no.such"))
    (sentence,) = controls.wrong_with(beside)
    assert sentence.en == "a control broke off: KeyError('no.such')"
