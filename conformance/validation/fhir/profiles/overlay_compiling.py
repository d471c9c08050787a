"""Compile a profile into an Overlay: the snapshot compared with the base definition, and only the difference kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.bindings import binding_extras
from conformance.validation.fhir.base.value_rules import Extra, limit_extras, profile_extras, together
from conformance.validation.fhir.findings import Origin
from conformance.validation.fhir.model import type_names
from conformance.validation.fhir.profiles.discriminators import TextMatcher, matcher
from conformance.validation.fhir.profiles.narrative_controls import narrative_extras
from conformance.validation.fhir.profiles.overlays import Demand, Member, Overlay, Slice, Slicing
from conformance.validation.fhir.profiles.targets import profile_target_extras
from conformance.validation.fhir.profiles.trees import Piece, tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codecs.fhir import Child
    from conformance.validation.fhir.engine import Engine

NOTHING: dict[str, Any] = {}
FEW = 3
LARGEST = 2**31
ALTERNATIVES = "/extension-ElementDefinition.valueAlternatives"


class OverlayCompiler:
    """Compiles one profile."""

    def __init__(self, engine: Engine, structure: dict[str, Any]) -> None:
        self.engine = engine
        self.url = str(structure["url"])
        self.structure = structure

    def compile(self) -> Overlay | None:
        """The overlay; None when the structure has no snapshot or is of a type this version does not have."""
        root = tree(self.structure)
        type_name = str(self.structure.get("type") or (root.name if root else ""))
        shape = self.engine.model.shape(type_name)
        if root is None or shape is None:
            return None
        demand = self._demand(root, shape.element, (type_name,), type_name)
        return Overlay(self.url, type_name, demand or Demand(type_name, Origin(self.url, root.id)))

    def _demand(self, piece: Piece, base: Mapping[str, Any], types: tuple[str, ...], owner: str) -> Demand | None:
        """What the element demands beyond its base; None when nothing."""
        element = piece.element
        origin = Origin(self.url, piece.id)
        low, high = self._cardinality(element, base)
        allowed = frozenset(type_names(element)) if element.get("type") else frozenset(types)
        narrowed = allowed if base.get("type") and not set(type_names(base)) <= allowed else None
        extras = self._extras(element, base, types, origin)
        invariants = self._invariants(element, base, types)
        members = self._members(piece, types)
        slicing = self._slicing(piece, base, types, owner)
        instead = _alternatives(element)
        if not (low or high is not None or narrowed or extras or invariants or members or slicing or instead):
            return None
        each = bool(narrowed or extras or invariants or members or instead)
        name = piece.name.removesuffix("[x]")
        return Demand(name, origin, low, high, narrowed, extras or None, invariants, members, slicing, instead, each)

    def _cardinality(self, element: Mapping[str, Any], base: Mapping[str, Any]) -> tuple[int, int | None]:
        low = int(element.get("min", 0))
        high = _number(element.get("max", "*"))
        base_high = _number(base.get("max", "*"))
        return (low if low > int(base.get("min", 0)) else 0), (high if high < base_high else None)

    def _extras(
        self, element: Mapping[str, Any], base: Mapping[str, Any], types: tuple[str, ...], origin: Origin
    ) -> dict[str, Extra]:
        """The rules on a value by type: those for every type and those of the type itself together."""
        common = self._extra(element, base, "", origin)
        found = {"": common} if common is not None else {}
        for name in types:
            own = self._extra(element, base, name, origin)
            if own is not None:
                found[name] = own if common is None else together([common, own]) or own
        return found

    def _extra(self, element: Mapping[str, Any], base: Mapping[str, Any], name: str, origin: Origin) -> Extra | None:
        """The rules on a value: those of every type under "", those of one type under its name."""
        if not name:
            return together(
                limit_extras({key: value for key, value in element.items() if base.get(key) != value}, origin)
            )
        extras: list[Extra] = narrative_extras(element, origin) if name == "Narrative" else []
        if element.get("binding") != base.get("binding"):
            extras += binding_extras(self.engine, element, name, origin)
        if element.get("type") != base.get("type"):
            extras += profile_target_extras(self.engine, name, element, origin)
            extras += profile_extras(self.engine, name, element)
        return together(extras)

    def _invariants(self, element: Mapping[str, Any], base: Mapping[str, Any], types: tuple[str, ...]) -> Any:
        known = {(each.get("key"), each.get("expression")) for each in base.get("constraint", ())}
        for name in types:
            shape = self.engine.model.shape(name)
            if shape is not None:
                known |= {(each.get("key"), each.get("expression")) for each in shape.element.get("constraint", ())}
        added = [
            each for each in element.get("constraint", ()) if (each.get("key"), each.get("expression")) not in known
        ]
        return self.engine.invariants({"id": element.get("id", ""), "constraint": added}, self.url) if added else ()

    def _members(self, piece: Piece, types: tuple[str, ...]) -> tuple[Member, ...]:
        found = [self._member(child, types) for child in piece.children.values()]
        return tuple(each for each in found if each is not None)

    def _member(self, piece: Piece, types: tuple[str, ...]) -> Member | None:
        if piece.name == "url" and piece.element.get("fixedUri") == self.url:
            return None  # an extension is checked against this definition because it has this URL
        children, base = self._known(piece.name, types)
        if not children:
            return None
        names = tuple(dict.fromkeys((child.name, child.type) for child in children))
        demand = self._demand(piece, base, tuple(dict.fromkeys(type_name for _, type_name in names)), types[0])
        if demand is None:
            return None
        triples = tuple((name, f"_{name}", type_name) for name, type_name in names)
        by_name = {key: position for position, each in enumerate(triples) for key in each[:2]}
        optional = not demand.low and not (
            demand.slicing is not None and any(each.demand.low for each in demand.slicing.slices)
        )
        return Member(triples, demand, by_name if len(triples) > FEW else None, frozenset(by_name), optional)

    def _known(self, name: str, types: tuple[str, ...]) -> tuple[list[Child], Mapping[str, Any]]:
        """The JSON properties an element has in the types it may be in, and its base definition."""
        children: list[Child] = []
        base: Mapping[str, Any] = NOTHING
        for type_name in self._holders(types):
            shape = self.engine.model.shape(type_name)
            if shape is None:
                continue
            children += [child for child in shape.children.values() if name in {child.element, child.name}]
            for element in shape.elements:
                if element["path"].rsplit(".", 1)[1] == name:
                    base = base or element
        return children, base

    def _holders(self, types: tuple[str, ...]) -> list[str]:
        """The types whose children an element has; a primitive's children are those of Element."""
        return ["Element" if name[:1].islower() else name for name in types]

    def _slicing(self, piece: Piece, base: Mapping[str, Any], types: tuple[str, ...], owner: str) -> Slicing | None:
        if not piece.slices:
            return None
        rules = piece.element.get("slicing", {})
        discriminators = rules.get("discriminator", [])
        slices = []
        for number, (name, each) in enumerate(piece.slices.items()):
            narrowed = self._slice_types(each, types)
            demand = self._demand(each, {**base, "min": 0}, narrowed, owner)
            test = matcher(self.engine, discriminators, each, number) if discriminators else None
            slices.append(
                Slice(name, test, demand or Demand(piece.name.removesuffix("[x]"), Origin(self.url, each.id)))
            )
        mode = rules.get("rules", "open")
        useful = mode == "closed" or rules.get("ordered") or any(_says_something(each.demand) for each in slices)
        if not useful:
            return None
        key, places = _by_text(slices)
        return Slicing(tuple(slices), mode == "closed", bool(rules.get("ordered")), mode == "openAtEnd", key, places)

    def _slice_types(self, piece: Piece, types: tuple[str, ...]) -> tuple[str, ...]:
        """A slice of a choice has fewer types, unless the profile forgot to say so."""
        named = tuple(name for name in types if name in set(type_names(piece.element)))
        return named or types


def _by_text(slices: list[Slice]) -> tuple[str, dict[str, int] | None]:
    """The one property whose text decides the slice, and the slice of each text; None when it is not that simple."""
    keys = {each.matches.key if isinstance(each.matches, TextMatcher) else "" for each in slices}
    texts = [each.matches.text for each in slices if isinstance(each.matches, TextMatcher)]
    if len(keys) != 1 or "" in keys or len(set(texts)) != len(texts):
        return "", None
    return keys.pop(), {text: number for number, text in enumerate(texts)}


def _says_something(demand: Demand) -> bool:
    return bool(
        demand.low or demand.high is not None or demand.extras or demand.invariants or demand.members or demand.slicing
    )


def _alternatives(element: Mapping[str, Any]) -> tuple[str, ...]:
    """R5's ElementDefinition.valueAlternatives, which earlier versions carry in an extension."""
    listed = [
        each.get("valueCanonical", "")
        for each in element.get("extension", ())
        if str(each.get("url", "")).endswith(ALTERNATIVES)
    ]
    return tuple(str(each) for each in (*listed, *element.get("valueAlternatives", ())))


def _number(most: Any) -> int:
    return LARGEST if most == "*" else int(most)
