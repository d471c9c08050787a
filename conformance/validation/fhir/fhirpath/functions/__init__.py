"""The functions of FHIRPath and those that FHIR adds; importing this package registers them all."""

from __future__ import annotations

from conformance.validation.fhir.fhirpath.functions import (
    boundaries,
    codecs,
    combining,
    conversion,
    existence,
    filtering,
    medical,
    numeric,
    strings,
    subsetting,
    tree,
    utility,
)
from conformance.validation.fhir.fhirpath.functions.type_tests import type_operator

__all__ = [
    "boundaries",
    "codecs",
    "combining",
    "conversion",
    "existence",
    "filtering",
    "medical",
    "numeric",
    "strings",
    "subsetting",
    "tree",
    "type_operator",
    "utility",
]
