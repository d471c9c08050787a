from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from conformance.model.finding import Finding
from conformance.simulators.faults import Fault
from conformance.synthesis.keyfolder import KeyFolder
from conformance.upkeep.kills.comparing import Memory
from conformance.upkeep.kills.faithful import Faithful, faithful
from conformance.upkeep.kills.playing import findings_with


@dataclass(frozen=True)
class Beside:
    """The faithful node, with what was said of it."""

    faithful: Faithful
    memory: Memory

    def found(self, fault: Fault, *, afresh: bool = False) -> tuple[Finding, ...]:
        """What is found at a node with a fault; afresh: nothing taken from the faithful recording."""
        return findings_with(fault, replace(self.faithful, said={}) if afresh else self.faithful, self.memory)


@pytest.fixture(autouse=True)
def own_cache() -> None:
    """None here: the keys of a faulty node's certificates are those of the faithful one, from one cache."""


@pytest.fixture(scope="session")
def beside() -> Iterator[Beside]:
    with KeyFolder() as keys:
        node = faithful("1.5", "0", keys.path / "faithful")
        yield Beside(node, Memory(node))


def broken(switch: str, **parameters: Any) -> Fault:
    """A fault of a test."""
    given = {name.replace("_", "-"): value for name, value in parameters.items()}
    return Fault(id="TEST", title={"nl": "-", "en": "-"}, switch=switch, chapter="test", parameters=given)
