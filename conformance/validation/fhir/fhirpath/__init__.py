"""FHIRPath 2.0 for FHIR: `compile(text)` once, then evaluate on nodes or JSON resources, many times.

types = TypeTable(SnapshotModel(structure_definition_by_name))
rule = compile("component.value.exists() or dataAbsentReason.exists()")
rule.boolean(Node(observation, types.type("Observation")))     # True, False, or None for empty
"""

from __future__ import annotations

from conformance.validation.fhir.fhirpath.compiled import Compiled, compile  # noqa: A004
from conformance.validation.fhir.fhirpath.environment import Environment
from conformance.validation.fhir.fhirpath.errors import (
    FhirPathError,
    FhirPathEvaluationError,
    FhirPathSyntaxError,
    FhirPathUndecidableError,
)
from conformance.validation.fhir.fhirpath.model import Child, SnapshotModel, TypeModel
from conformance.validation.fhir.fhirpath.nodes import Item, Items, Node, TypeName
from conformance.validation.fhir.fhirpath.parser import parse
from conformance.validation.fhir.fhirpath.quantity import Quantity
from conformance.validation.fhir.fhirpath.temporal import Temporal
from conformance.validation.fhir.fhirpath.type_table import Type, TypeTable

__all__ = [
    "Child",
    "Compiled",
    "Environment",
    "FhirPathError",
    "FhirPathEvaluationError",
    "FhirPathSyntaxError",
    "FhirPathUndecidableError",
    "Item",
    "Items",
    "Node",
    "Quantity",
    "SnapshotModel",
    "Temporal",
    "Type",
    "TypeModel",
    "TypeName",
    "TypeTable",
    "compile",
    "parse",
]
