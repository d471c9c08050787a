"""FHIR definitions of one version and its packages: structures with snapshots, expansions, code systems."""

from conformance.validation.fhir.definitions.cache import Cache
from conformance.validation.fhir.definitions.definitions import Definitions
from conformance.validation.fhir.definitions.expansion import Expansion
from conformance.validation.fhir.definitions.problem import DefinitionError, DefinitionProblem
from conformance.validation.fhir.definitions.terminology import CodeSystem, Concept
from conformance.validation.fhir.definitions.version import FhirVersion

__all__ = [
    "Cache",
    "CodeSystem",
    "Concept",
    "DefinitionError",
    "DefinitionProblem",
    "Definitions",
    "Expansion",
    "FhirVersion",
]
