"""Everything compiled from one set of definitions, shared by all validations with it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from conformance.model.words import Text
from conformance.validation.fhir.base.compiling import compile_type
from conformance.validation.fhir.base.contexts import ExtensionDefinition, allowed_here, extension_definition
from conformance.validation.fhir.base.invariants import invariants_of
from conformance.validation.fhir.base.narrative_anchors import anchors_of
from conformance.validation.fhir.base.paths import FhirPaths
from conformance.validation.fhir.base.resource_rules import check_resource_rules
from conformance.validation.fhir.base.rules import Invariant, TypeRule
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.definitions.version import FhirVersion
from conformance.validation.fhir.findings import NOWHERE
from conformance.validation.fhir.profiles.overlay_compiling import OverlayCompiler
from conformance.validation.fhir.profiles.overlays import Item, Overlay, apply
from conformance.validation.fhir.profiles.trees import Piece, tree
from conformance.validation.fhir.profiles.vital_signs import vital_sign_profile
from conformance.validation.fhir.run import Raw, Run, errors
from conformance.validation.fhir.terminology import Terminology

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.validation.fhir.definitions import Definitions
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.options import Options

BASE = "http://hl7.org/fhir/StructureDefinition/"


class Engine:
    """Compiles rules when they are first needed and keeps them."""

    def __init__(
        self, definitions: Definitions, options: Options, resolver: Callable[[str], dict[str, Any] | None] | None
    ) -> None:
        self.definitions = definitions
        self.options = options
        self.model = definitions.model
        self.terminology = Terminology(definitions)
        self.fhirpath = FhirPaths(self)
        self._resolver = resolver
        self._rules: dict[str, TypeRule] = {}
        self._overlays: dict[str, Overlay | None] = {}
        self._trees: dict[str, Piece | None] = {}
        self._extensions: dict[str, ExtensionDefinition | None] = {}
        self._contexts: dict[tuple[str, tuple[str, ...]], str | None] = {}

    def rule(self, type_name: str) -> TypeRule:
        """The rule of a type, filled when it is first used."""
        found = self._rules.get(type_name)
        if found is None:
            found = self._rules[type_name] = TypeRule(type_name, load=lambda rule: compile_type(self, rule))
        return found

    def resource_rule(self, name: str) -> TypeRule | None:
        """The rule of a resource type, or None when this version has no such resource."""
        found = self._rules.get(name)
        if found is not None and found.is_resource:
            return found
        shape = self.model.shape(name) if "." not in name else None
        return self.rule(name) if shape is not None and shape.is_resource else None

    def invariants(self, element: Mapping[str, Any], definition: str) -> tuple[Invariant, ...]:
        """The constraints of an element."""
        return invariants_of(element, definition)

    def check_invariants(self, run: Run, invariants: tuple[Invariant, ...], value: Any, at: At, type_name: str) -> None:
        """Evaluate constraints on a value."""
        node = environment = None
        for each in invariants:
            known = each.native(value) if each.native is not None else None
            if known is None:
                if node is None or environment is None:
                    node = self.fhirpath.node(value, at, type_name)
                    environment = run.scope.environment or self.fhirpath.environment(run)
                known = each.path.holds(environment, node)
            if not known:
                self._broken(run, each, known, at)

    def _broken(self, run: Run, each: Invariant, known: bool | None, at: At) -> None:
        if known is None:
            run.report(Code.INVARIANT_NOT_CHECKED, at, expected=each.path.why, origin=each.origin, constraint=each.key)
        elif not each.best_practice or self.options.best_practice:
            rule = f"({each.key}, {each.origin.definition})"  # the rule's own words, then its key and where it stands
            text = Text(nl=f"{each.text.nl} {rule}", en=f"{each.text.en} {rule}")
            code = Code.BEST_PRACTICE if each.best_practice else Code.INVARIANT
            weight, said = each.severity, each.text.en
            run.report(code, at, expected=said, origin=each.origin, constraint=each.key, severity=weight, text=text)

    def after_resource(self, run: Run, value: dict[str, Any], at: At) -> None:
        """What follows the base pass of a resource: its own rules, then the profiles it claims."""
        check_resource_rules(run, value, at)
        meta = value.get("meta")
        claimed = meta.get("profile") if isinstance(meta, dict) else None
        for index, profile in enumerate(claimed if isinstance(claimed, list) else ()):
            if isinstance(profile, str) and not self.check_profile(run, value, at, profile):
                run.report(Code.PROFILE_UNKNOWN, ((at, "meta", -1), "profile", index), found=profile)
        for profile in self._bound(value):
            self.check_profile(run, value, at, profile)

    def _bound(self, value: dict[str, Any]) -> list[str]:
        """Profiles that hold without being claimed: the global ones of loaded guides, and R4's vital signs."""
        name = str(value.get("resourceType"))
        profiles = list(self.globals.get(name, ()))
        if name == "Observation" and self.definitions.version is FhirVersion.R4:
            vital = vital_sign_profile(value)
            profiles += [vital] if vital else []
        return profiles

    @cached_property
    def globals(self) -> dict[str, tuple[str, ...]]:
        """ImplementationGuide.global: profiles by the resource type they hold for."""
        found: dict[str, tuple[str, ...]] = {}
        for canonical in self.definitions.canonicals("ImplementationGuide"):
            guide = self.definitions.resource("ImplementationGuide", canonical) or {}
            for each in guide.get("global", ()):
                name = str(each.get("type", ""))
                found[name] = (*found.get(name, ()), str(each.get("profile", "")))
        return found

    def check_profiles(self, run: Run, value: Any, at: At, profiles: tuple[str, ...]) -> None:
        """The value must conform to one of the profiles; with one profile its findings are reported as they are."""
        if len(profiles) == 1:
            if not self.check_profile(run, value, at, profiles[0]):
                run.report(Code.PROFILE_UNKNOWN, at, found=profiles[0])
        elif not self.conforms(run, value, at, profiles):
            run.report(Code.PROFILE_NO_MATCH, at, expected=", ".join(profiles))

    def check_profile(self, run: Run, value: Any, at: At, profile: str) -> bool:
        """Check a value against a profile, once; False when the profile is not known."""
        overlay = self.overlay(profile)
        if overlay is None:
            return self.definitions.structure(profile) is not None
        key = (id(value), overlay.url)
        if key in run.checking:
            return True
        run.checking.add(key)
        found = value.get("resourceType") if isinstance(value, dict) else None
        if isinstance(found, str) and found != overlay.type and overlay.type not in {"Resource", "DomainResource"}:
            run.report(Code.PROFILE_OTHER_TYPE, at, expected=overlay.url, found=found)
        else:
            apply(run, overlay.demand, Item(value, None, at, overlay.type))
        return True

    def conforms(self, run: Run, value: Any, at: At, profiles: tuple[str, ...]) -> bool:
        """Whether a value conforms to one of the profiles, without reporting why not.

        While the question is being answered the answer is taken to be yes: profiles refer to each other in circles.
        """
        if not isinstance(value, dict):
            return False
        return any(self._conforms(run, value, at, profile) for profile in profiles)

    def _conforms(self, run: Run, value: dict[str, Any], at: At, profile: str) -> bool:
        key = (id(value), profile)
        known = run.profiled.get(key)
        if known is None:
            run.profiled[key] = True
            known = run.profiled[key] = not errors(self._probe(run, value, at, profile))
        return known

    def _probe(self, run: Run, value: dict[str, Any], at: At, profile: str) -> list[Raw]:
        overlay = self.overlay(profile)
        if overlay is None:
            name = self.type_of_profile(profile)
            wrong = name and value.get("resourceType") not in {name, None} and name != "Resource"
            return [Raw(Code.PROFILE_OTHER_TYPE, Severity.ERROR, at, profile, "", NOWHERE, "", None)] if wrong else []
        outer, run.checking = run.checking, set()
        try:
            with run.apart() as found:
                self.check_profile(run, value, at, profile)
                return found
        finally:
            run.checking = outer

    def overlay(self, profile: str) -> Overlay | None:
        """The compiled profile; None when it is unknown, or is a base type (which the base pass has checked)."""
        if profile not in self._overlays:
            structure = self.definitions.structure(profile)
            self._overlays[profile] = OverlayCompiler(self, structure).compile() if structure is not None else None
        return self._overlays[profile]

    def tree(self, profile: str) -> Piece | None:
        """The snapshot of a profile as a tree."""
        if profile not in self._trees:
            structure = self.definitions.structure(profile)
            self._trees[profile] = tree(structure) if structure is not None else None
        return self._trees[profile]

    def type_of_profile(self, profile: str) -> str:
        """The type a profile is on; empty when the profile is unknown."""
        name = profile.split("|")[0].removeprefix(BASE)
        if name[:1].isupper() and self.model.shape(name) is not None:
            return name
        structure = self.definitions.structure(profile)
        return str(structure.get("type", "")) if structure is not None else ""

    def extension(self, url: str) -> ExtensionDefinition | None:
        """What the definition of an extension says about its use."""
        if url not in self._extensions:
            structure = self.definitions.structure(url)
            usable = structure is not None and structure.get("type") == "Extension" and "snapshot" in structure
            self._extensions[url] = extension_definition(structure) if structure is not None and usable else None
        return self._extensions[url]

    def context(self, run: Run, definition: ExtensionDefinition, at: At) -> str | None:
        """None where the extension is allowed, else the name of the place; remembered by path where that decides."""
        if definition.by_value:
            return allowed_here(run, definition, at)
        names = [str(run.scope.resource.get("resourceType"))]
        here, end = at[0], run.scope.at
        while here is not end and here is not None:
            names.append(here[1])
            here = here[0]
        key = (definition.url, tuple(names))
        if key not in self._contexts:
            self._contexts[key] = allowed_here(run, definition, at)
        return self._contexts[key]

    def resolve_outside(self, reference: str) -> dict[str, Any] | None:
        """What the resolver knows of a reference; the definitions answer for canonicals elsewhere."""
        return self._resolver(reference) if self._resolver is not None else None

    def anchors(self, run: Run) -> frozenset[str]:
        """What a link inside a narrative may lead to."""
        return anchors_of(run)
