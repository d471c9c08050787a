"""A scenario is played once, whoever asks; what stops it is kept; nothing is played in vain."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.model.exchange import Exchange, Outcome, Recording
from conformance.model.node import Driver
from conformance.model.words import RunState
from conformance.play.locks import locked
from conformance.play.player import Player, RunAbortedError
from conformance.protocols.client import Asked
from conformance.protocols.observing import Observed
from conformance.recordings.files import StoreError
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.store import RunFolder
from conformance.simulators.http import Answer, Call
from conformance.simulators.reference import ReferenceNode
from conformance.synthesis.pki import TestPki
from tests.play.making import Good, node_of, plan, recorded, scenario, search

STRANGER = "123456782"


def test_each_scenario_is_played_once_and_read_back_equal(pki: TestPki, tmp_path: Path) -> None:
    good = Good()
    with node_of(pki, good) as node:
        folder = RunFolder.create(tmp_path / "run")
        with Player.open(plan(node, search()), folder) as player:
            first = player.recording("search")
            assert player.recording("search") is first
        with Player.open(plan(node, search()), RunFolder(folder.path)) as other:
            assert other.recording("search") == first
    assert good.searches() == 1
    assert [exchange.id for exchange in first.exchanges] == ["search/one", "search/two"]
    assert first.exchanges[1].request is not None
    assert first.exchanges[1].request.url.endswith("/fhir/Patient/p1")
    assert folder.load("preflight") is not None


def test_a_missing_value_leaves_a_step_out_with_its_reason(pki: TestPki, tmp_path: Path) -> None:
    steps = (("one", "fhir.search", {"path": "Observation"}), ("two", "fhir.read", {"path": "{one.next}"}))
    with node_of(pki, Good()) as node, Player.open(plan(node, scenario("s", *steps)), RunFolder(tmp_path)) as player:
        exchanges = player.recording("s").exchanges
    assert [exchange.outcome for exchange in exchanges] == [Outcome.ANSWERED, Outcome.NOT_PLAYED]
    assert exchanges[1].trouble is not None
    assert exchanges[1].trouble.code == "value-missing"
    assert "'one' gave no 'next'" in exchanges[1].trouble.text


def test_a_stranger_stops_the_run_and_leaves_no_trace(pki: TestPki, tmp_path: Path) -> None:
    identifier = [{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": STRANGER}]
    secret = {"resourceType": "Patient", "identifier": identifier, "name": [{"family": "Verrader"}]}
    good = Good()
    with node_of(pki, good) as node:
        folder = RunFolder(tmp_path / "run")
        with Player.open(plan(node, search("a"), search("b")), folder) as player:
            player.preflight()
            good.bundle = {"resourceType": "Bundle", "entry": [{"resource": secret}]}
            with pytest.raises(StrangerAlarm):
                player.recording("a")
            assert player.aborted
            with pytest.raises(RunAbortedError):
                player.recording("b")
    kept = RunFolder(folder.path).load("a")
    assert kept is not None
    assert kept.state is RunState.ABORTED
    (exchange,) = kept.exchanges
    assert exchange.trouble is not None
    assert (exchange.trouble.code, exchange.response, exchange.request) == ("stranger", None, None)
    everything = b"".join(path.read_bytes() for path in folder.path.rglob("*") if path.is_file())
    assert STRANGER.encode() not in everything
    assert b"Verrader" not in everything


def test_what_cannot_be_kept_is_not_asked_by_others_either(
    pki: TestPki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(_: Recording) -> Recording:
        raise StoreError("De schijf is vol.", "The disk is full.")

    good = Good()
    with node_of(pki, good) as node:
        asked = plan(node, search("a"), search("b"))
        with Player.open(asked, RunFolder(tmp_path / "run")) as player, Player.open(asked, player._folder) as other:
            player.preflight()
            with monkeypatch.context() as full:
                full.setattr(player._folder, "save", full_disk)
                with pytest.raises(StoreError, match="full"):
                    player.recording("a")
            before = good.searches()
            with pytest.raises(RunAbortedError):
                other.recording("b")
    assert good.searches() == before


def test_other_work_is_done_while_another_process_plays(pki: TestPki, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    with node_of(pki, Good()) as node, Player.open(plan(node, search("a"), search("b")), folder) as player:
        player.preflight()
        done: list[str] = []
        with ExitStack() as other:
            other.enter_context(locked(player._play / "a.lock"))
            other.enter_context(locked(player._play / "b.lock"))

            def work() -> bool:
                done.append("a piece")
                if len(done) == 3:
                    other.close()
                return len(done) < 3

            assert player.recorded("a") is None
            found = player.recording("a", meanwhile=work)
    assert done == ["a piece"] * 3
    assert player.recorded("a") is found


def test_an_interrupted_scenario_keeps_what_was_recorded(pki: TestPki, tmp_path: Path) -> None:
    """Ctrl-C in the middle: the first step is there, the run is aborted."""
    steps = scenario("s", ("one", "fhir.search", {"path": "Observation"}), ("two", "fhir.search", {"path": "Flag"}))
    with node_of(pki, Good()) as node, Player.open(plan(node, steps), RunFolder(tmp_path / "run")) as player:
        player.preflight()
        http = player._session.http
        call = http.call

        def interrupted(asked: Asked) -> Observed:
            if "Flag" in asked.url:
                raise KeyboardInterrupt
            return call(asked)

        http.call = interrupted  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            player.recording("s")
    kept = RunFolder(tmp_path / "run").load("s")
    assert kept is not None
    assert (kept.state, [exchange.step for exchange in kept.exchanges]) == (RunState.ABORTED, ["one"])


def test_an_endpoint_that_hangs_twice_is_left_alone(pki: TestPki, tmp_path: Path) -> None:
    def hangs(call: Call) -> Answer:
        if call.path == "/fhir/Slow":
            time.sleep(1.6)
        return Good()(call)

    steps = scenario("s", *((f"s{number}", "fhir.search", {"path": "Slow"}) for number in range(4)))
    with node_of(pki, hangs) as node:
        _, recording = recorded(node, tmp_path, steps)
    codes = [exchange.trouble.code for exchange in recording.exchanges if exchange.trouble]
    assert codes == ["read-timeout", "read-timeout", "twice-hung", "twice-hung"]


WORKER = """
import sys, pickle, pathlib
from conformance.play.locks import SharedGate, locked
from conformance.play.player import Player
from conformance.recordings.store import RunFolder
plan = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())
with Player.open(plan, RunFolder(pathlib.Path(sys.argv[2]))) as player:
    for name in sys.argv[3:]:
        print(name, len(player.recording(name).exchanges))
