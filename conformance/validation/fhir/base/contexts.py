"""Where an extension may stand: the contexts of its definition against the place it is found at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.location import steps

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

ERRATA = {
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type": {"ElementDefinition.type"},
    "http://hl7.org/fhir/StructureDefinition/regex": {"ElementDefinition.type"},
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-normative-version": {"DomainResource"},
}
"""Contexts that a definition forgot: the base definitions themselves use the extension there."""
EXAMPLES = {f"ElementDefinition.{name}[x]" for name in ("defaultValue", "fixed", "pattern", "minValue", "maxValue")} | {
    "ElementDefinition.example.value[x]"
}
"""Values inside a definition stand for elements elsewhere: their context is not where they are written."""
EVERYWHERE = {"Element", "*", "Any"}


@dataclass(frozen=True, slots=True)
class ExtensionDefinition:
    """What the definition of an extension says about its use."""

    url: str
    modifier: bool
    contexts: tuple[tuple[str, str], ...]  # (element | extension | fhirpath, expression)
    parts: frozenset[str] | None  # URLs of its sub-extensions; None when it has none of its own

    @property
    def by_value(self) -> bool:
        """Whether the place alone does not decide: the extension may stand on another extension, known by its URL."""
        return any(kind != "element" for kind, _ in self.contexts)

    @property
    def context_text(self) -> str:
        """The contexts as a message shows them."""
        return ", ".join(expression for _, expression in self.contexts)


def extension_definition(structure: dict[str, Any]) -> ExtensionDefinition:
    """Read a StructureDefinition (with snapshot) of an extension."""
    elements = structure["snapshot"]["element"]
    contexts = tuple(
        (str(each.get("type", "")), str(each.get("expression", ""))) for each in structure.get("context", ())
    )
    parts = frozenset(
        str(each["fixedUri"]) for each in elements if each["path"] == "Extension.extension.url" and "fixedUri" in each
    )
    return ExtensionDefinition(structure["url"], bool(elements[0].get("isModifier", False)), contexts, parts or None)


def allowed_here(run: Run, definition: ExtensionDefinition, at: At) -> str | None:
    """None when the place is allowed, else the name of the place for the message."""
    kinds = {kind for kind, _ in definition.contexts}
    expressions = {expression for kind, expression in definition.contexts if kind != "extension"}
    if not definition.contexts or expressions & EVERYWHERE or "fhirpath" in kinds:
        return None
    names, parent = element_names(run, at[0])
    if names & ERRATA.get(definition.url, set()) or names & EXAMPLES:
        return None
    if parent and ("extension", parent) in definition.contexts:
        return None
    if names & expressions or any(each.rsplit("#", 1)[-1] in names for each in expressions if "#" in each):
        return None
    return parent or min(names - EVERYWHERE, default="", key=len)


def element_names(run: Run, at: At) -> tuple[set[str], str]:
    """Every name a definition may give to the element at a place, and the URL of the extension it is, if it is one."""
    model = run.engine.model
    inside = steps(at)[len(steps(run.scope.at)) - 1 :]
    type_name = str(run.scope.resource.get("resourceType", ""))
    names = {type_name, "Resource", "DomainResource"}
    value: Any = run.scope.resource
    for name, index in inside[1:]:
        child = (model.children(type_name) or {}).get(name.removeprefix("_"))
        value = value.get(name) if isinstance(value, dict) else None
        value = value[index] if isinstance(value, list) and 0 <= index < len(value) else value
        if child is None:
            return names, ""
        names = {f"{each}.{child.element}" for each in names} | {
            f"{each}.{child.element.removesuffix('[x]')}" for each in names
        }
        type_name = child.type
        names |= {type_name, "BackboneElement"} if "." in type_name else {type_name}
    if len(inside) == 1 and "url" in (model.children(type_name) or {}):
        names |= {"CanonicalResource", "MetadataResource"}
    url = value.get("url") if isinstance(value, dict) and type_name == "Extension" else ""
    return names | {"Element"}, url if isinstance(url, str) else ""
