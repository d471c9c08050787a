from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from conformance.agreements.catalogue import load_catalogue
from conformance.cli.explain import explain
from conformance.cli.init import init
from conformance.cli.lint import lint
from conformance.cli.plan import plan
from tests.agreements.making import agreements, node_file, write

APP = typer.Typer()
for command in (plan, explain, lint, init):
    APP.command()(command)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(APP, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_plan_says_what_applies_and_why_the_rest_does_not(tmp_path: Path) -> None:
    code, out, _ = run("plan", node_file(tmp_path), "--agreements", agreements(tmp_path / "a"))
    assert code == 0
    assert "doorkeeper · Doorkeeper · pact 2" in out
    assert "2 requirements, 1 decisive; 2 tested, 0 asked about, 0 not selected" in out
    assert "1 × release: has no status in release 2 (it has in 1)" in out
    assert "DOOR-02" in out
    assert "no run can conclude 'conforming'" in out


def test_plan_names_the_claim_that_is_waited_for(tmp_path: Path) -> None:
    node = node_file(tmp_path, 'speaks-json: "yes", ', "")
    _, out, _ = run("plan", node, "--agreements", agreements(tmp_path / "a"))
    assert "without speaks-json" in out
    assert "claim 'speaks-json' is required and unknown: stays undecided" in out


def test_plan_speaks_dutch_and_json(tmp_path: Path) -> None:
    node, folder = node_file(tmp_path), agreements(tmp_path / "a")
    _, dutch, _ = run("plan", node, "--agreements", folder, "--lang", "nl")
    assert "Niet van toepassing" in dutch
    _, out, _ = run("plan", node, "--agreements", folder, "--json", "--requirement", "DOOR-01")
    document = json.loads(out)
    assert [each["narrowed"] for each in document["profiles"][0]["requirements"]] == [False, True]
    assert document["excluded"][0]["requirement"] == "DOOR-02"
    assert document["released"] is False


@pytest.mark.parametrize("command", ["plan", "explain", "lint", "init"])
def test_wrong_usage_exits_4_with_a_message_and_nothing_else(tmp_path: Path, command: str) -> None:
    folder = tmp_path / "nowhere"
    target = [] if command == "lint" else [tmp_path / "node.yaml"]
    code, out, err = run(command, *target, "--agreements", folder)
    assert (code, out) == (4, "")
    assert "expected a folder with profiles/ and scenarios/" in err
    assert list(tmp_path.iterdir()) == []


def test_every_problem_of_a_node_file_is_one_line(tmp_path: Path) -> None:
    node = node_file(tmp_path, "actors: [keeper]", "actors: [kepper, '\x1b[31mred']".replace("\x1b", r"\e"))
    code, _, err = run("plan", node, "--agreements", agreements(tmp_path / "a"))
    assert code == 4
    assert len(err.splitlines()) == 1
    node = node_file(tmp_path, "actors: [keeper]", 'actors: [kepper, "a[red]\\e[31m"]')
    code, _, err = run("plan", node, "--agreements", agreements(tmp_path / "a"))
    assert "\x1b" not in err
    assert code == 4


def test_explain_tells_source_judgement_scenario_and_fault() -> None:
    catalogue = load_catalogue()
    requirement = next(each for each in catalogue.requirements.values() if each.automatic)
    code, out, _ = run("explain", requirement.id)
    assert code == 0
    assert requirement.source.url in out
    assert requirement.judged is not None
    assert requirement.judged.by in out
    assert all(name in out for name in catalogue.shown_by(requirement.id))
    assert "fault" in out


def test_explain_names_the_nearest_id() -> None:
    code, _, err = run("explain", "net-1")
    assert code == 4
    assert "Did you mean 'NET-" in err


def test_init_writes_once_and_never_over(tmp_path: Path) -> None:
    target = tmp_path / "node.yaml"
    code, _, _ = run("init", target)
    assert code == 0
    written = target.read_text(encoding="utf-8")
    assert "twiin-node" in written
    code, _, err = run("init", target, "--lang", "nl")
    assert code == 4
    assert "bestaat al" in err
    assert target.read_text(encoding="utf-8") == written
    code, _, err = run("init", tmp_path / "none" / "node.yaml")
    assert code == 4
    assert "Choose a folder" in err


def test_lint_tells_problems_and_counts(tmp_path: Path) -> None:
    folder = agreements(tmp_path / "a")
    code, out, _ = run("lint", "--agreements", folder, "--seal")
    assert code == 1
    assert "judged/by: expected a kind of judgement that exists; found 'closed'" in out
    assert "3 requirements, 1 scenarios," in out
    write(folder / "scenarios" / "loose.yaml", "a: 1\n")
    load_catalogue.cache_clear()
    code, _, err = run("lint", "--agreements", folder)
    assert code == 4
    assert "loose.yaml" in err
