"""Who knows the answers of ten seeds by heart does not conform under an eleventh."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan as resolve
from conformance.upkeep.kills.faithful import play
from conformance.upkeep.kills.sockets import SocketSession
from tests.harness.command import Commands, Ended
from tests.harness.replaying import ReplayingNode

LEARNT = 10
ACTORS = ["bgz-source", "image-gateway"]


@pytest.fixture(scope="module")
def node() -> Iterator[ReplayingNode]:
    with ReplayingNode() as replaying:
        yield replaying


@pytest.fixture(scope="module")
def ended(node: ReplayingNode, commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The run under the eleventh seed."""
    place = tmp_path_factory.mktemp("replaying")
    path = node.variant("replaying.yaml", actors=ACTORS)
    for seed in range(LEARNT):
        ask(path, f"learnt-{seed}")
    node.recite()
    return commands("run", str(path), "--seed", "unforeseen", "--out", "run", cwd=place)


def ask(path: Path, seed: str) -> None:
    """Ask all that a run under a seed asks; whoever learns does not see what is made of it."""
    catalogue = load_catalogue()
    plan = resolve(catalogue, load_node(path, catalogue), seed=seed)
    session = SocketSession(plan.node)
    try:
        play(plan, session, lambda exchange: exchange, session.bench.opened)
    finally:
        session.close()


def test_nothing_that_was_learnt_by_heart_conforms(ended: Ended) -> None:
    assert ended.code == 1
    assert ended.conclusions["safe-exchange"] == "not-conforming"
    assert "conforming" not in ended.conclusions.values()


def test_what_fails_is_named(ended: Ended) -> None:
    """Also that it is somebody else's data that came."""
    failing = {finding["requirement"] for finding in json.loads(ended.findings) if finding["verdict"] == "fail"}
    assert {name.partition("-")[0] for name in failing} >= {"IMG", "SAFE", "PULL"}
