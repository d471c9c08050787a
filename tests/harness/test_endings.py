"""However a command is asked to end, it lets go of its keys, keeps what was recorded, and ends with 2."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from conformance.harness.controller import Session
from conformance.harness.options import Options
from conformance.play import signals
from conformance.recordings.store import RunFolder
from conformance.synthesis.keyfolder import PREFIX
from conformance.synthesis.pki import TestPki
from tests.harness.command import LIMIT_S, Commands, Ended, as_always, environment, spawned
from tests.harness.fixtures import SCRIPT
from tests.protocols.making import Scripted, server_context

TO_ONE: Callable[[int, int], None] = os.kill
TO_ALL: Callable[[int, int], None] = os.killpg
ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
A_PART = ("--profile", "image-gateway")
"""Enough scenarios to be stopped among, and an embedded node with keys; the whole would only take longer."""


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@contextmanager
def started(*arguments: str, cwd: Path, temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """A command in a session of its own, whatever signals its surroundings ignore; killed at the end."""
    with subprocess.Popen(
        [SCRIPT, *as_always(arguments)],
        cwd=cwd,
        env=environment(TMPDIR=str(temporary)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_heeding,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _heeding() -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)


def until(met: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait for something to be seen while the process runs."""
    end = time.monotonic() + LIMIT_S
    while not met():
        assert process.poll() is None, process.communicate()
        if time.monotonic() > end:
            raise TimeoutError("it never came so far")
        time.sleep(0.005)


def ended(process: subprocess.Popen[str], folder: Path) -> Ended:
    out, err = process.communicate(timeout=LIMIT_S)
    assert "Traceback" not in out + err
    return Ended(process.returncode, out, err, folder)


def keys(temporary: Path) -> list[Path]:
    """The private folders in the place for temporary files."""
    return list(temporary.glob(f"{PREFIX}*"))


