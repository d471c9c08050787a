"""What a run was asked to do, read and checked; and what of it the run folder keeps, so that it can be judged again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance.agreements.canonical import canonical
from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.outcomes import load_attestations, load_expectations
from conformance.agreements.resolve import plan as resolve
from conformance.harness import snapshots
from conformance.harness.digests import suite_digest
from conformance.harness.options import Options
from conformance.model.node import Node, Trust
from conformance.model.plan import Plan
from conformance.model.run import Attestation, Digests, Expectation, Run
from conformance.recordings.files import digest_of
from conformance.recordings.manifest import AGREEMENTS, ATTESTATIONS, EXPECTATIONS, NODE, ROOTS
from conformance.recordings.store import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a run was asked to do, read and checked: nothing has been sent yet. `roots` is PEM, empty for none."""

    options: Options
    catalogue: Catalogue
    plan: Plan
    node_file: Path
    roots: bytes
    attestations: tuple[Attestation, ...]
    expectations: tuple[Expectation, ...] | None

    def files(self) -> dict[str, bytes]:
        """What the run folder keeps of it, by file name; what was not given has no file."""
        kept = {
            NODE: snapshots.node_bytes(self.node_file),
            ATTESTATIONS: snapshots.attestation_bytes(self.attestations),
            AGREEMENTS: canonical(dict(self.catalogue.library.digests)),
        }
        if self.roots:
            kept[ROOTS] = self.roots
        if self.expectations is not None:
            kept[EXPECTATIONS] = snapshots.expectation_bytes(self.expectations)
        return kept

    def digests(self) -> Digests:
        """Of everything a verdict will rest on but the evidence."""
        named = input_digests(self.files())
        return Digests(suite=suite_digest(), data=self.catalogue.data_digest, plan=self.plan.digest, **named)


def input_digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """The digest of each input file, by the name it has in `run.json`; empty for a file that is not there."""
    names = {
        "agreements": AGREEMENTS,
        "node": NODE,
        "attestations": ATTESTATIONS,
        "expectations": EXPECTATIONS,
        "roots": ROOTS,
    }
    return {name: digest_of(files[file]) if file in files else "" for name, file in names.items()}


def read_inputs(options: Options, node_file: Path) -> Inputs:
    """Read agreements, node file, attestations and expectations. Raises DocumentError with every problem."""
    catalogue = load_catalogue(options.agreements)
    node = load_node(node_file, catalogue)
    return Inputs(
        options=options,
        catalogue=catalogue,
        plan=resolve(
            catalogue,
            node,
            release=options.release,
            selection=options.selection,
            seed=options.seed,
            thorough=options.thorough,
        ),
        node_file=node_file,
        roots=_roots(node.trust),
        attestations=load_attestations(node.attestations, catalogue) if node.attestations else (),
        expectations=load_expectations(options.expect, catalogue) if options.expect else None,
    )


def _roots(trust: Trust) -> bytes:
    """The roots as the folder keeps them; nothing of a file that holds none, with which no handshake succeeds."""
    try:
        return snapshots.root_certificates(trust.roots.read_bytes()) if trust.roots else b""
    except ValueError:
        return b""


def kept_plan(folder: RunFolder, catalogue: Catalogue, run: Run, release: str | None = None) -> Plan:
    """The plan as it follows from what the folder keeps of the run and its node file, or that of another release.

    Raises DocumentError.
    """
    return resolve(
        catalogue,
        kept_node(folder, catalogue),
        release=release or run.release,
        selection=run.selection,
        seed=run.seed,
        thorough=run.thorough,
    )


def kept_node(folder: RunFolder, catalogue: Catalogue) -> Node:
    """The node as the folder keeps it: without what changes no plan. Raises DocumentError."""
    return load_node(folder.path / NODE, catalogue, files=False)


def keep_inputs(folder: RunFolder, inputs: Inputs) -> None:
    """Leave the inputs in the run folder, before anything is played."""
    for name, data in inputs.files().items():
        folder.write(name, data)
