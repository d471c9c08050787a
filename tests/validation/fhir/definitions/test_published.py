"""Snapshots against those that HL7 publishes and that another generator makes, over hundreds of real profiles."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conformance.codecs.fhir import parse, to_json
from conformance.validation.fhir.definitions import Cache, Definitions, FhirVersion, archive
from conformance.validation.fhir.definitions.normal import normalised
from conformance.validation.fhir.definitions.snapshot import Generator

pytestmark = pytest.mark.shared
Json = dict[str, Any]
NICTIZ = {FhirVersion.R4: ("nictiz-r4-zib2020", 354), FhirVersion.STU3: ("nictiz-stu3-zib2017", 214)}
CORE = {FhirVersion.R4: "hl7.fhir.r4.core-4.0.1.tgz", FhirVersion.STU3: "hl7.fhir.r3.core-3.0.1.tgz"}
PEER_STUBS = ("hl7.terminology.r4#6.0.0", "hl7.fhir.uv.extensions.r4#5.2.0")

# HL7's own publications that contradict their differential, each looked at.
PUBLISHED_OTHERWISE = {
    "bp": "the choice of a slice is narrowed without slicing; the same types and children",
    "catalog": "a slice name without slicing",
    "familymemberhistory-genetic": "slice names without slicing",
    "elementdefinition-de": "children hung into one extension slice for no element of the differential",
}


@pytest.mark.parametrize("version", list(NICTIZ), ids=lambda version: version.name)
@pytest.mark.parametrize("base", ["shipped", "core package"])
def test_every_nictiz_profile_gets_a_snapshot(version: FhirVersion, base: str, shared: Path, cache: Cache) -> None:
    folder, count = NICTIZ[version]
    sources: list[Path | str] = [shared / folder]
    if base == "core package":
        sources.append(shared / "fhir-packages" / CORE[version])
    definitions = Definitions.open(version, sources, cache=cache)
    own = [
        each
        for each in definitions.canonicals("StructureDefinition")
        if each.startswith(("http://nictiz.nl/", "http://fhir.nl/"))
    ]

    assert len(own) == count
    for canonical in own:
        structure = definitions.structure(canonical)
        assert structure is not None
        ids = [each["id"] for each in structure["snapshot"]["element"]]
        assert len(ids) == len(set(ids)), canonical
        assert ids[0] == structure["type"]
    assert [str(each) for each in definitions.problems if each.is_error] == []


SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""Python 3.11 has filters of what is extracted from 3.11.4 on."""


def test_snapshots_are_those_that_hl7_publishes(shared: Path, r4: Definitions) -> None:
    """R4's own profiles and extensions: generated from the differential, compared with the snapshot beside it."""
    compared = 0
    different: list[str] = []
    problems: list[Any] = []
    generator = Generator(r4.structure, problems)
    for _, data in archive.members(shared / "fhir-packages" / CORE[FhirVersion.R4]):
        resource = json.loads(data, parse_float=Decimal)
        if resource.get("derivation") != "constraint" or not {"snapshot", "differential"} <= set(resource):
            continue
        published = normalised({name: value for name, value in resource.items() if name != "differential"})
        made = generator.generate(normalised({k: v for k, v in resource.items() if k != "snapshot"}), resource["id"])
        compared += 1
        if _ids(published) != _ids(made):
            different.append(resource["id"])
    assert compared > 400
    assert sorted(different) == sorted(PUBLISHED_OTHERWISE)


