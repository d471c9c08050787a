"""A node that asks, played and judged: with every certificate at the counterpart, without one, and without a driver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge_one
from conformance.harness.sequence import out_of_sequence
from conformance.model.finding import Finding
from conformance.model.node import Driver, Node
from conformance.model.plan import Plan
from conformance.model.words import Triage, Verdict
from conformance.play.counterparts import Bench
from conformance.play.player import Player
from conformance.protocols.observing import Arrived
from conformance.recordings.store import RunFolder
from conformance.simulators.reference import ReferenceNode

WRONG = {"foreign", "self-signed", "expired", "elsewhere"}


@pytest.fixture(scope="module")
def reference() -> Iterator[ReferenceNode]:
    with ReferenceNode() as node:
        yield node


@pytest.fixture
def node(reference: ReferenceNode) -> Node:
    return load_node(reference.node_file, load_catalogue())


def planned(node: Node) -> Plan:
    return resolve(load_catalogue(), node, seed="0")


def found(node: Node, folder: Path, judge_by: Node | None = None) -> tuple[Finding, list[str]]:
    """The finding on SAFE-11, and what in the recording nobody can have played who was given the node file."""
    plan = planned(node)
    with Player.open(plan, RunFolder.create(folder)) as player:
        recording, ladder = player.recording("trusting"), player.preflight()
    requirement = load_catalogue().requirements["SAFE-11"]
    odd = [text.en for text in out_of_sequence(recording, planned(judge_by or node), ladder)]
    return judge_one(requirement, plan.scenarios["trusting"], recording), odd


def without(node: Node, *roles: str) -> Node:
    clients = {role: one for role, one in node.trust.clients.items() if role not in roles}
    return replace(node, trust=replace(node.trust, clients=clients))


def test_the_reference_node_refuses_every_wrong_one(node: Node, tmp_path: Path) -> None:
    finding, odd = found(node, tmp_path / "run")
    assert (finding.verdict, dict(finding.members)) == (Verdict.PASS, dict.fromkeys(WRONG, Verdict.PASS))
    assert odd == []


def test_a_role_that_the_node_file_does_not_name_is_undecided_alone(node: Node, tmp_path: Path) -> None:
    lacking = without(node, "counterpart-foreign")
    finding, odd = found(lacking, tmp_path / "run")
    assert finding.members == dict.fromkeys(WRONG, Verdict.PASS) | {"foreign": Verdict.INCONCLUSIVE}
    assert finding.triage is Triage.CONFIGURATION
    assert "names no client certificate in this role (counterpart-foreign)" in finding.reason.en
    assert odd == []


def test_nobody_leaves_out_what_the_node_file_names(node: Node, tmp_path: Path) -> None:
    _, odd = found(without(node, "counterpart-foreign"), tmp_path / "run", judge_by=node)
    assert odd == ["trusting/order-foreign: was left out for no reason."]


def test_without_a_counterpart_nothing_is_decided(node: Node, tmp_path: Path) -> None:
    finding, odd = found(replace(node, counterparts={}), tmp_path / "run")
    assert set(finding.members.values()) == {Verdict.INCONCLUSIVE}
    assert finding.triage is Triage.CONFIGURATION
    assert odd == []


def test_nobody_waits_for_a_node_that_took_no_order(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    calls = Bench.calls

    def noted(bench: Bench, kind: str, within_s: float, until: str) -> Arrived:
        waited.append(within_s)
        return calls(bench, kind, within_s, until)

    monkeypatch.setattr(Bench, "calls", noted)
    finding, odd = found(replace(node, driver=Driver(command=("/bin/false",), timeout_s=10)), tmp_path / "run")
    assert waited == [0] * 5
    assert set(finding.members.values()) == {Verdict.INCONCLUSIVE}
    assert "driver" in finding.reason.en
    assert odd == []
