"""One faithful node for all of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.simulators.reference import ReferenceNode
from tests.hostile.playing import OddNode


@pytest.fixture(scope="session")
def odd_node() -> Iterator[OddNode]:
    with ReferenceNode() as node:
        yield OddNode.of(node)