@pytest.mark.peer
def test_snapshots_are_those_of_the_peer(shared: Path, cache: Cache, tmp_path: Path) -> None:
    """Nictiz R4 with npm fhir-snapshot-generator: the same elements, cardinalities, types and fixed values."""
    modules = os.environ.get("TWIIN_NODE_MODULES", "")
    if not shutil.which("node") or not (Path(modules) / "fhir-snapshot-generator").is_dir():
        pytest.skip("npm fhir-snapshot-generator is not installed (TWIIN_NODE_MODULES names its node_modules)")
    definitions = Definitions.open(FhirVersion.R4, [shared / "nictiz-r4-zib2020"], cache=cache)
    peer = _peer(shared, definitions, tmp_path)

    assert len(peer) == 354
    other_ids, other_facts = [], []
    for canonical, elements in peer.items():
        assert isinstance(elements, list), f"{canonical}: {elements}"
        structure = definitions.structure(canonical)
        assert structure is not None
        mine = {each["id"]: each for each in structure["snapshot"]["element"]}
        theirs = {each["id"]: each for each in normalised(_as_base(elements))["snapshot"]["element"]}
        if set(mine) != set(theirs):
            other_ids.append(canonical.rpartition("/")[2])
        other_facts += [f"{canonical}: {each}" for each in _differences(mine, theirs)]
    # The peer does not slice a choice for its shorthand in these two.
    assert sorted(other_ids) == ["nl-core-Stoma", "zib-Stoma"]
    assert other_facts == []


def _ids(structure: Json) -> set[str]:
    return {each["id"] for each in structure["snapshot"]["element"]}


def _as_base(elements: list[Json]) -> Json:
    return {"resourceType": "StructureDefinition", "derivation": "specialization", "snapshot": {"element": elements}}


def _differences(mine: dict[str, Json], theirs: dict[str, Json]) -> list[str]:
    found = []
    for name in set(mine) & set(theirs):
        facts, others = _facts(mine[name]), _facts(theirs[name])
        if ":" in name.rpartition(".")[2]:
            # The peer lets a slice inherit the minimum of the whole list, so that every slice would be required.
            facts.pop("min", None)
            others.pop("min", None)
        found += [f"{name} {key}: {facts.get(key)} {others.get(key)}" for key in facts if facts[key] != others.get(key)]
    return found


def _facts(element: Json) -> Json:
    kept = {
        name: value
        for name, value in element.items()
        if name in {"min", "max"} or name.startswith(("fixed", "pattern"))
    }
    kept["type"] = [(each["code"], each.get("profile"), each.get("targetProfile")) for each in element.get("type", ())]
    return json.loads(json.dumps(kept, default=str))


def _peer(shared: Path, definitions: Definitions, folder: Path) -> dict[str, Any]:
    """Run the peer on a package cache of its own; it gets no network and needs none."""
    core = folder / "hl7.fhir.r4.core#4.0.1"
    with tarfile.open(shared / "fhir-packages" / CORE[FhirVersion.R4]) as package:
        package.extractall(core, **SAFELY)
    own = _package(folder, "test.nictiz#0.0.1", {"hl7.fhir.r4.core": "4.0.1"})
    for stub in PEER_STUBS:
        _package(folder, stub, {})
    canonicals = []
    for name, data in archive.members(shared / "nictiz-r4-zib2020"):
        resource = parse(data, media=name, types=definitions.model).root if name.endswith(".xml") else {}
        if resource.get("resourceType") in {"StructureDefinition", "ValueSet", "CodeSystem"}:
            file = own / f"{resource['resourceType']}-{resource['id']}.json"
            file.write_bytes(to_json(resource, indent=None))
            canonicals += [resource["url"]] if resource["resourceType"] == "StructureDefinition" else []
    listed, output = folder / "canonicals.json", folder / "output.json"
    listed.write_text(json.dumps(canonicals))
    script = str(Path(__file__).with_name("peer_snapshots.mjs"))
    command = ["node", script, str(folder), "test.nictiz#0.0.1", "4.0.1", str(output), str(listed)]
    subprocess.run(command, check=True, timeout=600, capture_output=True)
    result: dict[str, Any] = json.loads(output.read_text())
    return result


def _package(folder: Path, reference: str, dependencies: dict[str, str]) -> Path:
    name, _, version = reference.partition("#")
    package = folder / reference / "package"
    package.mkdir(parents=True)
    manifest = {"name": name, "version": version, "fhirVersions": ["4.0.1"], "dependencies": dependencies}
    (package / "package.json").write_text(json.dumps(manifest))
    return package
