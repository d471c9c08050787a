"""Wrong nodes that once conformed, each played for real: none of them does any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.simulators.http import Answer, Call, Handler
from tests.harness.command import Commands, Ended
from tests.harness.watching import WatchedNode

GREETING = Answer(200, (("Content-Type", "text/html"),), b"<html><body><h1>It works!</h1></body></html>")


class Greeter(WatchedNode):
    """A web server that says "It works" to everything, behind mutual TLS."""

    def _handler(self) -> Handler:
        def greet(_: Call) -> Answer:
            return GREETING

        return greet


@contextmanager
def faulty(*faults: str) -> Iterator[WatchedNode]:
    with WatchedNode(faults=faults) as node:
        yield node


def run(commands: Commands, node: Path, cwd: Path, *options: str) -> Ended:
    return commands("run", str(node), *options, "--out", "run", cwd=cwd)


def test_a_node_file_without_a_fhir_address_shows_nothing(
    watched: WatchedNode, commands: Commands, tmp_path: Path
) -> None:
    token_server = {"oauth": {"url": f"{watched.url}/oauth/token"}}
    node = watched.variant("no-fhir.yaml", actors=["bgz-source"], endpoints=token_server)
    ended = run(commands, node, tmp_path)
    assert set(ended.conclusions.values()) == {"not-shown"}
    assert ended.code == 5
    assert "The role needs an address 'fhir'; the node file gives none." in ended.out


def test_it_works_behind_mutual_tls_is_no_source(commands: Commands, tmp_path: Path) -> None:
    with Greeter() as greeter:
        alone = greeter.variant("alone.yaml", actors=["bgz-source"])
        ended = run(commands, alone, tmp_path)
        (tmp_path / "all").mkdir()
        every = run(commands, greeter.node_file, tmp_path / "all")
    assert set(ended.conclusions.values()) == {"not-shown"}
    assert ended.code == 5
    assert set(every.conclusions.values()) <= {"not-shown", "not-conforming"}


def test_an_image_gateway_alone_keeps_its_door_too(commands: Commands, tmp_path: Path) -> None:
    with faulty("NET-F-01") as node:
        alone = node.variant("alone.yaml", actors=["image-gateway"])
        ended = run(commands, alone, tmp_path)
        (tmp_path / "lenient").mkdir()
        lenient = run(commands, alone, tmp_path / "lenient", "--accept-not-decisive")
    assert ended.conclusions == {"safe-exchange": "not-conforming", "image-gateway": "conforming-on-what-decides"}
    assert ended.code == lenient.code == 1


@pytest.mark.parametrize(
    ("fault", "actor", "requirement", "member"),
    [
        ("NET-F-30[about=frame]", "image-gateway", "NET-01", "frame"),
        ("NET-F-31[about=metadata-of-study]", "image-gateway", "NET-15", "metadata-of-study"),
        ("NET-F-26[type=Flag]", "bgz-source", "NET-01", "Flag-read-xml"),
        ("NET-F-28[about=capabilities]", "bgz-source", "NET-01", "capabilities"),
    ],
)
def test_a_gateway_that_leaves_one_address_open_is_named(
    commands: Commands, tmp_path: Path, fault: str, actor: str, requirement: str, member: str
) -> None:
    with faulty(fault) as node:
        ended = run(commands, node.variant("alone.yaml", actors=[actor]), tmp_path)
    assert ended.conclusions["safe-exchange"] == "not-conforming"
    assert ended.code == 1
    failing = {
        (finding["requirement"], name)
        for finding in json.loads(ended.findings)
        for name, verdict in finding.get("members", {}).items()
        if verdict == "fail"
    }
    assert (requirement, member) in failing


def test_another_patients_data_to_anybody_is_not_conforming(commands: Commands, tmp_path: Path) -> None:
    with faulty("ID-F-04", "ID-F-07", "PULL-F-01", "PULL-F-22") as node:
        ended = run(commands, node.node_file, tmp_path)
    assert ended.conclusions["safe-exchange"] == "not-conforming"
    assert "conforming" not in ended.conclusions.values()
    assert next(iter(ended.conclusions)) == "safe-exchange"
    assert ended.code == 1


def test_what_is_informative_ends_with_6_and_accepted_with_0(commands: Commands, tmp_path: Path) -> None:
    with faulty("PULL-F-12") as node:
        alone = node.variant("alone.yaml", actors=["bgz-source"])
        ended = run(commands, alone, tmp_path)
        (tmp_path / "other").mkdir()
        accepted = run(commands, alone, tmp_path / "other", "--accept-not-decisive")
    assert ended.conclusions["twiin-bgz-source"] == "conforming-on-what-decides"
    assert ended.conclusions["safe-exchange"] == "conforming"
    assert (ended.code, accepted.code) == (6, 0)
    assert accepted.conclusions == ended.conclusions
    assert accepted.report["run"]["accept_not_decisive"] is True
    assert "--accept-not-decisive" in accepted.out
    assert commands("judge", "run", cwd=tmp_path / "other").code == 6
    assert commands("report", "run", cwd=tmp_path / "other").code == 6
