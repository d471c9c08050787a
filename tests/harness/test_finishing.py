"""`conformance report`: a run that was cut off keeps its worth."""

from __future__ import annotations

import fcntl
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.command import Commands, as_always, environment
from tests.harness.watching import WatchedNode


@pytest.fixture(scope="module")
def killed(watched: WatchedNode, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was killed after its first scenario: nothing of it could be caught."""
    cwd = tmp_path_factory.mktemp("killed")
    command = (sys.executable, "-m", "conformance", "run", str(watched.node_file), "--seed", "0", "--out", "run", "-q")
    with subprocess.Popen(command, cwd=cwd, env=environment(), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and len(list((cwd / "run" / "recordings").glob("[!.]*"))) < 3:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    with (cwd / "run" / ".play" / "alive").open() as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)  # its second process ends by itself
    assert not (cwd / "run" / "report.json").exists()
    return cwd / "run"


@pytest.fixture
def cut_off(killed: Path, tmp_path: Path) -> Path:
    """A copy of it, with a half file and evidence of a scenario that had no time to be recorded."""
    folder = tmp_path / "run"
    shutil.copytree(killed, folder)
    (folder / "bodies" / ".half.1.tmp").write_bytes(b"x")
    (folder / "bodies" / ("0" * 64)).write_bytes(b"x")
    return folder


def test_a_killed_run_is_no_run_to_judge_yet(killed: Path, commands: Commands) -> None:
    judged = commands("judge", str(killed), cwd=killed)
    assert judged.code == 4
    assert "'conformance report FOLDER' finishes the run" in judged.err


def test_a_killed_run_is_finished_as_aborted(cut_off: Path, commands: Commands) -> None:
    ended = commands("report", "run", cwd=cut_off.parent)
    assert ended.code == 2, ended.err
    report = json.loads((cut_off / "report.json").read_bytes())
    assert report["run"]["state"] == "aborted"
    assert {decision["conclusion"] for decision in report["decisions"]} == {"aborted"}
    assert "pass" in {finding["verdict"] for finding in report["findings"]}
    assert not [path for path in cut_off.rglob("*") if path.name.startswith(".")]
    assert commands("judge", "run", cwd=cut_off.parent).code == 2


def test_a_run_that_still_goes_on_is_left_alone(cut_off: Path, commands: Commands) -> None:
    with (cut_off / ".play" / "alive").open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        ended = commands("report", "run", cwd=cut_off.parent)
    assert ended.code == 4
    assert "a run is still going on" in ended.err
    assert not (cut_off / "report.json").exists()


def test_a_changed_folder_gets_no_report(cut_off: Path, commands: Commands) -> None:
    node = cut_off / "node.json"
    node.write_text(node.read_text().replace('"vendor":"', '"vendor":"Other '))
    ended = commands("report", "run", cwd=cut_off.parent)
    assert ended.code == 7
    assert "node.json" in ended.err
    assert not (cut_off / "report.json").exists()


def lose_a_page(folder: Path) -> None:
    (folder / "report.html").unlink()


def lose_all(folder: Path) -> None:
    for name in ("report.html", "report.json", "junit.xml", "root.txt"):
        (folder / name).unlink()
    shutil.rmtree(folder / "allure")


def die_while_reporting(folder: Path) -> None:
    lose_all(folder)
    (folder / ".report.html.x1").write_bytes(b"<")
    (folder / ".allure.x2").mkdir()
    (folder / ".play").mkdir()


@pytest.mark.parametrize("lose", [lose_a_page, lose_all, die_while_reporting])
def test_reports_are_made_again(small: Path, commands: Commands, tmp_path: Path, lose: Callable[[Path], None]) -> None:
    first = commands("run", str(small), "--scenario", "offers", "--out", "run", cwd=tmp_path)
    before = {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()}
    lose(first.folder)
    again = commands("report", "run", cwd=tmp_path)
    assert again.code == first.code
    assert {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()} == before


def test_a_full_disk_is_finished_elsewhere(
    watched: WatchedNode,
    commands: Commands,
    tiny: Path,
    tmp_path: Path,
) -> None:
    assert commands("run", str(watched.node_file), "--out", "run", cwd=tiny).code == 2
    shutil.copytree(tiny / "run", tmp_path / "run")
    ended = commands("report", "run", cwd=tmp_path)
    assert ended.code == 2, ended.err
    assert commands("judge", "run", cwd=tmp_path).code == 2


def test_two_runs_into_one_folder(commands: Commands, tmp_path: Path) -> None:
    """Of two that begin at once, one gets the folder; the other says so and leaves it whole."""
    command = (sys.executable, "-m", "conformance", *as_always(("run", "--scenario", "offers", "--out", "run", "-q")))
    both = [
        subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [process.communicate()[1].decode() for process in both]
    assert sorted(process.returncode for process in both) == [4, 5], said
    assert any("is not empty" in each for each in said)
    assert commands("judge", str(tmp_path / "run"), cwd=tmp_path).code == 5


def test_a_full_disk_takes_no_report(watched: WatchedNode, commands: Commands, tiny: Path) -> None:
    assert commands("run", str(watched.node_file), "--out", "run", cwd=tiny).code == 2
    ended = commands("report", "run", cwd=tiny)
    assert ended.code == 2
    assert "Make room" in ended.err
    assert not (tiny / "run" / "report.json").exists()


@pytest.mark.parametrize("name", ["bodies", "exchanges", "recordings", "allure", ".play"])
def test_a_link_is_not_followed_to_what_it_would_remove(
    cut_off: Path, commands: Commands, tmp_path: Path, name: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".profile").write_text("mine")
    (elsewhere / "letter").write_text("mine")
    if (cut_off / name).exists():
        shutil.rmtree(cut_off / name)
    (cut_off / name).symlink_to(elsewhere)
    ended = commands("report", "run", cwd=tmp_path)
    assert ended.code == 7
    assert "is a link" in ended.err
    assert {path.name for path in elsewhere.iterdir()} == {".profile", "letter"}


def test_a_report_that_is_refused_leaves_the_folder_as_it_was(small: Path, commands: Commands, tmp_path: Path) -> None:
    first = commands("run", str(small), "--scenario", "offers", "--out", "run", cwd=tmp_path)
    node = first.folder / "node.json"
    node.write_text(node.read_text().replace('"vendor":"', '"vendor":"Other '))
    before = {path.relative_to(first.folder) for path in first.folder.rglob("*")}
    assert commands("report", "run", cwd=tmp_path).code == 7
    assert {path.relative_to(first.folder) for path in first.folder.rglob("*")} == before


def test_the_run_of_another_suite_is_left_to_it(cut_off: Path, commands: Commands) -> None:
    path = cut_off / "run.json"
    run = json.loads(path.read_bytes())
    run["digests"]["suite"] = f"sha256:{'0' * 64}"
    path.write_bytes(json.dumps(run, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    ended = commands("report", "run", cwd=cut_off.parent)
    assert ended.code == 4
    assert "Use the suite that played the run." in ended.err
