"""FHIRPath at the service of the validator: invariants, compiled when first evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir import fhirpath
from conformance.validation.fhir.base.resolving import resolve
from conformance.validation.fhir.fhirpath import Environment, FhirPathEvaluationError, FhirPathSyntaxError, Node

if TYPE_CHECKING:
    from conformance.validation.fhir.engine import Engine
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run


class PathRule:
    """One expression; parsed at its first evaluation, so that unused profiles cost nothing."""

    __slots__ = ("compiled", "expression", "why")

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.compiled: fhirpath.Compiled | None = None
        self.why = ""

    def holds(self, environment: Environment, node: Node) -> bool | None:
        """True, False (an empty result too), or None when it cannot be decided here; `why` then says why."""
        if self.compiled is None:
            try:
                self.compiled = fhirpath.compile(self.expression)
            except FhirPathSyntaxError as error:
                self.why = f"the expression is not FHIRPath: {error}"
                return None
        try:
            return self.compiled.boolean(node, environment) is True
        except FhirPathEvaluationError as error:
            self.why = str(error)
            return None


class FhirPaths:
    """Nodes and environments over one engine's definitions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.types = fhirpath.TypeTable(fhirpath.SnapshotModel(engine.definitions.type))

    def node(self, value: Any, at: At, type_name: str) -> Node:
        """A focus. A primitive that has only an id and extensions is given as the object that holds them."""
        kind = self.types.type(type_name)
        if isinstance(value, dict) and type_name[:1].islower():
            return Node(None, kind, value, None, at[1], at[2])
        return Node(value, kind, None, None, at[1], at[2])

    def environment(self, run: Run) -> Environment:
        """The environment of the resource being validated, made once."""
        scope = run.scope
        if scope.environment is None:
            resource = self._resource(scope.resource)
            root = self._resource(scope.container.resource) if scope.contained else resource
            scope.environment = Environment(
                resource=resource,
                root_resource=root,
                resolve=lambda reference, _origin: self._resolve(run, reference),
                member_of=self._member_of,
                conforms_to=lambda item, canonical: self._conforms(run, item, canonical),
                now=run.moment,
            )
        return scope.environment

    def _resource(self, value: dict[str, Any]) -> Node:
        return Node(value, self.types.type(str(value.get("resourceType", ""))))

    def _resolve(self, run: Run, reference: str) -> Node | None:
        target = resolve(run, reference)
        return self._resource(target.resource) if target is not None else None

    def _member_of(self, item: Any, canonical: str) -> bool | None:
        value = item.value if isinstance(item, Node) else item
        expansion = self.engine.terminology.expansion(canonical)
        if isinstance(value, str):
            return expansion.contains(None, value)
        codings = value.get("coding", [value]) if isinstance(value, dict) else []
        answers = [
            expansion.contains(each.get("system") or "", each["code"])
            for each in (codings if isinstance(codings, list) else [])
            if isinstance(each, dict) and isinstance(each.get("code"), str)
        ]
        return True if True in answers else (None if None in answers else False)

    def _conforms(self, run: Run, item: Any, canonical: str) -> bool | None:
        if not isinstance(item, Node) or not isinstance(item.value, dict):
            return False
        if not self.engine.type_of_profile(canonical):
            return None
        return self.engine.conforms(run, item.value, run.scope.at, (canonical,))
