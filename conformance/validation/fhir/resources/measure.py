"""Measures: criteria in CQL need a library that holds them (FHIR R4, Measure.library)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

CQL = {"text/cql", "text/cql.identifier", "text/cql-identifier", "text/cql.expression"}


def check_measure(run: Run, value: dict[str, Any], at: At) -> None:
    """Hook of the resource Measure."""
    if not value.get("library") and any(_cql(value)):
        run.report(
            Code.MEASURE_RULE,
            at,
            expected="a library that holds the CQL of its criteria",
            found="Measure without library",
        )


def _cql(value: Any) -> Iterator[bool]:
    if isinstance(value, dict):
        yield str(value.get("language")) in CQL
        for each in value.values():
            yield from _cql(each)
    elif isinstance(value, list):
        for each in value:
            yield from _cql(each)
