"""Faults that share a node are told apart as if each were alone, or are played alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.model.words import Verdict
from conformance.simulators.faults import Fault
from conformance.simulators.faults.variants import all_faults, named
from conformance.upkeep.kills.killing import Beside, kill, kill_together
from conformance.upkeep.kills.playing import BY_ITSELF
from conformance.upkeep.kills.sharing import MOST, apart, shared_out

FAULTS = tuple(all_faults().values())
TYPES = ("Condition", "Flag", "Patient")


def narrowed(fault: str, *types: str) -> tuple[Fault, ...]:
    return tuple(named(f"{fault}[type={one}]") for one in types)


def test_every_fault_is_played_once() -> None:
    groups = list(shared_out(FAULTS))
    assert sorted(fault.name for group in groups for fault in group) == sorted(fault.name for fault in FAULTS)
    assert max(len(group) for group in groups) == MOST
    assert len(groups) < len(FAULTS) / 2


def test_who_shares_a_node_has_no_member_in_common() -> None:
    for group in shared_out(FAULTS):
        for number, one in enumerate(group):
            for other in group[number + 1 :]:
                assert one.release == other.release
                assert any(other.part.get(name, value) != value for name, value in one.part.items())


@pytest.mark.parametrize("change", [{"part": {}}, {"switch": "asking"}])
def test_what_may_reach_further_is_alone(change: dict[str, object]) -> None:
    first, second, _ = narrowed("PULL-F-01", *TYPES)
    asking = next(fault for fault in FAULTS if BY_ITSELF & {piece.hook for piece in fault.pieces()})
    changed = replace(first, parameters=asking.parameters, switch=asking.switch) if "switch" in change else None
    lonely = changed or replace(first, **change)
    assert (lonely,) in shared_out([second, lonely])


@pytest.mark.parametrize(
    ("fault", "many"),
    [("PULL-F-14", MOST), ("SAFE-F-01", 2), ("ID-F-09", 2), ("NET-F-27", 2), ("NET-F-33", 2), ("SAFE-F-42", 2)],
)
def test_together_as_alone(beside: Beside, fault: str, many: int) -> None:
    variants = [one for one in FAULTS if one.id == fault and one.part]
    group = max(shared_out(variants), key=len)
    assert len(group) == MOST
    assert kill_together(group[:many], beside) == tuple(kill(one, beside) for one in group[:many])


@pytest.mark.parametrize(
    "names",
    [
        ("BGZ-C05-F[query=problem]", "ID-F-13[query=laboratory]", "PULL-F-11[query=patient]"),
        ("NET-F-26[type=Organization]", "NET-F-27[type=Flag]"),
        ("PULL-F-14[token=unsigned,type=Procedure]", "PULL-F-36[token=foreign-issuer,type=Consent]"),
        ("IMG-F-F-01[series-kind=ct]", "IMG-F-D-08[series-kind=key-objects]"),
    ],
    ids=lambda names: names[0],
)
def test_faults_of_different_kinds_together_as_alone(beside: Beside, names: tuple[str, ...]) -> None:
    """Also those that leave undecided what rests on their answers, at whichever member."""
    group = tuple(map(named, names))
    alone = tuple(kill(one, beside) for one in group)
    assert kill_together(group, beside) == alone
    assert all(row.as_declared for row in alone)


def test_one_that_does_more_than_it_declared_is_told_by_its_name(beside: Beside) -> None:
    good, wrong, other = narrowed("PULL-F-01", *TYPES)
    liar = replace(wrong, fails=("PULL-07",))
    rows = kill_together((good, liar, other), beside)
    assert [row.as_declared for row in rows] == [True, False, True]
    assert rows[1] == kill(liar, beside)


def test_one_that_spares_its_member_is_told_by_its_name(beside: Beside) -> None:
    good, wrong, _ = narrowed("PULL-F-01", *TYPES)
    lazy = replace(wrong, switch="http.untouched", parameters={})
    rows = kill_together((good, lazy), beside)
    assert [row.as_declared for row in rows] == [True, False]


def test_a_member_that_two_may_have_spoiled_is_nobodys(beside: Beside) -> None:
    one = named("PULL-F-01[type=Condition]")
    faithful = beside.faithful
    index, before = next(
        (number, finding)
        for number, finding in enumerate(faithful.findings)
        if finding.requirement == "PULL-01" and any("Condition" in name for name in finding.members)
    )
    hit = next(name for name in before.members if name.startswith("Condition"))

    def found(name: str, verdict: Verdict) -> list[list[object]] | None:
        now = list(faithful.findings)
        now[index] = replace(before, members={**before.members, name: verdict}, verdict=verdict)
        group = (one, replace(one, id="OTHER"))
        return apart(group[: 1 if name == hit else 2], beside.places, faithful.findings, now)

    stranger = next(name for name in before.members if not name.startswith("Condition"))
    assert found(hit, Verdict.FAIL) is not None
    assert found(hit, Verdict.ERROR) is None
    assert found(stranger, Verdict.FAIL) is None
    now = list(faithful.findings)
    now[index] = replace(before, members={**before.members, hit: Verdict.FAIL}, verdict=Verdict.FAIL)
    assert apart((one, one), beside.places, faithful.findings, now) is None
