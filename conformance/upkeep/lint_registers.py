"""The registers of the code, gathered for comparison with the agreements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.agreements.problems import Problem
from conformance.checks.chapters import judgements
from conformance.model.agreements import Span
from conformance.protocols.catalogue import operations
from conformance.simulators.faults import variants
from conformance.simulators.faults.loading import load_faults
from conformance.upkeep.lint_kinds import Kinds


def registered() -> Kinds:
    """Every judgement, operation and fault of this installation; wrong fault data raise DocumentError."""
    return Kinds(judgements=judgements(), operations=operations(), faults=load_faults())


def over_spans(spans: Mapping[str, Span]) -> Iterator[Problem]:
    """Faults over spans that do not fit them."""
    for fault in load_faults().values():
        yield from variants.problems(fault, spans)
