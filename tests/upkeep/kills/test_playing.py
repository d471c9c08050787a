"""In this process as over sockets: the faithful node, and nodes that are not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge
from conformance.model.exchange import Exchange
from conformance.model.finding import Finding
from conformance.play.player import Player
from conformance.protocols.client import Asked
from conformance.recordings.redaction import Redactor
from conformance.recordings.store import RunFolder
from conformance.reporting.canonical import findings_bytes
from conformance.simulators.faults import Fault
from conformance.simulators.faults.variants import named
from conformance.simulators.http import Answer
from conformance.simulators.reference import ReferenceNode
from conformance.upkeep.kills.indoors import IndoorClient, SocketDoor
from conformance.upkeep.kills.killing import Beside
from tests.upkeep.kills.beside import broken, found

UNTOUCHED = broken("http.untouched")


def by_player(folder: Path, *faults: Fault, only: Collection[str] = ()) -> tuple[Finding, ...]:
    """The findings of a run over sockets, of all scenarios or only of some."""
    with ReferenceNode("1.5", faults) as node:
        catalogue = load_catalogue()
        plan = resolve(catalogue, load_node(node.node_file, catalogue), seed="0")
        with Player.open(plan, RunFolder.create(folder)) as player:
            for scenario in only or plan.scenarios:
                player.recording(scenario)
            return within(judge(plan, player.recordings), only)


def within(findings: Sequence[Finding], scenarios: Collection[str]) -> tuple[Finding, ...]:
    """The findings in these scenarios; in all of them where none is named."""
    return tuple(finding for finding in findings if not scenarios or finding.scenario in scenarios)


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
    issued = {"preflight/fhir-token", "preflight/oauth-token", "tokens/good", "tokens/still"}
    issued |= {f"tokens/again-{again}-{times}" for again in ("whole", "jti") for times in ("none", "one", "many")}
    issued |= {"knocking-tokens.oauth/welcome"}
    secret = {"tokens/bad-secret-post", "tokens/bad-secret-basic"}
    assert {"/".join(name.split("/")[:2]) for name in redacted} == issued | secret


@pytest.mark.parametrize("kind", ["performed", "met"])
def test_where_the_faithful_node_was_never_knocked_at_a_real_one_is(beside: Beside, kind: str) -> None:
    """A fault may lead the questions that follow to another address, or to another way of asking."""
    whole = getattr(beside.faithful, kind)
    forgotten = next(key for key in whole if str(key).startswith("plain.fhir") or kind == "met")
    known = {key: value for key, value in whole.items() if key != forgotten}
    forgetful = replace(beside, faithful=replace(beside.faithful, **{kind: known}))
    assert findings_bytes(found(UNTOUCHED, forgetful)) == findings_bytes(beside.faithful.findings)


@pytest.mark.parametrize("name", ["PULL-F-12", "NET-F-18"])
def test_a_fault_is_found_as_over_sockets(beside: Beside, tmp_path: Path, name: str) -> None:
    fault = named(name)
    seen = found(fault, beside)
    assert findings_bytes(seen) == findings_bytes(by_player(tmp_path / "run", fault))
    assert findings_bytes(seen) == findings_bytes(found(fault, beside, afresh=True))


@pytest.mark.parametrize("name", ["BGZ-C08-F", "IMG-F-S-03", "NET-F-01", "IMG-F-V-02"])
def test_where_it_changes_something_the_same_is_found_over_sockets(beside: Beside, tmp_path: Path, name: str) -> None:
    seen = found(named(name), beside)
    changed = {one.scenario: None for one, was in zip(seen, beside.faithful.findings, strict=True) if one != was}
    assert changed
    over_sockets = by_player(tmp_path / "run", named(name), only=changed)
    assert findings_bytes(within(seen, changed)) == findings_bytes(over_sockets)


def test_a_door_without_tls_is_met_as_over_sockets(beside: Beside, tmp_path: Path) -> None:
    """Nobody lets in who speaks TLS to it, and what it says to others is no handler's."""
    fault = broken("tls.plain-http", instead=True)
    assert findings_bytes(found(fault, beside)) == findings_bytes(by_player(tmp_path / "run", fault))


@pytest.mark.parametrize("beside_tls", [True, False])
def test_plain_http_is_answered_by_what_stands_there(beside: Beside, *, beside_tls: bool) -> None:
    """An answer without TLS is the page of the server itself, whatever the handler behind the door would say."""
    with ReferenceNode("1.5", [broken("tls.plain-http", instead=not beside_tls)], pki=beside.faithful.pki) as node:
        door = SocketDoor(beside.faithful, node.url)
        client = IndoorClient(beside.faithful.plan.node, lambda _: Answer(200, (), b"the handler's"), door)
        url = beside.faithful.plan.node.endpoints["fhir"].url
        plain = client.call(Asked(method="GET", url=url.replace("https:", "http:"), headers={}, certificate="none"))
        good = client.call(Asked(method="GET", url=url, headers={}))
        door.close()
    assert plain.response
    assert b"the handler's" not in plain.response.body
    assert plain.request
    assert plain.request.url == url.replace("https:", "http:")
    assert (good.response is not None and good.response.body == b"the handler's") is beside_tls
