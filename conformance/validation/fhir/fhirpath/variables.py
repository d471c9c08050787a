"""Environment variables: `%resource`, `%context`, `%ucum`, `%vs-...` and those that the caller supplies."""

from __future__ import annotations

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Items, Node
from conformance.validation.fhir.fhirpath.registry import ItemsCode
from conformance.validation.fhir.fhirpath.values import UCUM

_CONSTANTS = {"ucum": UCUM, "sct": "http://snomed.info/sct", "loinc": "http://loinc.org"}
_DEFINITIONS = {"vs-": "http://hl7.org/fhir/ValueSet/", "ext-": "http://hl7.org/fhir/StructureDefinition/"}


def variable(name: str) -> ItemsCode:
    """Code that gives the value of `%name`."""
    if name in _CONSTANTS:
        return _constant(_CONSTANTS[name])
    if name == "context":
        return lambda context: context.focus
    if name == "resource":
        return _resource
    if name == "rootResource":
        return _root_resource
    for prefix, base in _DEFINITIONS.items():
        if name.startswith(prefix):
            return _constant(base + name.removeprefix(prefix))
    return _supplied(name)


def resource_of(context: Context) -> Node | None:
    """`%resource`: given by the environment, else the resource around the focus."""
    if context.environment.resource is not None:
        return context.environment.resource
    first = context.focus[0] if context.focus else None
    return first.resource() if isinstance(first, Node) else None


def root_resource_of(context: Context) -> Node | None:
    """`%rootResource`: the resource that contains `%resource`, or `%resource` itself."""
    if context.environment.root_resource is not None:
        return context.environment.root_resource
    resource = resource_of(context)
    return resource.root_resource() if resource is not None else None


def _resource(context: Context) -> Items:
    found = resource_of(context)
    return [] if found is None else [found]


def _root_resource(context: Context) -> Items:
    found = root_resource_of(context)
    return [] if found is None else [found]


def _constant(text: str) -> ItemsCode:
    items: Items = [text]
    return lambda _: items


def _supplied(name: str) -> ItemsCode:
    def code(context: Context) -> Items:
        found = context.environment.variables.get(name)
        if found is None:
            raise FhirPathEvaluationError(f"%{name} is not a variable that is known here")
        return found

    return code
