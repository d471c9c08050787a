"""Every exit code, by a real run (4 is shown by tests/cli/test_wrong_input.py)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance.agreements.bsn import passes_eleven_test
from conformance.simulators.faults import Fault
from conformance.simulators.faults.loading import load_faults
from conformance.synthesis.patients import patients
from tests.harness.command import LIMIT_S, ROOT, Commands, Ended, environment
from tests.harness.fixtures import SCRIPT, Full
from tests.harness.watching import WatchedNode


def test_0_conforming(released: Path, small: Path, tmp_path: Path) -> None:
    """Only the released agreements can be conformed to."""
    ran = subprocess.run(
        [sys.executable, "-m", "conformance", "run", str(small), "--seed", "0", "--out", "run"],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(released)),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    ended = Ended(ran.returncode, ran.stdout, ran.stderr, tmp_path / "run")
    assert ended.conclusions == {"twiin-node": "conforming"}
    assert ended.code == 0
    assert "self-tested, unsigned, not a certificate" in ended.out


def test_5_changed_agreements_are_never_conformed_to(small: Path, commands: Commands, tmp_path: Path) -> None:
    changed = agreements(tmp_path, "TLS 1.3 is offered", "TLS 1.3 is on offer")
    ended = commands("run", str(small), "--agreements", str(changed), "--out", "run", cwd=tmp_path)
    assert set(ended.verdicts.values()) == {"pass"}
    assert ended.conclusions == {"twiin-node": "undecided"}
    assert ended.code == 5


def test_5_a_rung_that_breaks_decides_nothing(watched: WatchedNode, commands: Commands, tmp_path: Path) -> None:
    gone = watched.variant("gone.yaml", actors=["twiin-node"], endpoints={"fhir": {"url": "https://localhost:9/fhir"}})
    ended = commands("run", str(gone), "--out", "run", cwd=tmp_path)
    assert ended.code == 5
    assert "fail" not in ended.verdicts.values()
    assert "Connection" in ended.out or "connection" in ended.out


def test_3_a_judgement_that_breaks(small: Path, commands: Commands, tmp_path: Path) -> None:
    broken = agreements(tmp_path, "days_left: 30", "days_leftover: 30")
    ended = commands("run", str(small), "--agreements", str(broken), "--out", "run", cwd=tmp_path)
    assert ended.code == 3
    assert "error" in ended.verdicts.values()
    assert ended.conclusions == {"twiin-node": "undecided"}
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize("workers", ["0", "1"])
def test_3_playing_that_breaks(small: Path, commands: Commands, tmp_path: Path, workers: str) -> None:
    broken = agreements(tmp_path, "tls.probe", "tls.prob", "scenarios/network/offers.yaml")
    arguments = ("--agreements", str(broken), "-n", workers, "--out", "run")
    ended = commands("run", str(small), *arguments, cwd=tmp_path)
    assert ended.code == 3
    assert "error in the suite, not in the node: UnknownOperationError" in ended.err
    assert "Traceback" not in ended.out + ended.err
    assert ended.conclusions == {"twiin-node": "aborted"}


def agreements(
    folder: Path, written: str, instead: str, where: str = "profiles/twiin/requirements/network.yaml"
) -> Path:
    """A copy of the agreements with one thing changed."""
    copy = folder / "agreements"
    for name in ("profiles", "scenarios"):
        shutil.copytree(ROOT / name, copy / name)
    path = copy / where
    before = path.read_text(encoding="utf-8")
    assert written in before
    path.write_text(before.replace(written, instead, 1), encoding="utf-8")
    return copy


@pytest.mark.parametrize("workers", ["0", "2"])
def test_2_interrupted_keeps_what_was_recorded(
    watched: WatchedNode, commands: Commands, tmp_path: Path, workers: str
) -> None:
    watched.forget()
    watched.pause_s = 0.05
    arguments = ["run", str(watched.node_file), "-n", workers, "--seed", "0", "--out", "run"]
    with subprocess.Popen(
        [SCRIPT, *arguments],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            _until(lambda: len(list((tmp_path / "run" / "recordings").glob("[!.]*"))) >= 3)
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: to everybody
            out, err = process.communicate(timeout=LIMIT_S)
        finally:
            process.kill()
            watched.pause_s = 0.0
    ended = Ended(process.returncode, out, err, tmp_path / "run")
    assert ended.code == 2, err
    assert set(ended.conclusions.values()) == {"aborted"}
    assert ended.run["state"] == "aborted"
    assert "Aborted" in out
    assert "Traceback" not in out + err
    assert {"pass", "not-tested"} <= set(ended.verdicts.values())
    assert list((ended.folder / "recordings").glob("*.json"))
    assert not [path for path in ended.folder.rglob("*") if path.name.startswith(".")]
    again = commands("judge", "run", cwd=tmp_path)
    assert (again.code, "the same, byte for byte" in again.out) == (2, True)


def _until(met: object, limit_s: float = 60) -> None:
    assert callable(met)
    end = time.monotonic() + limit_s
    while not met():
        if time.monotonic() > end:
            raise TimeoutError("it never came so far")
        time.sleep(0.01)


def stranger() -> str:
    """A number that may be somebody's: it passes the eleven test and is not in the data set."""
    ours = {patient.bsn for patient in patients().values()}
    numbers = (str(number) for number in range(123456700, 123456799))
    return next(number for number in numbers if passes_eleven_test(number) and number not in ours)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_2_a_stranger_stops_the_run_and_is_not_kept(commands: Commands, tmp_path: Path, workers: str) -> None:
    model = next(iter(load_faults().values()))
    letting_in = Fault(
        **{name: getattr(model, name) for name in model.__dataclass_fields__}
        | {
            "id": "T-01",
            "each": None,
            "switch": "http.alter",
            "parameters": {"path": "/fhir/AllergyIntolerance", "find": patients()["anna"].bsn, "put": stranger()},
        }
    )
    with WatchedNode(faults=(letting_in,)) as node:
        ended = commands("run", str(node.node_file), "-n", workers, "--out", "run", cwd=tmp_path)
    assert ended.code == 2
    assert set(ended.conclusions.values()) == {"aborted"}
    assert "patient's number that is not of the data set" in ended.err
    assert "fictitious BSNs" in ended.err
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and stranger().encode() in path.read_bytes()]
    assert kept == []


def test_whatever_it_ends_with_the_report_says_so(by_command: Full) -> None:
    ended, _ = by_command
    report = json.loads((ended.folder / "report.json").read_bytes())
    assert report["end"] is True
    assert report["standing"]["en"] == "self-tested, unsigned, not a certificate"
    assert report["run"]["state"] == "finished"
