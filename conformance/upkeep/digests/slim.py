"""The last step before a digest is written: prose goes, facts stay."""

from __future__ import annotations

import json
import lzma
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions.normal import normalised
from conformance.validation.fhir.definitions.store import dump

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]
KINDS = ("StructureDefinition", "ValueSet", "CodeSystem", "SearchParameter")
_PROSE = frozenset({"short", "publisher", "title", "date", "experimental", "extension", "immutable", "name"})
_KEPT_SEARCH = (
    "resourceType",
    "url",
    "version",
    "code",
    "base",
    "type",
    "expression",
    "target",
    "comparator",
    "modifier",
    "component",
)


def slimmed(resource: Json) -> Json:
    """A conformance resource with structural facts only; a profile keeps its differential and no snapshot."""
    kind = resource["resourceType"]
    if kind == "SearchParameter":
        return {name: resource[name] for name in _KEPT_SEARCH if name in resource}
    source = {name: value for name, value in resource.items() if not (name == "snapshot" and _is_profile(resource))}
    slim = {name: value for name, value in normalised(source).items() if name not in _PROSE}
    slim["name"] = str(resource.get("name", ""))
    if kind == "StructureDefinition":
        slim.pop("copyright", None)
        _elements(slim)
    return slim


def _is_profile(resource: Json) -> bool:
    return resource.get("derivation") == "constraint" and bool(resource.get("differential", {}).get("element"))


def _elements(structure: Json) -> None:
    for view in ("snapshot", "differential"):
        for element in structure.get(view, {}).get("element", ()):
            element.pop("short", None)
            element.pop("isSummary", None)
            if element.get("isModifier") is False:
                del element["isModifier"]
            element["constraint"] = [
                {k: v for k, v in each.items() if k != "human"} for each in element.get("constraint", ())
            ]
            if not element["constraint"]:
                del element["constraint"]


def packed(resources: Iterable[Json]) -> bytes:
    """A digest: one resource a line, sorted, xz. The same input gives the same bytes."""
    lines = sorted((each["resourceType"], str(each.get("url", "")), dump(each)) for each in resources)
    return lzma.compress(b"\n".join(line for _, _, line in lines), preset=9 | lzma.PRESET_EXTREME)


def loaded(text: bytes) -> Json:
    """One JSON resource, decimals kept."""
    resource: Json = json.loads(text, parse_float=Decimal)
    return resource
