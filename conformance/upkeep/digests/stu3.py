"""The STU3 digest: no registry carries the definitions, so they are put together from what several packages state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.upkeep.digests import terminology, xsd
from conformance.upkeep.digests.invariants import rules, stated
from conformance.upkeep.digests.slim import loaded
from conformance.upkeep.digests.structures import Builder

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]
VERSION = "3.0.2"
_SCHEMAS = "schemas/stu3/"
_BALLOT = "profiles/r4/"


def build(package: Mapping[str, bytes], r4: list[Json]) -> list[Json]:
    """STU3's base definitions from the files of npm `fhir` 4.0.0; `r4` is R4's, for what the two releases share."""
    files = {name.removeprefix(_SCHEMAS): data for name, data in package.items() if name.startswith(_SCHEMAS)}
    schemas = xsd.read({name: data for name, data in files.items() if name.endswith(".xsd")})
    ballot = [
        entry["resource"]
        for name in ("profiles-resources.json", "profiles-types.json", "valuesets.json")
        for entry in loaded(package[_BALLOT + name])["entry"]
    ]
    later = [*ballot, *r4]
    value_sets = [each for each in later if each["resourceType"] == "ValueSet"]
    urls = terminology.canonicals(schemas, value_sets)
    known = stated(each for each in later if each["resourceType"] == "StructureDefinition")
    builder = Builder(schemas, known, urls, VERSION)
    return [
        *builder.build(rules(files["fhir-invariants.sch"])),
        *terminology.value_sets(schemas, urls, value_sets, VERSION),
        *terminology.fragments((each for each in r4 if each["resourceType"] == "CodeSystem"), VERSION),
    ]
