"""Politeness holds for all processes of a run together."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from conformance.model.node import Politeness
from conformance.play.locks import SharedGate
from conformance.protocols.observing import SYSTEM_CLOCK, Clock
from conformance.recordings.store import RunFolder


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
