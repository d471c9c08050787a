"""All operations, loaded."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache

from conformance.protocols.operations import Operation, registered

_MODULES = ("tls", "door", "oauth", "fhir", "dicomweb", "requesting")


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation a scenario may name."""
    for module in _MODULES:
        importlib.import_module(f"conformance.protocols.{module}")
    return registered()
