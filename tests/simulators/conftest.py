"""Nodes with one fault, which end with the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.simulators.faults import Fault
from conformance.simulators.reference import ReferenceNode
from tests.simulators.faulty import Breaking, Broken


@pytest.fixture
def broken() -> Iterator[Breaking]:
    running: list[Broken] = []

    def make(one: Fault) -> Broken:
        running.append(Broken(ReferenceNode(release="1.4", faults=(one,)).start()))
        return running[-1]

    yield make
    for one in running:
        one.client.close()
        one.node.stop()
