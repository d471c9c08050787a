"""Whole run folders of the reference node, as `conformance run` leaves them."""

from __future__ import annotations

from pathlib import Path

from conformance.harness.closing import leave
from conformance.harness.inputs import read_inputs
from conformance.harness.options import Options
from conformance.harness.running import Running
from conformance.recordings.store import RunFolder
from conformance.simulators.reference import ReferenceNode

FAULTS = ("NET-F-04", "IMG-F-R-03")
"""The tampered run is of a node that does not conform: a forger has something to gain."""


def played(folder: Path, faults: tuple[str, ...] = ()) -> Path:
    """Play everything against a reference node with these faults and leave the whole folder."""
    with ReferenceNode("1.5", faults, folder.parent / f"{folder.name}-node") as node:
        inputs = read_inputs(Options(node=str(node.node_file)), node.node_file)
        kept = RunFolder.create(folder)
        running = Running(inputs, kept)
        running.keep()
        try:
            for scenario in inputs.plan.scenarios:
                running.player.recording(scenario)
            asked = [f"{scenario}::{planned.requirement.id}" for scenario, planned in inputs.plan.pairs()]
            leave(kept, running.finish(asked))
        finally:
            running.close()
            kept.tidy()
    return folder
