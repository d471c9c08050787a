"""What there is to kill of a requirement judged over members: each value, and each pair where pairs are drawn.

A unit is killed by a fault under which exactly the members that have it fail: so it is seen that these are looked at,
and that they are told from the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from conformance.agreements.catalogue import Catalogue
from conformance.checks.membership import matching, members, value_of
from conformance.model.agreements import Drawing, Judged, Member, Place, Scenario, member_name
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.words import Verdict

Units = Mapping[str, Mapping[str, frozenset[str]]]
"""By the id of a finding: each unit (`type=Condition,how=read`) with the members that have it."""

Killed = tuple[str, str]
"""A requirement and one of its units."""


def units_of(plan: Plan, catalogue: Catalogue) -> Units:
    """Everything to kill in the plan's members."""
    drawn = {step.place: step.across.draw for one in catalogue.scenarios.values() for step in one.steps if step.across}
    return {
        f"{scenario}::{planned.requirement.id}": _units(planned.requirement.judged, plan.scenarios[scenario], drawn)
        for scenario, planned in plan.pairs()
        if planned.requirement.judged and planned.requirement.judged.over
    }


def _units(judged: Judged, scenario: Scenario, drawn: Mapping[Place, Drawing]) -> dict[str, frozenset[str]]:
    steps = matching(scenario.steps, next(iter(judged.on.values())))
    promised = {name for step in steps for name in _parts(value_of(step.given, judged.over), drawn.get(step.place))}
    found: dict[str, set[str]] = {}
    for member in members(judged, scenario):
        for name in promised.intersection(_parts(member, Drawing.PAIRS)):
            found.setdefault(name, set()).add(member_name(member))
    return {name: frozenset(those) for name, those in found.items()}


def _parts(member: Member, drawing: Drawing | None) -> Iterator[str]:
    """The values of a member, and its pairs where those are drawn: others are there by chance."""
    for size in (1, 2) if drawing is Drawing.PAIRS else (1,):
        yield from (_name(member, names) for names in combinations(member, size))


def _name(member: Member, names: Iterable[str]) -> str:
    return ",".join(f"{name}={member[name]}" for name in names)


def killed(findings: Iterable[Finding], units: Units) -> Iterator[Killed]:
    """The units whose members are those that fail, and no other."""
    for finding in findings:
        failing = frozenset(name for name, verdict in finding.members.items() if verdict is Verdict.FAIL)
        if failing:
            for unit, those in units.get(finding.id, {}).items():
                if those == failing:
                    yield finding.requirement, unit
