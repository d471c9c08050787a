"""The registers of the code, gathered for comparison with the agreements."""

from __future__ import annotations

from conformance.checks.chapters import judgements
from conformance.protocols.catalogue import operations
from conformance.simulators.faults.loading import load_faults
from conformance.upkeep.lint_kinds import Kinds


def registered() -> Kinds:
    """Every judgement, operation and fault of this installation; wrong fault data raise DocumentError."""
    return Kinds(judgements=judgements(), operations=operations(), faults=load_faults())
