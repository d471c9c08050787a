"""The faithful node that faulty ones are played beside, made once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from conformance.model.finding import Finding
from conformance.simulators.faults import Fault
from conformance.synthesis.keyfolder import KeyFolder
from conformance.upkeep.kills.faithful import faithful
from conformance.upkeep.kills.killing import Beside
from conformance.upkeep.kills.playing import findings_with


@pytest.fixture(scope="session")
def beside() -> Iterator[Beside]:
    """The faithful node, with what was said of it."""
    with KeyFolder() as keys:
        yield Beside.of(faithful("1.5", "0", keys.path / "faithful"))


def found(fault: Fault, beside: Beside, *, afresh: bool = False) -> tuple[Finding, ...]:
    """What is found at a node with a fault; afresh: nothing taken from the faithful recording."""
    node = replace(beside.faithful, said={}) if afresh else beside.faithful
    return findings_with([fault], node, beside.kept)


def broken(switch: str, **parameters: Any) -> Fault:
    """A fault of a test."""
    given = {name.replace("_", "-"): value for name, value in parameters.items()}
    return Fault(id="TEST", title={"nl": "-", "en": "-"}, switch=switch, chapter="test", parameters=given)
