"""STU3 base definitions from schemas, schematron and reference targets, in the shape the validator reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.upkeep.digests.invariants import Rule, constraint
from conformance.upkeep.digests.targets import targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.upkeep.digests.invariants import Stated
    from conformance.upkeep.digests.xsd import SchemaElement, Schemas, SchemaType

Json = dict[str, Any]
BASE = "http://hl7.org/fhir/StructureDefinition/"
NOT_CARRIED = ("bindings other than those of code elements", "isModifier", "maxLength", "minimum and maximum values")
_SYSTEM = "http://hl7.org/fhirpath/System."
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
_DERIVED = {
    "code": "string",
    "id": "string",
    "markdown": "string",
    "oid": "uri",
    "uuid": "uri",
    "positiveInt": "integer",
    "unsignedInt": "integer",
}


@dataclass(slots=True)
class Builder:
    """Builds the StructureDefinitions of one release."""

    schemas: Schemas
    known: Mapping[tuple[str, str], Stated]
    value_sets: Mapping[str, str]
    version: str
    _places: dict[tuple[str, ...], dict[str, Rule]] = field(default_factory=dict)

    def build(self, listed: Iterable[Rule]) -> list[Json]:
        """All base definitions, sorted by name."""
        snapshots = {name: list(self._type(name)) for name in self._names()}
        self._place(list(listed), snapshots)
        made = [self._definition(name, elements) for name, elements in sorted(snapshots.items())]
        for structure in made:
            self._constrain(structure)
        return made

    def _names(self) -> list[str]:
        named = [name for name in self.schemas.types if "." not in name and name not in self.schemas.codes]
        return sorted({*named, "xhtml"})

    def _type(self, name: str) -> Iterator[Json]:
        yield {"id": name, "path": name, "min": 0, "max": "*"}
        if name in self.schemas.primitives or name == "xhtml":
            yield self._element(f"{name}.id", "string", 0, "1", attribute=True)
            yield self._element(f"{name}.extension", "Extension", 0, "0" if name == "xhtml" else "*")
            yield self._value(name)
            return
        yield from self._below(self.schemas.types[name], name, {})

    def _value(self, name: str) -> Json:
        extensions: list[Json] = [{"url": BASE + "structuredefinition-fhir-type", "valueUrl": name}]
        if name in self.schemas.patterns:
            extensions.append({"url": BASE + "regex", "valueString": self.schemas.patterns[name]})
        code = _SYSTEM + _SYSTEM_TYPES.get(name, "String")
        markup = name == "xhtml"
        return {
            "id": f"{name}.value",
            "path": f"{name}.value",
            "representation": ["xhtml" if markup else "xmlAttr"],
            "min": int(markup),
            "max": "1",
            "type": [{"code": code, "extension": extensions}],
        }

    def _below(self, schema: SchemaType, path: str, seen: dict[str, str]) -> Iterator[Json]:
        for child in self._inherited(schema):
            yield from self._child(child, f"{path}.{child.name}", seen)

    def _inherited(self, schema: SchemaType) -> list[SchemaElement]:
        """A type's children after those of its ancestors, as definitions list them."""
        above = self._inherited(self.schemas.types[schema.base]) if schema.base in self.schemas.types else []
        return [*above, *schema.children]

    def _child(self, child: SchemaElement, path: str, seen: dict[str, str]) -> Iterator[Json]:
        kind = child.types[0]
        if "." in kind and kind in seen:
            yield {
                "id": path,
                "path": path,
                "min": child.least,
                "max": child.most,
                "contentReference": f"#{seen[kind]}",
            }
        elif "." in kind:
            seen[kind] = path
            inner = self.schemas.types[kind]
            yield self._element(path, inner.base, child.least, child.most)
            yield from self._below(inner, path, seen)
        else:
            element = self._element(path, kind, child.least, child.most, attribute=child.attribute)
            if len(child.types) > 1:
                element["type"] = [self._entry(each, path) for each in child.types]
            yield element

    def _element(self, path: str, kind: str, least: int, most: str, *, attribute: bool = False) -> Json:
        element: Json = {"id": path, "path": path, "min": least, "max": most, "type": [self._entry(kind, path)]}
        if attribute:
            element["representation"] = ["xmlAttr"]
        if path.rpartition(".")[2] == "modifierExtension":
            element["isModifier"] = True
        if kind in self.schemas.codes:
            element["binding"] = {"strength": "required", "valueSet": self.value_sets[kind]}
        return element

    def _entry(self, kind: str, path: str) -> Json:
        if kind == "ResourceContainer":
            return {"code": "Resource"}
        if kind in self.schemas.codes:
            return {"code": "code"}
        if kind in self.schemas.primitives and kind[0].isupper():
            return {"code": "string"}  # a restriction without a name outside the schema: SampledData.data
        if kind == "Reference":
            allowed = targets(path)
            return {"code": kind, "targetProfile": [BASE + name for name in allowed]} if allowed else {"code": kind}
        return {"code": kind}

    def _definition(self, name: str, elements: list[Json]) -> Json:
        schema = self.schemas.types.get(name)
        base = _DERIVED.get(name) or (schema.base if schema else "Element")
        kind = "resource" if name in {*self.schemas.resources, "Resource", "DomainResource"} else "complex-type"
        result: Json = {
            "resourceType": "StructureDefinition",
            "id": name,
            "url": BASE + name,
            "version": self.version,
            "name": name,
            "status": "draft",
            "fhirVersion": self.version,
            "kind": "primitive-type" if name in {*self.schemas.primitives, "xhtml"} else kind,
            "abstract": name in {"Element", "BackboneElement", "Resource", "DomainResource"},
            "type": name,
        }
        if base:
            result |= {"baseDefinition": BASE + base, "derivation": "specialization"}
        return result | {"notCarried": list(NOT_CARRIED), "snapshot": {"element": elements}}

    def _place(self, listed: list[Rule], snapshots: Mapping[str, list[Json]]) -> None:
        """Find the definition each assertion belongs to.

        The schematron repeats a datatype's assertions wherever the datatype is used. What stands at every use of a type
        belongs to the type; what stands at some uses belongs to those elements.
        """
        types = {element["path"]: element for elements in snapshots.values() for element in elements}
        uses: dict[str, set[tuple[str, ...]]] = {}
        keyed: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        homes: list[tuple[Rule, tuple[str, ...], str]] = []
        for rule in listed:
            path, code = _home(rule.path, types)
            if path:
                homes.append((rule, path, code))
                uses.setdefault(code, set()).add(rule.path)
                keyed.setdefault((code, rule.key), set()).add(rule.path)
        for rule, path, code in homes:
            places = keyed[code, rule.key]
            whole = code and places == uses[code] and len({place[0] for place in places}) > 1
            self._places.setdefault((code,) if whole else path, {})[rule.key] = rule

    def _constrain(self, structure: Json) -> None:
        for element in structure["snapshot"]["element"]:
            found = dict(self._places.get(tuple(element["path"].split(".")), {}))
            base = self.schemas.types.get(element["path"])
            if base is not None:
                found = self._places.get((base.base,), {}) | found
            if found:
                element["constraint"] = [constraint(found[key], self.known) for key in sorted(found)]


def _home(path: tuple[str, ...], types: Mapping[str, Json]) -> tuple[tuple[str, ...], str]:
    """The path inside one definition that a path through datatypes ends in, and the datatype there if any."""
    at, inner = path[0], ""
    for step in path[1:]:
        owner = inner if f"{at}.{step}" not in types and inner else at
        if f"{owner}.{step}" in types:
            at = f"{owner}.{step}"
            inner = _inner(types[at])
        else:
            at, inner = next((found for found in _choices(owner, step) if found[0] in types), ("", ""))
        if not at:
            return (), ""
    return tuple(at.split(".")), inner


def _inner(element: Json | None) -> str:
    """The datatype below an element; empty for primitives, backbones, choices and content references."""
    codes = [str(entry["code"]) for entry in (element or {}).get("type", ())]
    single = codes[0] if len(codes) == 1 and codes[0] not in {"BackboneElement", "Element", "Resource"} else ""
    return single if single[:1].isupper() else ""


def _choices(owner: str, step: str) -> Iterator[tuple[str, str]]:
    """The choice elements that a step such as `valueQuantity` may belong to, with the type it names."""
    for at, letter in enumerate(step):
        if letter.isupper():
            yield f"{owner}.{step[:at]}[x]", step[at:]
