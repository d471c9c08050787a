"""Every wrong node is failed for what it breaks, and no legal one for anything."""

from __future__ import annotations

import pytest

from conformance.model.words import Strength, Verdict
from conformance.upkeep.kills.killing import Beside
from tests.strangers.nodes import Stranger, strangers
from tests.upkeep.kills.beside import found

ALL = tuple(strangers())
WRONG = [pytest.param(one, id=one.id) for one in ALL if one.fails]
LEGAL = [pytest.param(one, id=one.id) for one in ALL if one.allowed]


def changed(stranger: Stranger, beside: Beside) -> dict[str, set[Verdict]]:
    """What is found otherwise than at the faithful node: the verdicts by requirement."""
    seen: dict[str, set[Verdict]] = {}
    for before, now in zip(beside.faithful.findings, found(stranger, beside), strict=True):
        if now.verdict is not before.verdict:
            seen.setdefault(now.requirement, set()).add(now.verdict)
    return seen


@pytest.mark.parametrize("stranger", WRONG)
def test_a_wrong_node_is_failed_for_what_it_breaks(stranger: Stranger, beside: Beside) -> None:
    failed = {name for name, verdicts in changed(stranger, beside).items() if Verdict.FAIL in verdicts}
    assert failed & set(stranger.fails), f"failed: {sorted(failed) or 'nothing'}"


@pytest.mark.parametrize("stranger", LEGAL)
def test_a_legal_node_is_not_failed(stranger: Stranger, beside: Beside) -> None:
    seen = changed(stranger, beside)
    assert {name for name, verdicts in seen.items() if verdicts != {Verdict.INCONCLUSIVE}} == set()
    assert set(seen) <= set(stranger.undecidable), "undecided, and the node does not say so"


def test_what_is_broken_binds(beside: Beside) -> None:
    plan = beside.faithful.plan
    must = {one.requirement.id for _, one in plan.pairs() if one.requirement.strength is Strength.MUST}
    assert {name for one in ALL for name in one.fails} <= must


def test_each_says_what_it_does_and_why() -> None:
    assert all(one.title["en"] for one in ALL)
    assert all(bool(one.fails) != bool(one.allowed) for one in ALL)
    assert all(bool(one.undecidable) == bool(one.because) for one in ALL)
    assert len({one.id for one in ALL}) == len(ALL)
