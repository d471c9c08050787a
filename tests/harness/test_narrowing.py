"""A narrowed run: what it leaves out, what it concludes, and what --accept-partial changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.model.run import of_member
from conformance.simulators.reference import ReferenceNode
from tests.harness.command import Commands, Ended
from tests.harness.watching import WatchedNode

EXPIRED_WELCOME = "NET-F-13"


@pytest.fixture(scope="module")
def lax() -> Iterator[Path]:
    """A node file of a node that lets an expired certificate in: NET-13 fails, all else passes."""
    with WatchedNode(faults=(EXPIRED_WELCOME,)) as node:
        yield node.variant("small.yaml", actors=["twiin-node"])


def partial(ended: Ended) -> bool:
    return set(ended.conclusions.values()) == {"partial"}


def test_k_keeps_what_matches(small: Path, commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", str(small), "-k", "NET-03 or NET-04", "--out", "run", cwd=tmp_path)
    assert ended.code == 5
    assert partial(ended)
    assert {name.split("::")[1] for name in ended.tested} == {"NET-03", "NET-04"}
    assert not (ended.folder / "recordings" / "handshakes.dicomweb.json").exists()
    assert commands("judge", "run", cwd=tmp_path).code == 5


def test_k_may_match_nothing(small: Path, commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", str(small), "-k", "no-such-thing", "--out", "run", cwd=tmp_path)
    assert ended.code == 5
    assert partial(ended)
    assert not ended.tested


def test_requirement_narrows(small: Path, commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", str(small), "--requirement", "NET-03", "--out", "run", cwd=tmp_path)
    assert ended.code == 5
    assert partial(ended)
    assert {name.split("::")[1] for name in ended.tested} == {"NET-03"}


@pytest.mark.parametrize("name", ["offers", "offers.dicomweb"])
def test_scenario_narrows(small: Path, commands: Commands, tmp_path: Path, name: str) -> None:
    ended = commands("run", str(small), "--scenario", name, "--out", "run", cwd=tmp_path)
    assert ended.code == 5
    assert partial(ended)
    assert {finding.split("::")[0] for finding in ended.tested} == {"offers.dicomweb"}


def test_profile_narrows(watched: WatchedNode, commands: Commands, tmp_path: Path) -> None:
    both = watched.variant("both.yaml", actors=["twiin-node", "image-viewer"])
    ended = commands("run", str(both), "--profile", "image-viewer", "--out", "run", cwd=tmp_path)
    assert ended.code == 5
    assert {finding.split("::")[0] for finding in ended.tested} == {"view-elsewhere"}
    assert set(ended.verdicts.values()) == {"pass"}


def test_x_stops_at_the_first_failure(lax: Path, commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", str(lax), "-x", "--out", "run", cwd=tmp_path)
    assert partial(ended)
    assert ended.code == 5
    assert list(ended.verdicts.values()).count("fail") == 1
    assert "not-tested" in ended.verdicts.values()
    again = commands("judge", "run", "--output", "again.json", cwd=tmp_path)
    assert (again.code, (tmp_path / "again.json").read_bytes()) == (5, ended.findings)


def test_accepted_and_passed(small: Path, commands: Commands, tmp_path: Path) -> None:
    narrow = ("--requirement", "NET-03", "--accept-partial", "--out", "run")
    ended = commands("run", str(small), *narrow, cwd=tmp_path)
    assert ended.code == 0
    assert partial(ended)
    assert ended.report["run"]["accept_partial"] is True
    assert "--accept-partial" in ended.report["run"]["command"]
    assert "--accept-partial" in (ended.folder / "report.html").read_text()
    assert ended.report["decisions"][0]["tested"] == "conforming"
    # What a folder says was accepted is the word of whoever is tested: it weighs nothing later on.
    assert commands("judge", "run", cwd=tmp_path).code == 5
    assert commands("report", "run", cwd=tmp_path).code == 5


def test_accepted_and_failed(lax: Path, commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", str(lax), "--requirement", "NET-13", "--accept-partial", "--out", "run", cwd=tmp_path)
    assert ended.code == 1
    assert partial(ended)


def not_passed(ended: Ended) -> dict[str, dict[str, Any]]:
    """What of a run belongs on a known-failure list: findings that did not pass, with their members that did not."""
    return {
        finding["id"]: {"verdict": finding["verdict"], "reason": "known"} | members_not_passed(finding)
        for finding in json.loads(ended.findings)
        if finding["verdict"] != "pass"
    }


def members_not_passed(finding: dict[str, Any]) -> dict[str, dict[str, str]]:
    """A single member is the finding itself and has no line of its own."""
    members = finding.get("members", {})
    return {"members": {name: v for name, v in members.items() if v != "pass"}} if len(members) > 1 else {}


def lines_of(ended: Ended) -> set[str]:
    """Every line such a list would have: findings, and members by their finding."""
    return {
        name
        for finding, line in not_passed(ended).items()
        for name in (finding, *(of_member(finding, member) for member in line.get("members", ())))
    }


def surprising(ended: Ended) -> set[str]:
    return {surprise["name"] for surprise in ended.report["surprises"]}


def expectations(folder: Path, listed: dict[str, dict[str, Any]], **others: dict[str, dict[str, str]]) -> str:
    """A known-failure list of exactly these findings, and of these gaps and conclusions."""
    path = folder / "expected.yaml"
    path.write_text(json.dumps({"expect": "what is known of this node", "findings": listed, **others}))
    return str(path)


NOT_CONFORMING = {"twiin-node": {"conclusion": "not-conforming", "reason": "known"}}


@pytest.fixture(scope="module")
def failing(lax: Path, commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A whole run against the node that breaks one promise."""
    return commands("run", str(lax), "--out", "run", cwd=tmp_path_factory.mktemp("failing"))


