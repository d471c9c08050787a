"""Who knows the answers of ten seeds by heart does not conform under an eleventh."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

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
    path = str(node.variant("replaying.yaml", actors=ACTORS))
    for seed in range(LEARNT):
        learning = commands("run", path, "--seed", f"learnt-{seed}", "--out", f"run-{seed}", cwd=place)
        assert learning.code == 0, learning.out
    node.recite()
    return commands("run", path, "--seed", "unforeseen", "--out", "run", cwd=place)


def test_nothing_that_was_learnt_by_heart_conforms(ended: Ended) -> None:
    assert ended.code == 1
    assert ended.conclusions["safe-exchange"] == "not-conforming"
    assert "conforming" not in ended.conclusions.values()


def test_what_fails_is_named(ended: Ended) -> None:
    """Also that it is somebody else's data that came."""
    failing = {finding["requirement"] for finding in json.loads(ended.findings) if finding["verdict"] == "fail"}
    assert {name.partition("-")[0] for name in failing} >= {"IMG", "SAFE", "PULL"}
