"""Bring a conformance resource into the one shape the validator reads: R4's, without prose.

STU3 writes bindings, type profiles, extension contexts and the types of primitive values in another way than R4
(StructureDefinition and ElementDefinition in both releases). Folding the older shape here keeps the rest of the
validator ignorant of the difference. Narrative, mappings and explanations go: they are half of every definition and
no rule needs them.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_KINDS = frozenset(
    {
        "StructureDefinition",
        "ValueSet",
        "CodeSystem",
        "SearchParameter",
        "ConceptMap",
        "NamingSystem",
        "Questionnaire",
        "ImplementationGuide",
        "Measure",
        "Library",
    }
)
_DROPPED = frozenset(
    {"text", "meta", "contact", "description", "purpose", "mapping", "useContext", "jurisdiction", "keyword"}
)
_ELEMENT_DROPPED = frozenset(
    {
        "definition",
        "comment",
        "comments",
        "requirements",
        "alias",
        "mapping",
        "example",
        "meaningWhenMissing",
        "orderMeaning",
        "isModifierReason",
        "label",
        "code",
    }
)
_ELEMENT_EXTENSIONS = (
    "elementdefinition-allowedUnits",
    "elementdefinition-bestpractice",
    "elementdefinition-bestPractice",
    "extension-ElementDefinition.valueAlternatives",
    "narrative-source-control",
    "narrative-language-control",
    "/regex",
)
_REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_XML_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-xml-type"
_OLD_REGEX = "http://hl7.org/fhir/StructureDefinition/structuredefinition-regex"
_SYSTEM_TYPES = {
    "boolean": "Boolean",
    "decimal": "Decimal",
    "integer": "Integer",
    "positiveInt": "Integer",
    "unsignedInt": "Integer",
    "date": "Date",
    "dateTime": "DateTime",
    "instant": "DateTime",
    "time": "Time",
}
_FROM_TYPE = frozenset({"ele-1", "ext-1"})


def wanted(resource: Json) -> bool:
    """Whether the validator uses this kind of resource."""
    return resource.get("resourceType") in _KINDS


def normalised(resource: Json) -> Json:
    """The resource in R4's shape, without prose. The argument is not modified."""
    slim = {name: value for name, value in resource.items() if name not in _DROPPED and not name.startswith("_")}
    kind = resource.get("resourceType")
    if kind in {"ImplementationGuide", "Library"}:
        return {
            name: value for name, value in slim.items() if name not in {"definition", "content", "package", "manifest"}
        }
    if kind == "StructureDefinition":
        return _structure(slim)
    if kind == "CodeSystem" and "concept" in slim:
        slim["concept"] = [_concept(concept) for concept in slim["concept"]]
    if kind == "ValueSet":
        slim.pop("extension", None)
    return slim


def _concept(concept: Json) -> Json:
    kept = {name: value for name, value in concept.items() if name not in {"definition", "extension", "concept"}}
    if "concept" in concept:
        kept["concept"] = [_concept(child) for child in concept["concept"]]
    return kept


def _structure(slim: Json) -> Json:
    if "contextType" in slim:
        slim.pop("contextType")
        slim["context"] = [{"type": "element", "expression": text} for text in slim.get("context", ())]
    for view in ("snapshot", "differential"):
        if view in slim:
            elements = slim[view].get("element", ())
            slim[view] = {"element": [_element(element, str(slim.get("type", ""))) for element in elements]}
    if "snapshot" in slim and "differential" in slim:
        _one_view(slim)
    return slim


def _one_view(slim: Json) -> None:
    """Keep the snapshot; but STU3's snapshots of profiles rename choice elements, so those are generated anew."""
    renamed = str(slim.get("fhirVersion", "")).startswith("3.0") and slim.get("derivation") == "constraint"
    del slim["snapshot" if renamed else "differential"]


def _element(element: Json, type_name: str) -> Json:
    kept = {name: value for name, value in element.items() if name not in _ELEMENT_DROPPED and not name.startswith("_")}
    if str(kept.get("min", "")).isdigit():
        kept["min"] = int(kept["min"])  # some published definitions write the number as a text
    if "extension" in kept:
        kept["extension"] = [
            each for each in kept["extension"] if str(each.get("url", "")).endswith(_ELEMENT_EXTENSIONS)
        ]
        if not kept["extension"]:
            del kept["extension"]
    if "slicing" in kept:
        kept["slicing"] = {name: value for name, value in kept["slicing"].items() if name != "description"}
    if "type" in kept:
        kept["type"] = _types(kept["type"], str(element.get("path", "")), type_name)
    if "binding" in kept:
        kept["binding"] = _binding(kept["binding"])
    if "constraint" in kept:
        kept["constraint"] = _constraints(kept["constraint"], str(element.get("path", "")))
        if not kept["constraint"]:
            del kept["constraint"]
    return kept


def _constraints(constraints: list[Json], path: str) -> list[Json]:
    """A datatype's own constraints stand once, on its root, as STU3 has it; R4 repeats some on every element."""
    own = [each for each in constraints if each.get("key") not in _FROM_TYPE or path in {"Element", "Extension"}]
    return [
        {
            name: value
            for name, value in each.items()
            if name not in {"xpath", "requirements"} or (name == "xpath" and "expression" not in each)
        }
        for each in own
    ]


def _binding(binding: Json) -> Json:
    kept = {name: value for name, value in binding.items() if name in {"strength", "valueSet", "additional"}}
    old = binding.get("valueSetUri") or (binding.get("valueSetReference") or {}).get("reference")
    if old:
        kept["valueSet"] = old
    for extension in binding.get("extension", ()):
        if str(extension.get("url", "")).endswith("elementdefinition-maxValueSet"):
            kept.setdefault("extension", []).append(_max_value_set(extension))
    return kept


def _max_value_set(extension: Json) -> Json:
    value = (
        extension.get("valueCanonical")
        or extension.get("valueUri")
        or (extension.get("valueReference") or {}).get("reference")
    )
    return {"url": "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet", "valueCanonical": value}


def _types(types: list[Json], path: str, type_name: str) -> list[Json]:
    """One entry a code, with lists of profiles and target profiles."""
    merged: dict[str, Json] = {}
    for entry in types:
        code, extensions = _type_code(entry, path, type_name)
        into = merged.setdefault(code, {"code": code})
        if extensions:
            into["extension"] = extensions
        for name in ("profile", "targetProfile", "aggregation"):
            values = entry.get(name, [])
            known = into.setdefault(name, [])
            known += [value for value in (values if isinstance(values, list) else [values]) if value not in known]
        if "versioning" in entry:
            into["versioning"] = entry["versioning"]
    return [{name: value for name, value in entry.items() if value != []} for entry in merged.values()]


def _type_code(entry: Json, path: str, type_name: str) -> tuple[str, list[Json]]:
    kept = [each for each in entry.get("extension", ()) if each.get("url") in {_REGEX, _FHIR_TYPE}]
    regex = next(
        (each.get("valueString") for each in entry.get("extension", ()) if each.get("url") == _OLD_REGEX), None
    )
    if "code" in entry:
        return entry["code"], kept
    if "_code" in entry and path.endswith(".value"):
        kept = [{"url": _FHIR_TYPE, "valueUrl": type_name}]
        if regex:
            kept.append({"url": _REGEX, "valueString": regex})
        return "http://hl7.org/fhirpath/System." + _SYSTEM_TYPES.get(type_name, "String"), kept
    return "string" if "_code" in entry else "", kept
