"""A scenario is played once, whoever asks; what stops it is kept; nothing is played in vain."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.model.agreements import Scenario
from conformance.model.exchange import Exchange, Outcome, Recording, Rung
from conformance.model.node import Driver, Node, Politeness
from conformance.model.words import RunState
from conformance.play.locks import SharedGate, locked
from conformance.play.player import Player, RunAbortedError
from conformance.play.preflight import look
from conformance.protocols.client import Asked
from conformance.protocols.observing import SYSTEM_CLOCK, Clock, Observed
from conformance.recordings.files import StoreError
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.ladder import failed
from conformance.recordings.store import RunFolder
from conformance.simulators.http import Answer, Call, Handler
from conformance.simulators.reference import ReferenceNode
from conformance.simulators.server import TlsSettings, serve
from conformance.synthesis.pki import TestPki, weak_server
from tests.play.making import plan, scenario
from tests.protocols.making import QUICK, Scripted, node_at, server_context, trust_of

STRANGER = "123456782"
BUNDLE = {"resourceType": "Bundle", "total": 1, "entry": [{"resource": {"resourceType": "Patient", "id": "p1"}}]}
STUDY = {"0020000D": {"vr": "UI", "Value": ["1.2.3"]}}
FHIR = (("Content-Type", "application/fhir+json"),)


class Good:
    """A node that answers everything well enough; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.bundle: object = BUNDLE

    def __call__(self, call: Call) -> Answer:
        self.asked.append(f"{call.method} {call.path}")
        if call.path == "/oauth/token":
            body: object = {"access_token": "t", "token_type": "Bearer", "expires_in": 300}
            return Answer(200, (("Content-Type", "application/json"),), json.dumps(body).encode())
        if call.path.startswith("/dicomweb"):
            return Answer(200, (("Content-Type", "application/dicom+json"),), json.dumps([STUDY]).encode())
        return Answer(200, FHIR, json.dumps(self.bundle).encode())

    def searches(self) -> int:
        return sum(path == "GET /fhir/Observation" for path in self.asked)


@contextmanager
def node_of(pki: TestPki, handler: Handler) -> Iterator[Node]:
    settings = TlsSettings(chain=pki.server.certificate, key=pki.server.key, roots=(pki.root,), crl=pki.crl)
    with serve(handler, tls=settings) as server:
        yield node_at(server.url, trust_of(pki))


def search(name: str = "search", path: str = "Observation") -> Scenario:
    return scenario(name, ("one", "fhir.search", {"path": path}), ("two", "fhir.read", {"path": "{one.first}"}))


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


def recorded(node: Node, tmp_path: Path, *steps: Scenario) -> tuple[Recording, ...]:
    with Player.open(plan(node, *steps), RunFolder(tmp_path / "run")) as player:
        return (player.preflight(), *(player.recording(each.id) for each in steps))


def test_nothing_rests_on_a_failed_rung_but_what_does_not_need_it(pki: TestPki, tmp_path: Path) -> None:
    """The client certificate is refused: probing the door still makes sense, searching does not."""
    steps = scenario("mixed", ("p", "tls.probe", {"endpoint": "fhir"}), ("s", "fhir.search", {"path": "Observation"}))
    with node_of(pki, Good()) as node:
        clients = {**node.trust.clients, "valid": node.trust.clients["foreign"]}
        refused = replace(node, trust=replace(node.trust, clients=clients))
        preflight, mixed, only = recorded(refused, tmp_path, steps, search())
    ladder = failed(preflight, "fhir")
    assert ladder is not None
    assert ladder.rung is Rung.CLIENT_CERTIFICATE
    assert [exchange.outcome for exchange in mixed.exchanges] == [Outcome.ANSWERED, Outcome.NOT_PLAYED]
    assert mixed.resting_on is None
    assert only.resting_on == ladder
    assert {exchange.outcome for exchange in only.exchanges} == {Outcome.NOT_PLAYED}


RUNGS = {"expired": "server-certificate-expired", "wrong-host": "server-certificate-wrong-host"}


@pytest.mark.parametrize(("weakness", "code"), RUNGS.items())
def test_the_ladder_stops_at_a_wrong_certificate(pki: TestPki, weakness: str, code: str) -> None:
    leaf = weak_server(pki, weakness)
    settings = TlsSettings(chain=leaf.certificate, key=leaf.key, roots=(pki.root,))
    with serve(Good(), tls=settings) as server:
        found = failed(look(node_at(server.url, trust_of(pki))), "fhir")
    assert found is not None
    assert (found.rung, found.code) == (Rung.TLS, code)


def test_the_ladder_tells_a_refused_port_and_an_unknown_name() -> None:
    for url, rung in (("https://localhost:1", Rung.PORT), ("https://nowhere.invalid", Rung.NAME)):
        found = failed(look(node_at(url)), "fhir")
        assert found is not None
        assert found.rung is rung


def test_the_ladder_tells_a_refused_token_and_an_absent_patient(pki: TestPki) -> None:
    def no_token(call: Call) -> Answer:
        return Answer(401, FHIR, b"{}") if call.path == "/oauth/token" else Good()(call)

    good = Good()
    good.bundle = {"resourceType": "Bundle", "total": 0}
    for handler, rung in ((no_token, Rung.TOKEN), (good, Rung.TEST_PATIENT)):
        with node_of(pki, handler) as node:
            found = failed(look(node), "fhir")
        assert found is not None
        assert found.rung is rung


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


def test_politeness_spans_every_player_of_a_run(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run")
    polite = Politeness(concurrency=2, rate_per_s=10_000)
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        gate = SharedGate(folder.path / ".play", polite, SYSTEM_CLOCK)
        for _ in range(5):
            with gate.turn():
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.005)
                inside.pop()
        gate.close()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 2


def test_the_rate_holds_after_a_burst_of_one_second(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run")
    now = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    clock = Clock(monotonic=lambda: now[0], sleep=sleep)
    gates = [SharedGate(folder.path / ".play", Politeness(rate_per_s=10), clock) for _ in range(2)]
    for number in range(40):
        with gates[number % 2].turn():
            pass
    for gate in gates:
        gate.close()
    assert 2.8 < now[0] - 100 < 3.1
    assert len(slept) >= 28


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


def test_a_hanging_endpoint_keeps_the_ladder_short(pki: TestPki) -> None:
    with Scripted(lambda _: server.wait_for_end(), server_context(pki)) as server:
        begin = time.monotonic()
        found = failed(look(node_at(server.url, trust_of(pki), politeness=QUICK)), "dicomweb")
        assert time.monotonic() - begin < 12
    assert found is not None
    assert (found.rung, found.code) == (Rung.CLIENT_CERTIFICATE, "read-timeout")


def test_plain_http_where_tls_is_expected(pki: TestPki) -> None:
    with Scripted(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        found = failed(look(node_at(f"https://localhost:{server.port}", trust_of(pki))), "fhir")
    assert found is not None
    assert (found.rung, found.code) == (Rung.TLS, "plain-http-on-tls-port")
