"""Type definitions for the tests, from the published core packages of FHIR (public data, not part of the project)."""

from __future__ import annotations

import json
import os
import tarfile
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from conformance.validation.fhir.fhirpath import SnapshotModel, TypeTable

SHARED = Path(os.environ.get("TWIIN_SHARED_DATA", Path(__file__).resolve().parents[4].parent / "shared" / "data"))
R4 = SHARED / "fhir-packages" / "hl7.fhir.r4.core-4.0.1.tgz"
STU3 = SHARED / "fhir-packages" / "hl7.fhir.r3.core-3.0.1.tgz"
_FHIR = "{http://hl7.org/fhir}"


@cache
def structures(package: Path) -> dict[str, dict[str, Any]]:
    """The base type definitions of a core package by type name."""
    found = {}
    with tarfile.open(package) as archive:
        for member in archive:
            if not member.name.startswith("package/StructureDefinition-"):
                continue
            content = archive.extractfile(member)
            definition = json.load(content) if content else {}
            if definition.get("derivation") != "constraint":
                found[definition["id"]] = definition
    return found


@cache
def r4_model() -> SnapshotModel:
    """The types of R4."""
    return SnapshotModel(structures(R4).get)


@cache
def stu3_model() -> SnapshotModel:
    """The types of STU3."""
    return SnapshotModel(structures(STU3).get)


def from_xml(content: bytes, model: SnapshotModel) -> dict[str, Any]:
    """A resource in XML as FHIR JSON; enough for well-formed examples."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    return _resource(etree.fromstring(content, parser), model, TypeTable(model))


def _resource(element: Any, model: SnapshotModel, types: TypeTable) -> dict[str, Any]:
    name = etree.QName(element).localname
    return {"resourceType": name, **_complex(element, name, model, types)}


def _complex(element: Any, owner: str, model: SnapshotModel, types: TypeTable) -> dict[str, Any]:
    found: dict[str, Any] = dict(element.attrib)
    for child in element:
        key = etree.QName(child).localname
        slot = next(slot for slot in types.find_slots(owner, key) or () if slot.key == key)
        repeats = len(element.findall(child.tag)) > 1 or _repeats(owner, key, model)
        if slot.type.convert is not None:
            _primitive(found, child, key, slot.type.name, repeats=repeats, model=model, types=types)
            continue
        inner = child[0] if slot.type.abstract else child
        value = _resource(inner, model, types) if slot.type.abstract else _complex(inner, slot.type.name, model, types)
        if repeats:
            found.setdefault(key, []).append(value)
        else:
            found[key] = value
    return found


def _primitive(
    found: dict[str, Any], child: Any, key: str, kind: str, *, repeats: bool, model: SnapshotModel, types: TypeTable
) -> None:
    value: Any = etree.tostring(child, encoding="unicode") if kind == "xhtml" else child.get("value")
    if value is not None and kind in ("integer", "unsignedInt", "positiveInt"):
        value = int(value)
    elif value is not None and kind == "decimal":
        value = Decimal(value)
    elif value is not None and kind == "boolean":
        value = value == "true"
    beside = {} if kind == "xhtml" else {name: text for name, text in child.attrib.items() if name != "value"}
    extensions = [_complex(each, "Extension", model, types) for each in child.findall(f"{_FHIR}extension")]
    if extensions:
        beside["extension"] = extensions
    if repeats:
        found.setdefault(key, []).append(value)
        found.setdefault("_" + key, []).append(beside or None)
        return
    if value is not None:
        found[key] = value
    if beside:
        found["_" + key] = beside


def _repeats(owner: str, key: str, model: SnapshotModel) -> bool:
    definition = structures(R4 if model is r4_model() else STU3)[owner.split(".")[0]]
    elements = definition["snapshot"]["element"]
    return any(e["path"] == f"{owner}.{key}" and e["max"] != "1" for e in elements)