def test_one_broken_promise_is_not_conforming(failing: Ended) -> None:
    assert failing.code == 1
    assert failing.conclusions == {"twiin-node": "not-conforming"}
    assert {name.split("::")[1] for name, verdict in failing.verdicts.items() if verdict != "pass"} == {"NET-13"}
    assert "✗ NET-13" in failing.out
    assert "to do: " in failing.out


def test_a_right_list_ends_with_0_and_changes_nothing(
    lax: Path, failing: Ended, commands: Commands, tmp_path: Path
) -> None:
    listed = expectations(tmp_path, not_passed(failing), conclusions=NOT_CONFORMING)
    ended = commands("run", str(lax), "--expect", listed, "--out", "run", cwd=tmp_path)
    assert ended.code == 0
    assert ended.conclusions == failing.conclusions
    assert ended.findings == failing.findings
    assert ended.report["surprises"] == []


def test_an_unexpected_failure_ends_with_1(lax: Path, commands: Commands, failing: Ended, tmp_path: Path) -> None:
    listed = expectations(tmp_path, {})
    ended = commands("run", str(lax), "--expect", listed, "--out", "run", cwd=tmp_path)
    assert ended.code == 1
    assert {surprise["expected"] for surprise in ended.report["surprises"]} == {"conforming", "pass"}
    assert surprising(ended) == {"twiin-node", *lines_of(failing)}
    assert ended.conclusions == failing.conclusions
    assert "NET-13" in ended.out.partition("known-failure list")[2]


def test_an_unexpected_pass_ends_with_1(small: Path, commands: Commands, failing: Ended, tmp_path: Path) -> None:
    listed = expectations(tmp_path, not_passed(failing), conclusions=NOT_CONFORMING)
    ended = commands("run", str(small), "--expect", listed, "--out", "run", cwd=tmp_path)
    assert ended.code == 1
    assert {surprise["found"] for surprise in ended.report["surprises"]} == {"conforming", "pass"}
    assert surprising(ended) == {"twiin-node", *lines_of(failing)}
    assert "not-conforming" not in ended.conclusions.values()


def test_an_empty_list_does_not_excuse_an_undecided_run(
    watched: WatchedNode, commands: Commands, tmp_path: Path
) -> None:
    """The node file gives no attestations: what is asked of its vendor stays open."""
    silent = watched.variant("silent.yaml", actors=["twiin-node"], attestations=None)
    listed = expectations(tmp_path, {})
    ended = commands("run", str(silent), "--expect", listed, "--out", "run", cwd=tmp_path)
    surprises = ended.report["surprises"]
    assert ended.code == 1
    assert {surprise["found"] for surprise in surprises} == {"undecided", "not-tested"}
    gaps = {
        surprise["name"]: {"verdict": "not-tested", "reason": "known"}
        for surprise in surprises
        if surprise["about"] == "gap"
    }
    undecided = {"twiin-node": {"conclusion": "undecided", "reason": "nobody answered"}}
    (tmp_path / "named").mkdir()
    listed = expectations(tmp_path / "named", {}, gaps=gaps, conclusions=undecided)
    named = commands("run", str(silent), "--expect", listed, "--out", "run", cwd=tmp_path / "named")
    assert named.code == 0
    assert named.report["surprises"] == []
    assert commands("judge", "run", cwd=tmp_path / "named").code == 5


def test_a_fault_of_the_reference_node_is_known_by_its_id() -> None:
    with pytest.raises(ValueError, match="no such fault: NET-F-0"):
        ReferenceNode(faults=("NET-F-0",))
