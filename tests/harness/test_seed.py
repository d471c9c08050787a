"""What a run was asked: its seed and how, from the command line to the report, and no other ones afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan
from conformance.harness.opened import RefusedError
from conformance.harness.options import Options
from conformance.harness.rejudging import rejudge
from conformance.recordings.ladder import PREFLIGHT
from conformance.recordings.store import RunFolder
from tests.harness.command import Commands, spawned
from tests.harness.fixtures import PYTEST
from tests.tampering.forging import Forger, Parts

ONE = ("--requirement", "NET-03", "--accept-partial")
HOW = {"seed": "witness.2026-12_A", "thorough": True, "anonymous": True}
ASKED = ("--seed", "witness.2026-12_A", "--thorough", "--anonymous")


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_run_and_report_say_what_was_asked(
    small: Path, commands: Commands, tmp_path: Path, workers: tuple[str, ...]
) -> None:
    ended = commands("run", str(small), *ONE, *ASKED, *workers, "--out", "run", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert {name: ended.run[name] for name in HOW} == HOW
    assert {name: ended.report["run"][name] for name in HOW} == HOW
    assert "seed witness.2026-12_A" in ended.out
    assert Options.of(tuple(ended.run["command"])).seed == "witness.2026-12_A"
    assert commands("judge", "run", cwd=tmp_path).code == 5


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_seed_that_is_not_given_is_drawn_anew_and_kept(small: Path, tmp_path: Path, workers: tuple[str, ...]) -> None:
    seeds = set()
    program = (PYTEST, "-p", "no:cacheprovider", "--pyargs", "conformance.harness", "--node", str(small), *workers)
    for name in ("one", "other"):
        ended = spawned(*ONE, "--out", name, cwd=tmp_path, program=program)
        assert ended.code == 0, ended.out + ended.err
        seeds.add(ended.run["seed"])
        assert {*ended.run["command"]} >= {"--seed", ended.run["seed"]}
        rejudge(ended.folder)
    assert len(seeds) == 2
    assert all(len(seed) == 16 for seed in seeds)


@pytest.mark.parametrize("seed", ["", " ", "a b", "x" * 65, "twee\nregels", "é"])
@pytest.mark.parametrize("command", ["run", "plan"])
def test_what_can_be_no_seed_is_told(small: Path, commands: Commands, tmp_path: Path, command: str, seed: str) -> None:
    ended = commands(command, str(small), "--seed", seed, cwd=tmp_path)
    assert ended.code == 4
    assert "--seed: expected 1 to 64 characters of A-Z, a-z, 0-9" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_plan_is_that_of_its_seed(small: Path, commands: Commands, tmp_path: Path) -> None:
    def planned(*asked: str) -> tuple[str, str, bool]:
        made = json.loads(commands("plan", str(small), "--json", *asked, cwd=tmp_path).out)
        return made["digest"], made["seed"], made["thorough"]

    assert planned("--seed", "a") == planned("--seed", "a")
    digests = {planned(*asked)[0] for asked in (("--seed", "a"), ("--seed", "a", "--thorough"), ("--seed", "b"), ())}
    assert len(digests) == 4
    assert planned("--seed", "a", "--thorough")[1:] == ("a", True)
    assert planned()[1] != planned()[1]
    assert "· seed a ·" in commands("plan", str(small), "--seed", "a", cwd=tmp_path).out


@pytest.mark.parametrize(("name", "other"), [("seed", "1"), ("thorough", True), ("anonymous", True)])
def test_a_run_of_another_plan_sealed_again_contradicts_itself(
    forger: Forger, faulty: Parts, name: str, other: object
) -> None:
    parts = faulty.copy()
    parts.run[name] = other
    with pytest.raises(RefusedError, match=rf"'{name}' is {other}; the rest of the folder says"):
        rejudge(forger.sealed(parts))


def test_a_seed_changed_in_the_command_too_is_not_the_plans(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    parts.run["seed"] = "1"
    parts.run["command"] = [*parts.run["command"][:-1], "1"]
    with pytest.raises(RefusedError, match=r"'digests\.plan' is"):
        rejudge(forger.sealed(parts, (("digests", "plan"),)))


def test_a_command_without_a_seed_is_none_of_ours(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    at = parts.run["command"].index("--seed")
    del parts.run["command"][at : at + 2]
    with pytest.raises(RefusedError, match="'seed' is 0"):
        rejudge(forger.sealed(parts))


def test_what_can_be_no_seed_is_not_read_from_a_run(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    parts.run["seed"] = "a b"
    with pytest.raises(RefusedError, match=r"run\.json: not as a run writes it"):
        rejudge(forger.sealed(parts))


def test_scenarios_are_played_in_the_order_of_the_seed_and_reported_in_that_of_the_plan(
    small: Path, commands: Commands, tmp_path: Path
) -> None:
    orders, findings = set(), set()
    for seed in ("one", "other"):
        ended = commands("run", str(small), "--seed", seed, "-n", "1", "--out", seed, cwd=tmp_path)
        assert ended.code == 0, ended.out + ended.err
        played = sorted(RunFolder(ended.folder).recordings(), key=lambda recording: recording.exchanges[0].started)
        order = tuple(recording.scenario for recording in played)
        catalogue = load_catalogue()
        assert order == (PREFLIGHT, *plan(catalogue, load_node(small, catalogue), seed=seed).scenarios)
        orders.add(order)
        findings.add(tuple(ended.verdicts.items()))
    assert len(orders) == 2
    assert len(findings) == 1


def test_workers_play_what_the_seed_drew(small: Path, commands: Commands, tmp_path: Path) -> None:
    found = {}
    for workers in ((), ("-n", "2")):
        ended = commands("run", str(small), "--seed", "one", *workers, "--out", f"run{len(workers)}", cwd=tmp_path)
        assert rejudge(ended.folder).exit == ended.code == 0
        found[workers] = (ended.findings, ended.run["digests"]["plan"])
    assert len(set(found.values())) == 1
