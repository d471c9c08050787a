"""One run is one run: from our command, from plain pytest, over workers, and judged again from its folder."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.harness.command import Commands, spawned
from tests.harness.fixtures import Full
from tests.harness.watching import WatchedNode, lines

BURST_S = 1.0


def test_a_faithful_node_passes_everything(by_command: Full) -> None:
    ended, _ = by_command
    assert set(ended.verdicts.values()) == {"pass"}
    assert "Report: " in ended.out
    assert ended.err == ""


def test_plain_pytest_finds_the_same(by_command: Full, by_pytest: Full) -> None:
    command, plain = by_command[0], by_pytest[0]
    assert plain.findings == command.findings
    assert plain.code == command.code
    assert plain.conclusions == command.conclusions
    assert plain.run["command"] == command.run["command"]
    assert f"{len(command.verdicts)} passed" in plain.out


def test_workers_find_the_same_bytes(by_command: Full, by_workers: Full) -> None:
    command, workers = by_command[0], by_workers[0]
    assert workers.findings == command.findings
    assert workers.code == command.code
    assert workers.run["redactions"] == command.run["redactions"]
    assert not (workers.folder / ".play").exists()


def test_workers_play_each_scenario_once(by_command: Full, by_workers: Full) -> None:
    assert lines(by_workers[1]) == lines(by_command[1])


def test_politeness_spans_workers(watched: WatchedNode, commands: Commands, tmp_path: Path) -> None:
    polite = watched.variant("polite.yaml", politeness={"concurrency": 1, "rate_per_s": 25})
    watched.forget()
    scenarios = ("--scenario", "record-json", "--scenario", "edges", "--scenario", "reading")
    ended = commands("run", str(polite), *scenarios, "-n", "2", "--out", "run", cwd=tmp_path)
    busiest = watched.most_at_once
    times = sorted(call.at for call in watched.forget())
    assert "fail" not in ended.verdicts.values()
    assert len(times) > 40
    assert busiest == 1
    assert all(
        number <= 25 * (later - earlier + BURST_S) + 1
        for start, earlier in enumerate(times)
        for number, later in enumerate(times[start:])
    )


def test_judged_again_it_is_the_same(by_command: Full, commands: Commands, tmp_path: Path) -> None:
    ended, _ = by_command
    again = commands("judge", str(ended.folder), "--output", "again.json", cwd=tmp_path)
    assert again.code == ended.code
    assert (tmp_path / "again.json").read_bytes() == ended.findings
    assert "the same, byte for byte" in again.out


def test_judged_without_asserts_it_is_the_same(by_command: Full, tmp_path: Path) -> None:
    ended, _ = by_command
    program = (sys.executable, "-O", "-m", "conformance")
    again = spawned("judge", str(ended.folder), "--output", "again.json", cwd=tmp_path, program=program)
    assert again.code == ended.code
    assert (tmp_path / "again.json").read_bytes() == ended.findings


def test_judged_from_a_copy_without_reports(by_command: Full, commands: Commands, tmp_path: Path) -> None:
    """Only evidence, node, attestations, run and findings are needed; neither node nor network is there."""
    ended, _ = by_command
    copy = tmp_path / "copy"
    shutil.copytree(ended.folder, copy, ignore=shutil.ignore_patterns("report*", "junit*", "allure"))
    assert commands("judge", "copy", cwd=tmp_path).code == ended.code
