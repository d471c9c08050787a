"""Profiles in our own YAML, compiled into the same StructureDefinitions, ValueSets and CodeSystems that packages hold.

A file is one guide:

    guide: https://fhir.twiin.nl/ig/notifications     # canonical of the guide; names below live under it
    fhir: "4.0"
    version: 0.1.0-draft
    status: draft                                     # of the agreement, not of this file
    source: { document: ..., url: ... }               # where the facts come from
    profiles:
      twiin-subscription:
        type: Subscription
        base: ...                                     # a name in the file or a canonical; the type when absent
        elements:
          channel.payload: { card: 1..1, binding: required notification-formats }
          channel.payload.extension[content]: { type: Extension(payload-content), card: 1..1 }
        invariants:
          own-1: { at: channel, severity: error, expression: ..., text: { nl: ..., en: ... } }
    valueSets: { notification-formats: { codes: { "urn:ietf:bcp:13": [application/fhir+json] } } }
    codeSystems: { ... : { concepts: { code: Display } } }
    extensions: { payload-content: { value: code, on: [Subscription.channel.payload] } }

Element keys: `card`, `type`, `slicing`, `binding`, `short`, and FHIR's `pattern...`, `fixed...`, `minValue...`,
`maxValue...`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions.problem import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
BASE = "http://hl7.org/fhir/StructureDefinition/"
_SEGMENT = re.compile(r"([A-Za-z]+(?:\[x\])?)(?:\[([A-Za-z0-9_/-]+)\])?")
_CARD = re.compile(r"([0-9]+)\.\.([0-9]+|\*)")
_TYPE = re.compile(r"([A-Za-z0-9]+)(?:\((.*)\))?")
_SLICING = re.compile(r"(value|pattern|type|profile|exists) ([^ ]+)( closed| ordered)?")
_BINDING = re.compile(r"(required|extensible|preferred|example) (\S+)")
_FULL_VERSIONS = {"3.0": "3.0.2", "4.0": "4.0.1"}


@dataclass(frozen=True, slots=True)
class Guide:
    """One file of profiles, whose form the schema of guides has found good."""

    content: Json
    where: str

    def resources(self) -> Iterator[Json]:
        """All conformance resources in it. Raises DefinitionError naming the file and the key."""
        for name, said in self._section("extensions"):
            yield self._extension(name, said)
        for name, said in self._section("profiles"):
            yield self._profile(name, said)
        for name, said in self._section("valueSets"):
            yield self._value_set(name, said)
        for name, said in self._section("codeSystems"):
            yield self._code_system(name, said)

    def _section(self, name: str) -> list[tuple[str, Json]]:
        return list((self.content.get(name) or {}).items())

    def _head(self, kind: str, name: str, said: Json) -> Json:
        agreement = {"status": self.content["status"], **self.content.get("source", {}), **said.get("source", {})}
        return {
            "resourceType": kind,
            "id": name,
            "url": said.get("url") or f"{self.content['guide']}/{kind}/{name}",
            "version": self.content["version"],
            "name": name,
            "status": "draft",
            "agreement": agreement,
        }

    def _profile(self, name: str, said: Json) -> Json:
        place = f"profiles.{name}"
        kind = said["type"]
        elements = {"": {"id": kind, "path": kind}}
        for path, rule in (said.get("elements") or {}).items():
            elements[path] = self._element(kind, path, rule, f"{place}.elements.{path}")
        for key, invariant in (said.get("invariants") or {}).items():
            self._invariant(kind, key, invariant, elements, f"{place}.invariants.{key}")
        base = said.get("base") or kind
        return self._head("StructureDefinition", name, said) | {
            "title": (said.get("title") or {}).get("en", name),
            "fhirVersion": _FULL_VERSIONS.get(self.content["fhir"], self.content["fhir"]),
            "kind": "complex-type" if kind in {"Extension", "Identifier"} else "resource",
            "abstract": False,
            "type": kind,
            "baseDefinition": self._canonical(base, "StructureDefinition"),
            "derivation": "constraint",
            "differential": {"element": list(elements.values())},
        }

    def _element(self, kind: str, path: str, rule: Json, place: str) -> Json:
        element = self._place(kind, path, place)
        for key, value in (rule or {}).items():
            if key == "card":
                least, most = self._match(_CARD, value, place, "card: 0..1").groups()
                element |= {"min": int(least), "max": most}
            elif key == "type":
                element["type"] = [self._type(each, place) for each in (value if isinstance(value, list) else [value])]
            elif key == "slicing":
                how, on, mode = self._match(_SLICING, value, place, "slicing: pattern type").groups()
                element["slicing"] = {
                    "discriminator": [{"type": how, "path": on}],
                    "ordered": mode == " ordered",
                    "rules": "closed" if mode == " closed" else "open",
                }
            elif key == "binding":
                strength, value_set = self._match(_BINDING, value, place, "binding: required NAME").groups()
                element["binding"] = {"strength": strength, "valueSet": self._canonical(value_set, "ValueSet")}
            else:
                element[key] = value
        return element

    def _place(self, kind: str, path: str, place: str) -> Json:
        names, identifier, slice_name = [kind], kind, ""
        for segment in path.split("."):
            name, slice_name = self._match(_SEGMENT, segment, place, "channel.extension[content]").groups(default="")
            names.append(name)
            identifier += f".{name}" + (f":{slice_name}" if slice_name else "")
        element: Json = {"id": identifier, "path": ".".join(names)}
        return element | ({"sliceName": slice_name} if slice_name else {})

    def _type(self, text: str, place: str) -> Json:
        code, inner = self._match(_TYPE, text, place, "type: Reference(Patient)").groups()
        if not inner:
            return {"code": code}
        canonicals = [self._canonical(each.strip(), "StructureDefinition") for each in inner.split("|")]
        return {"code": code, "targetProfile" if code == "Reference" else "profile": canonicals}

    def _invariant(self, kind: str, key: str, said: Json, elements: dict[str, Json], place: str) -> None:
        text = said["text"]
        translation = [{"url": "lang", "valueCode": "nl"}, {"url": "content", "valueString": text["nl"]}]
        at = said.get("at", "")
        element = elements.setdefault(at, self._place(kind, at, place)) if at else elements[""]
        element.setdefault("constraint", []).append(
            {
                "key": key,
                "severity": said["severity"],
                "human": text["en"],
                "_human": {"extension": [{"url": BASE + "translation", "extension": translation}]},
                "expression": " ".join(said["expression"].split()),
            }
        )

    def _extension(self, name: str, said: Json) -> Json:
        url = said.get("url") or f"{self.content['guide']}/StructureDefinition/{name}"
        value: Json = {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1}
        value["type"] = [self._type(said["value"], f"extensions.{name}")]
        if said.get("binding"):
            strength, value_set = self._match(_BINDING, said["binding"], name, "binding: required NAME").groups()
            value["binding"] = {"strength": strength, "valueSet": self._canonical(value_set, "ValueSet")}
        return self._head("StructureDefinition", name, said) | {
            "fhirVersion": _FULL_VERSIONS.get(self.content["fhir"], self.content["fhir"]),
            "kind": "complex-type",
            "abstract": False,
            "context": [{"type": "element", "expression": each} for each in said.get("on", ("Element",))],
            "type": "Extension",
            "baseDefinition": BASE + "Extension",
            "derivation": "constraint",
            "differential": {
                "element": [
                    {"id": "Extension", "path": "Extension"},
                    {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
                    {"id": "Extension.url", "path": "Extension.url", "fixedUri": url},
                    value,
                ]
            },
        }

    def _value_set(self, name: str, said: Json) -> Json:
        include: list[Json] = []
        for system, listed in said["codes"].items():
            clause: Json = {"system": self._canonical(system, "CodeSystem")}
            if listed != "all":
                clause["concept"] = [{"code": str(code)} for code in listed]
            include.append(clause)
        return self._head("ValueSet", name, said) | {"compose": {"include": include}}

    def _code_system(self, name: str, said: Json) -> Json:
        concepts = [{"code": code, "display": display} for code, display in (said.get("concepts") or {}).items()]
        return self._head("CodeSystem", name, said) | {
            "content": "complete",
            "caseSensitive": True,
            "concept": concepts,
        }

    def _canonical(self, name: str, kind: str) -> str:
        if ":" in name:
            return name
        section = {
            "StructureDefinition": ("profiles", "extensions"),
            "ValueSet": ("valueSets",),
            "CodeSystem": ("codeSystems",),
        }
        for each in section[kind]:
            said = (self.content.get(each) or {}).get(name)
            if said is not None:
                return str(said.get("url") or f"{self.content['guide']}/{kind}/{name}")
        return f"http://hl7.org/fhir/{kind}/{name}"

    def _match(self, pattern: re.Pattern[str], value: object, place: str, example: str) -> re.Match[str]:
        found = pattern.fullmatch(str(value))
        if found is None:
            raise DefinitionError(f"{self.where}: {place}: {value!r} is not understood; write it as in `{example}`")
        return found
