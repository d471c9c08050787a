"""Allowed reference targets of STU3 elements, from the STU3 classes of fhir.resources."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any


def targets(path: str) -> tuple[str, ...]:
    """Resource types a reference at this path may point to; empty when any may, or when the class does not say."""
    owner, _, name = path.rpartition(".")
    extra = _properties(owner).get(name) or _properties(owner).get(name.removesuffix("[x]") + "Reference") or {}
    listed = extra.get("enum_reference_types") or ()
    return () if "Resource" in listed else tuple(str(each) for each in listed)


@cache
def _properties(owner: str) -> dict[str, dict[str, Any]]:
    """JSON schema extras by JSON name of the class for a type or backbone element."""
    module = owner.partition(".")[0].lower()
    wanted = "".join(part[:1].upper() + part[1:] for part in owner.split("."))
    try:
        found = importlib.import_module(f"fhir.resources.STU3.{module}")
    except ModuleNotFoundError:
        return {}
    model = getattr(found, wanted, None)
    if model is None:
        return {}
    fields = model.model_fields.items()
    return {each.alias or name: extra for name, each in fields if isinstance(extra := each.json_schema_extra, dict)}