"""


def test_workers_play_each_scenario_once_between_them(pki: TestPki, tmp_path: Path) -> None:
    good = Good()
    names = [f"s{number}" for number in range(4)]
    with node_of(pki, good) as node:
        made = plan(node, *(search(name) for name in names))
        (tmp_path / "plan").write_bytes(pickle.dumps(made))
        folder = RunFolder.create(tmp_path / "run")
        command = [sys.executable, "-c", WORKER, str(tmp_path / "plan"), str(folder.path)]
        workers = [
            subprocess.Popen([*command, *order], stdout=subprocess.PIPE, text=True) for order in (names, names[::-1])
        ]
        said = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sorted(said[0]) == sorted(said[1])
    assert good.searches() == len(names)
    assert len(RunFolder(folder.path).recordings()) == len(names) + 1


def received(recording: Recording) -> list[Exchange]:
    return [exchange for exchange in recording.exchanges if exchange.given.get("received")]


def test_the_reference_node_acts_and_its_calls_are_recorded(tmp_path: Path) -> None:
    """Both directions: the driver starts the node, whose calls arrive at the suite's own gateway."""
    steps = scenario(
        "view",
        ("start", "driver.start", {"action": "view-images", "patient": "anna"}),
        ("seen", "counterpart.calls", {"kind": "dicomweb", "within_s": 10, "until": "dicomweb.retrieve"}),
    )
    with ReferenceNode() as reference:
        node = load_node(reference.node_file, load_catalogue())
        _, recording = recorded(node, tmp_path, steps)
    calls = received(recording)
    operations = [exchange.operation for exchange in calls]
    assert operations[0] == "dicomweb.search-studies"
    assert "dicomweb.retrieve" in operations
    assert recording.exchanges[1].facts["calls"] == len(calls)
    assert calls[0].request is not None
    assert "bsn-anna" in calls[0].request.url
    assert calls[0].tls is not None


def test_without_a_driver_a_person_is_asked(pki: TestPki, tmp_path: Path) -> None:
    steps = scenario("view", ("start", "driver.start", {"action": "view-images", "patient": "anna"}))
    asked: list[str] = []
    with (
        node_of(pki, Good()) as node,
        Player.open(plan(node, steps), RunFolder(tmp_path / "run"), ask=asked.append) as player,
    ):
        (exchange,) = player.recording("view").exchanges
    assert exchange.facts["asked"] is True
    assert "view-images" in asked[0]


def test_a_command_starts_the_node(pki: TestPki, tmp_path: Path) -> None:
    code = "import json,sys; order=json.load(sys.stdin); sys.exit(0 if order['patient']['role']=='anna' else 3)"
    steps = scenario(
        "view",
        ("good", "driver.start", {"action": "view-images", "patient": "anna"}),
        ("bad", "driver.start", {"action": "view-images", "patient": "bram"}),
    )
    with node_of(pki, Good()) as node:
        driven = replace(node, driver=Driver(command=(sys.executable, "-c", code), timeout_s=20))
        _, recording = recorded(driven, tmp_path, steps)
    good, bad = recording.exchanges
    assert (good.outcome, good.facts["exit_code"]) == (Outcome.ANSWERED, 0)
    assert bad.trouble is not None
    assert "exit code 3" in bad.trouble.text
