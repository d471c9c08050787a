"""Being asked to end is heard wherever a run waits, and heard later where it was swallowed."""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.model.node import Certificate, Counterpart, Politeness, Trust
from conformance.play import signals
from conformance.play.counterparts import Bench
from conformance.play.drivers import Command
from conformance.play.locks import Crew, SharedGate, locked
from conformance.protocols.client import Asked, HttpClient
from conformance.protocols.observing import SYSTEM_CLOCK
from conformance.synthesis.pki import TestPki
from tests.protocols.making import Scripted, node_at, server_context, trust_of

LONG = Politeness(connect_timeout_s=60, read_timeout_s=60, rate_per_s=10_000)
Wait = Callable[[], object]
LEFT_TO_THE_END = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""The socket or the (killed) child in use when the signal came is let go of by the end of the process."""


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    undo = signals.listen()
    yield
    undo()


def broken_off(wait: Wait, number: signal.Signals = signal.SIGTERM) -> None:
    """The wait ends with KeyboardInterrupt when the signal comes; a wait of its own length would fail the test."""

    def whole() -> None:
        wait()
        pytest.fail("it was not broken off")

    timer = threading.Timer(0.2, os.kill, (os.getpid(), number))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            whole()
    finally:
        timer.cancel()
        timer.join()
    assert signals.asked()
    with pytest.raises(KeyboardInterrupt):
        signals.heed()


@pytest.mark.parametrize("number", signals.ENDING, ids=lambda number: number.name)
def test_waiting_for_the_nodes_calls(pki: TestPki, number: signal.Signals) -> None:
    shown = Certificate(certificate=pki.clients["valid"].certificate, key=pki.clients["valid"].key)
    node = replace(
        node_at("https://localhost:9", Trust(roots=pki.root, clients={"valid": shown})),
        counterparts={"dicomweb": Counterpart(kind="dicomweb", listen="127.0.0.1:0", advertise="")},
    )
    bench = Bench(node, SYSTEM_CLOCK)
    with bench.opened(["dicomweb"]):
        bench.show("counterpart")
        broken_off(lambda: bench.calls("dicomweb", 60, "dicomweb.retrieve"), number)


@LEFT_TO_THE_END
def test_waiting_for_the_nodes_command() -> None:
    driver = Command((sys.executable, "-c", "import time; time.sleep(60)"), SYSTEM_CLOCK)
    broken_off(lambda: driver.start({}, 60))


def test_waiting_for_a_turn(tmp_path: Path) -> None:
    gate = SharedGate(tmp_path, Politeness(rate_per_s=1, concurrency=1), SYSTEM_CLOCK)

    def many() -> None:
        for _ in range(60):
            with gate.turn():
                pass

    broken_off(many)
    gate.close()


def test_waiting_for_a_slot(tmp_path: Path) -> None:
    held, waits = (SharedGate(tmp_path, Politeness(rate_per_s=10_000, concurrency=1), SYSTEM_CLOCK) for _ in range(2))

    def wait() -> None:
        with waits.turn():
            pass

    with held.turn():
        broken_off(wait)
    held.close()
    waits.close()


def test_a_turn_that_was_left_behind_is_quiet(tmp_path: Path) -> None:
    """An interruption between entering and what follows leaves a turn that nobody ends before the files are closed."""
    gate = SharedGate(tmp_path, Politeness(rate_per_s=1, concurrency=1), SYSTEM_CLOCK)
    turn = gate.turn()
    turn.__enter__()
    gate.close()
    del turn
    gc.collect()


def test_waiting_for_another_worker(tmp_path: Path) -> None:
    path = tmp_path / "scenario.lock"
    with path.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        def wait() -> None:
            with locked(path):
                pass

        broken_off(wait)


@LEFT_TO_THE_END
@pytest.mark.parametrize("tls", [True, False], ids=["answer", "handshake"])
def test_waiting_for_a_node_that_hangs(pki: TestPki, tls: bool) -> None:
    with (
        Scripted(lambda _: server.wait_for_end(), server_context(pki) if tls else None) as server,
        HttpClient(trust_of(pki), LONG) as client,
    ):
        asked = Asked(method="GET", url=f"https://localhost:{server.port}/", headers={})
        broken_off(lambda: client.call(asked))


def test_what_is_being_finished_gets_whole_but_who_insists_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(signals.time, "monotonic", lambda: now[0])
    with signals.finishing():
        signal.raise_signal(signal.SIGINT)
        now[0] += 0.5
        signal.raise_signal(signal.SIGTERM)
        assert signals.asked()
        now[0] += 1
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    now[0] += 1
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)  # the same asking, passed on by somebody else


def test_what_was_swallowed_is_heard_later() -> None:
    class Swallowing:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    hook = sys.unraisablehook
    signals.hush()
    try:
        Swallowing()
    finally:
        sys.unraisablehook = hook
    with pytest.raises(KeyboardInterrupt):
        signals.heed()


IGNORING = """
import os, signal
from conformance.play import signals
signals.listen()
os.kill(os.getpid(), signal.SIGHUP)
print("went on", signals.asked())
"""


def test_what_the_surroundings_ignore_stays_ignored() -> None:
    """As under nohup."""
    ran = subprocess.run(
        [sys.executable, "-c", IGNORING],
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "went on False\n"), ran.stderr


JOINED = """
import pathlib, sys, time
from conformance.play.locks import Crew
crew = Crew(pathlib.Path(sys.argv[1]))

try:
    print("joined", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("called off", flush=True)
"""


def test_one_process_calls_off_the_others_and_nobody_else(tmp_path: Path) -> None:
    """A number that was given to another process after its holder died is left in peace."""
    crew = Crew(tmp_path)
    with (
        subprocess.Popen([sys.executable, "-c", JOINED, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other,
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger,
    ):
        assert other.stdout is not None
        assert other.stdout.readline() == "joined\n"
        (tmp_path / f"process-{stranger.pid}").touch()
        crew.call_off()
        assert other.stdout.readline() == "called off\n"
        assert stranger.poll() is None
        stranger.communicate(b"\n")
        assert stranger.returncode == 0
    assert not signals.asked()
    crew.call_off()
    crew.close()
