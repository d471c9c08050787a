"""A node that gives its answers page by page: all of them are asked for, judged together, and found again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.harness.inputs import kept_plan
from conformance.harness.opened import open_run
from conformance.harness.replay import Replay
from conformance.model.agreements import Step
from conformance.model.exchange import Exchange
from conformance.model.plan import Plan
from conformance.simulators.faults import Hook, Piece
from tests.harness.command import Commands, Ended
from tests.harness.watching import WatchedNode
from tests.strangers.searches import PagesByANumberOfItsOwn


@pytest.fixture(scope="module")
def ended(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    node = WatchedNode()
    node._pieces = (Piece(Hook.RESOURCES, PagesByANumberOfItsOwn()),)
    with node:
        path = node.variant("paging.yaml", actors=["bgz-source"])
        place = tmp_path_factory.mktemp("paging")
        yield commands("run", str(path), "--scenario", "loaded", "--accept-partial", "--out", "run", cwd=place)


def test_what_is_loaded_is_found_over_all_pages(ended: Ended) -> None:
    assert ended.code == 0, ended.out
    assert {name: verdict for name, verdict in ended.verdicts.items() if "loaded::SAFE" in name} == {
        f"loaded::SAFE-{number}": "pass" for number in ("09", "10", "50")
    }


def pages(ended: Ended) -> tuple[Plan, Step, tuple[Exchange, ...]]:
    """A step that was led on, with its exchanges."""
    opened = open_run(ended.folder)
    (recording,) = (one for one in opened.folder.recordings() if one.scenario == "loaded")
    plan = kept_plan(opened.folder, load_catalogue(), opened.run)
    often = Counter(one.step for one in recording.exchanges)
    name = next(step for step, times in often.items() if times > 1)
    step = next(one for one in plan.scenarios["loaded"].steps if one.name == name)
    return plan, step, tuple(one for one in recording.exchanges if one.step == name)


def test_pages_left_out_or_added_are_told(ended: Ended) -> None:
    plan, step, exchanges = pages(ended)
    assert not list(Replay(plan.node).differences(step, exchanges))
    (left_out,) = Replay(plan.node).differences(step, exchanges[:-1])
    assert "not what followed upon it" in left_out.en
    (added,) = Replay(plan.node).differences(step, (*exchanges, exchanges[-1]))
    assert "to which no answer led" in added.en


def test_the_run_is_judged_again(ended: Ended, commands: Commands) -> None:
    again = commands("judge", "run", cwd=ended.folder.parent)
    assert again.code == 5, again.err
    assert json.loads(ended.findings)