def is_whole(done: Ended) -> None:
    """The report of an aborted run, every form of it, and nothing half written."""
    assert done.code == 2, done.err
    assert done.run["state"] == "aborted"
    assert set(done.conclusions.values()) == {"aborted"}
    assert done.report["end"] is True
    assert ET.parse(done.folder / "junit.xml").getroot().tag == "testsuites"
    assert not [path for path in done.folder.rglob("*") if path.name.startswith(".")]


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("send", [TO_ONE, TO_ALL], ids=["the command", "everybody"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_run_that_is_asked_to_end(
    tmp_path: Path, temporary: Path, commands: Commands, workers: str, send: Callable[[int, int], None], number: int
) -> None:
    """What was recorded until then is reported, and re-judged the same."""
    folder = tmp_path / "run"
    with started("run", *A_PART, "-n", workers, "--out", "run", cwd=tmp_path, temporary=temporary) as process:
        until(lambda: len(list((folder / "recordings").glob("*.json"))) >= 3, process)
        assert len(keys(temporary)) == 1
        send(process.pid, number)
        done = ended(process, folder)
    is_whole(done)
    assert {"pass", "not-tested"} <= set(done.verdicts.values())
    assert keys(temporary) == []
    assert commands("judge", "run", cwd=tmp_path).code == 2


def test_evidence_whose_recording_was_cut_off_is_left_out(tmp_path: Path, temporary: Path, commands: Commands) -> None:
    """A worker that is asked twice to end leaves bodies and exchanges of a recording that it could not write."""
    folder = tmp_path / "run"
    with started("run", *A_PART, "--out", "run", cwd=tmp_path, temporary=temporary) as process:
        until(lambda: len(list((folder / "recordings").glob("*.json"))) >= 3, process)
        (folder / "bodies" / hashlib.sha256(b"cut off").hexdigest()).write_bytes(b"cut off")
        process.send_signal(signal.SIGTERM)
        done = ended(process, folder)
    is_whole(done)
    assert commands("judge", "run", cwd=tmp_path).code == 2


@pytest.mark.parametrize("workers", ["0", "2"])
def test_asked_again_and_again_while_the_report_is_written(tmp_path: Path, temporary: Path, workers: str) -> None:
    folder = tmp_path / "run"
    with started("run", *A_PART, "-n", workers, "--out", "run", cwd=tmp_path, temporary=temporary) as process:
        until(lambda: len(list((folder / "recordings").glob("*.json"))) >= 2, process)
        process.send_signal(signal.SIGINT)
        until(lambda: (folder / "findings.json").exists(), process)
        for number in ENDING:
            process.send_signal(number)
        done = ended(process, folder)
    is_whole(done)
    assert keys(temporary) == []


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_asked_to_end_before_anything_was_played(tmp_path: Path, temporary: Path, number: signal.Signals) -> None:
    with started("run", "--out", "run", cwd=tmp_path, temporary=temporary) as process:
        until(lambda: keys(temporary), process)
        process.send_signal(number)
        done = ended(process, tmp_path / "run")
    assert done.code == 2
    assert keys(temporary) == []
    if done.folder.exists():
        is_whole(done)


@pytest.mark.parametrize("command", [("run",), ("run", "-n", "2"), ("check",)], ids=" ".join)
def test_a_node_that_hangs_in_the_preflight(
    tmp_path: Path, temporary: Path, small: Path, command: tuple[str, ...]
) -> None:
    """The first connection is taken and nothing is said."""
    pki = TestPki.create(tmp_path / "pki")
    heard: list[int] = []

    def hang(_: object) -> None:
        heard.append(1)
        server.wait_for_end()

    with Scripted(hang, server_context(pki)) as server:
        content = yaml.safe_load(small.read_text(encoding="utf-8"))
        content["endpoints"] = {"fhir": {"url": f"https://localhost:{server.port}/fhir"}}
        content["trust"]["roots"] = str(pki.root)
        content["politeness"] = {"connect_timeout_s": 60, "read_timeout_s": 60}
        path = small.with_name("hangs.yaml")
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        out = ("--out", "run") if command[0] == "run" else ()
        with started(*command, str(path), *out, cwd=tmp_path, temporary=temporary) as process:
            until(lambda: len(heard) > 0, process)
            process.send_signal(signal.SIGTERM)
            done = ended(process, tmp_path / "run")
    assert done.code == 2, done.err
    if command[0] == "run":
        is_whole(done)


def test_a_run_refused_after_its_node_started_leaves_no_key(
    tmp_path: Path, temporary: Path, commands: Commands
) -> None:
    refused = commands("run", "--scenario", "nope", cwd=tmp_path, surroundings={"TMPDIR": str(temporary)})
    assert refused.code == 4
    assert keys(temporary) == []


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_the_reference_node_by_itself(tmp_path: Path, temporary: Path, number: signal.Signals) -> None:
    """Also asked twice; and the next start sweeps what a killed one left behind."""
    with started("node", "start", cwd=tmp_path, temporary=temporary) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    (left,) = keys(temporary)
    assert list(left.rglob("*.key.pem"))
    with started("node", "start", cwd=tmp_path, temporary=temporary) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (own,) = keys(temporary)
        assert own != left
        process.send_signal(number)
        process.send_signal(number)
        assert ended(process, tmp_path).code == 0
    assert keys(temporary) == []


@pytest.mark.parametrize("send", [TO_ONE, TO_ALL], ids=["the command", "everybody"])
def test_the_kill_matrix(tmp_path: Path, temporary: Path, send: Callable[[int, int], None]) -> None:
    arguments = ("faults", "NET-F-01", "NET-F-02", "NET-F-03", "NET-F-04", "NET-F-05")
    with started(*arguments, cwd=tmp_path, temporary=temporary) as process:
        until(lambda: keys(temporary), process)
        send(process.pid, signal.SIGTERM)
        assert ended(process, tmp_path).code == 2
    assert keys(temporary) == []


def test_runs_of_the_same_second_do_not_meet(tmp_path: Path, temporary: Path, small: Path) -> None:
    """Without --out each has a folder of its own."""
    arguments = ("run", str(small), "-q", "--scenario", "offers")
    with (
        started(*arguments, cwd=tmp_path, temporary=temporary) as one,
        started(*arguments, cwd=tmp_path, temporary=temporary) as two,
        started(*arguments, cwd=tmp_path, temporary=temporary) as three,
    ):
        codes = {ended(process, tmp_path).code for process in (one, two, three)}
    assert 4 not in codes
    reports = list((tmp_path / "reports" / "runs").glob("*/report.json"))
    assert len(reports) == 3
    assert {json.loads(report.read_bytes())["run"]["state"] for report in reports} == {"finished"}


def test_asked_to_end_while_the_folder_is_made(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run goes on to have a folder, so that its end finds one."""
    made = RunFolder.create

    def interrupted(path: Path) -> RunFolder:
        folder = made(path)
        signal.raise_signal(signal.SIGTERM)
        return folder

    monkeypatch.setattr(RunFolder, "create", interrupted)
    undo = signals.listen()
    session = Session.open(Options(node=str(small), out=tmp_path / "run"), None)
    try:
        running = session.begin()
        assert signals.asked()
        assert session.begin() is running
        assert (tmp_path / "run" / "run.json").exists()
    finally:
        undo()
        session.close()


@pytest.mark.parametrize("narrowed", [("--scenario", "offers"), ("--scenario", "offers", "--accept-partial")])
def test_nobody_reads_to_the_end(small: Path, tmp_path: Path, narrowed: tuple[str, ...]) -> None:
    """`run | head`: the report is made all the same, and the exit code is that of the conclusion."""
    quiet = spawned("run", str(small), *narrowed, "--out", "quiet", "-q", cwd=tmp_path)
    command = [SCRIPT, *as_always(("run", str(small), *narrowed, "--out", "run"))]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        code = process.wait(LIMIT_S)
    done = Ended(code, "", "", tmp_path / "run")
    assert done.code == quiet.code
    assert done.report["end"] is True
    assert done.conclusions == quiet.conclusions


@pytest.mark.parametrize("arguments", [("explain", "NET-01"), ("plan", "node.yaml"), ("--help",), ("no-command",)])
def test_nobody_reads_what_a_command_prints(small: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    named = [str(small) if one == "node.yaml" else one for one in arguments]
    with subprocess.Popen(
        [SCRIPT, *named], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(LIMIT_S) == (4 if arguments == ("no-command",) else 0)
