"""In this process as over sockets: the faithful node, and nodes that are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge
from conformance.model.exchange import Exchange
from conformance.model.finding import Finding
from conformance.play.player import Player
from conformance.recordings.redaction import Redactor
from conformance.recordings.store import RunFolder
from conformance.reporting.canonical import findings_bytes
from conformance.simulators.faults import Fault
from conformance.simulators.faults.variants import named
from conformance.simulators.reference import ReferenceNode
from conformance.upkeep.kills.killing import Beside
from tests.upkeep.kills.conftest import broken, found

UNTOUCHED = broken("http.untouched")


def by_player(folder: Path, *faults: Fault) -> tuple[Finding, ...]:
    """The findings of a run over sockets."""
    with ReferenceNode("1.5", faults) as node:
        catalogue = load_catalogue()
        plan = resolve(catalogue, load_node(node.node_file, catalogue), seed="0")
        with Player.open(plan, RunFolder.create(folder)) as player:
            for scenario in plan.scenarios:
                player.recording(scenario)
            return judge(plan, player.recordings)


def test_the_faithful_node_is_that_of_a_run(beside: Beside, tmp_path: Path) -> None:
    assert findings_bytes(beside.faithful.findings) == findings_bytes(by_player(tmp_path / "run"))


def test_in_this_process_the_same_is_found_to_the_byte(beside: Beside) -> None:
    assert findings_bytes(found(UNTOUCHED, beside, afresh=True)) == findings_bytes(beside.faithful.findings)
    assert findings_bytes(found(UNTOUCHED, beside)) == findings_bytes(beside.faithful.findings)


def test_in_this_process_the_same_is_said_to_the_byte(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for what a token server has just signed."""
    redacted: list[str] = []
    redact = Redactor.redact

    def noted(self: Redactor, exchange: Exchange) -> Exchange:
        redacted.append(exchange.id)
        return redact(self, exchange)

    monkeypatch.setattr(Redactor, "redact", noted)
    found(UNTOUCHED, beside)
    issued = {"preflight/fhir-token", "preflight/oauth-token", "tokens/good", "tokens/bad-replayed"}
    secret = {"tokens/bad-shared-secret"}
    assert set(redacted) == issued | secret


@pytest.mark.parametrize("name", ["BGZ-C08-F", "PULL-F-12", "IMG-F-S-03", "NET-F-18", "NET-F-01", "IMG-F-V-02"])
def test_a_fault_is_found_as_over_sockets(beside: Beside, tmp_path: Path, name: str) -> None:
    fault = named(name)
    seen = found(fault, beside)
    assert findings_bytes(seen) == findings_bytes(by_player(tmp_path / "run", fault))
    assert findings_bytes(seen) == findings_bytes(found(fault, beside, afresh=True))
