"""The end of a run: findings and run first, their root over all of it, then the reports that print the root."""

from __future__ import annotations

from dataclasses import replace

from conformance.harness import snapshots
from conformance.harness.concluding import Result
from conformance.harness.inputs import kept_node
from conformance.recordings.manifest import EVIDENCE, FINDINGS, RUN, covered, root_of
from conformance.recordings.store import RunFolder
from conformance.reporting.canonical import findings_bytes
from conformance.reporting.material import Material
from conformance.reporting.write import Written, write_material


def leave(folder: RunFolder, result: Result) -> tuple[Material, Written]:
    """Write what the run came to. A report appears only after the disk holds the run it reports.

    Raises StoreError or OSError when the folder cannot hold it.
    """
    folder.write(FINDINGS, findings_bytes(result.findings))
    folder.write(RUN, snapshots.run_bytes(result.run))
    folder.settle(*covered(folder.listed()), *EVIDENCE, "")
    # Reported is what the folder says, not what this process remembers: so whoever judges it makes the same bytes.
    run = snapshots.run_of(folder.read(RUN))
    plan = replace(result.plan, node=kept_node(folder, result.catalogue))
    material = material_of(folder, replace(result, run=run, plan=plan))
    return material, write_material(folder.path, material)


def material_of(folder: RunFolder, result: Result) -> Material:
    """What every form of the report is made from."""
    return Material(
        plan=result.plan,
        run=result.run,
        findings=result.findings,
        recordings=tuple(result.recordings.values()),
        decisions=result.decisions,
        surprises=result.surprises,
        attestations=result.attestations,
        evidence=folder.evidence(),
        chapters={chapter.id: chapter.title for chapter in result.catalogue.chapters.values()},
        root=root_of(folder.manifest()),
    )
