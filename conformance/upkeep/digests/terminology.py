"""STU3 code lists as value sets and code systems, and what later releases still list as fragments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.upkeep.digests.xsd import Schemas

Json = dict[str, Any]
_V3 = re.compile(r"http://terminology\.hl7\.org/CodeSystem/v3-(.+)")
_V2 = re.compile(r"http://terminology\.hl7\.org/CodeSystem/v2-(.+)")


def canonicals(schemas: Schemas, later: Iterable[Json]) -> dict[str, str]:
    """The canonical of the value set behind each code list: that of a later one with its name, else a URN of ours."""
    named: dict[str, str] = {}
    for resource in later:
        named.setdefault(str(resource.get("name", "")).replace(" ", ""), str(resource["url"]))
    return {name: named.get(name, f"urn:x-hl7-stu3-schema:{name}") for name in schemas.codes}


def value_sets(schemas: Schemas, urls: Mapping[str, str], later: Iterable[Json], version: str) -> Iterator[Json]:
    """A value set for each code list, with the code system that the later value set names when it names one."""
    systems: dict[str, str] = {}
    for each in later:
        systems.setdefault(str(each["url"]), _system(each))
    for name, codes in sorted(schemas.codes.items()):
        url = urls[name]
        concepts = [
            {"code": code, "display": display} if display else {"code": code} for code, display in codes.items()
        ]
        include: Json = {"system": systems.get(url) or f"{url}#codes", "concept": concepts}
        yield {
            "resourceType": "ValueSet",
            "url": url,
            "version": version,
            "name": name,
            "status": "draft",
            "compose": {"include": [include]},
        }


def _system(value_set: Json) -> str:
    systems = {str(each.get("system", "")) for each in value_set.get("compose", {}).get("include", ())}
    return systems.pop() if len(systems) == 1 else ""


def fragments(later: Iterable[Json], version: str) -> Iterator[Json]:
    """HL7 version 2 and 3 code systems under the canonicals STU3 gives them.

    The content is that of R4, so it is marked a fragment: a code that is there has its display, one that is not may
    have existed.
    """
    for resource in later:
        url = str(resource.get("url", ""))
        old = _V3.sub(r"http://hl7.org/fhir/v3/\1", url)
        old = _V2.sub(r"http://hl7.org/fhir/v2/\1", old)
        if old != url and resource.get("concept"):
            yield {
                "resourceType": "CodeSystem",
                "url": old,
                "version": version,
                "name": resource.get("name", ""),
                "status": "draft",
                "caseSensitive": resource.get("caseSensitive", True),
                "content": "fragment",
                "concept": resource["concept"],
            }
