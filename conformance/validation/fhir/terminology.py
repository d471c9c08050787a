"""What the definitions know of codes, remembered: expansions, names, and whether a code exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from conformance.validation.fhir.base.value_set_names import Names, names_in
from conformance.validation.fhir.definitions.expansion import Expander, Expansion

if TYPE_CHECKING:
    from conformance.validation.fhir.definitions import Definitions


class Terminology:
    """Answers about codes over one set of definitions."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._names: dict[str, Names] = {}
        self._expansions: dict[str, Expansion] = {}
        self._concepts: dict[tuple[str, str], str | Literal[False] | None] = {}

    def expansion(self, canonical: str) -> Expansion:
        """What a value set contains; `url#id` names one contained in the definition with that URL."""
        if "#" not in canonical:
            return self.definitions.expansion(canonical)
        if canonical not in self._expansions:
            url, _, name = canonical.partition("#")
            structure = self.definitions.structure(url) or {}
            inner = [each for each in structure.get("contained", ()) if each.get("id") == name]
            self._expansions[canonical] = self.expand(inner[0] if inner else None)
        return self._expansions[canonical]

    def expand(self, value_set: dict[str, Any] | None) -> Expansion:
        """The expansion of a value set that is at hand as a resource."""
        known = self.definitions

        def look(canonical: str) -> dict[str, Any] | None:
            return value_set if canonical == "#" else known.resource("ValueSet", canonical)

        return Expander(look, known.code_system).expand("#")

    def names(self, canonical: str) -> Names:
        """The names a value set gives to its codes."""
        if canonical not in self._names:
            self._names[canonical] = names_in(lambda each: self.definitions.resource("ValueSet", each), canonical)
        return self._names[canonical]

    def concept(self, system: str, code: str) -> str | Literal[False] | None:
        """The display of a code; False when its code system is complete and lacks it; None when that is not known."""
        key = (system, code)
        if key not in self._concepts:
            known = self.definitions.code_system(system)
            concept = known.concept(code) if known is not None else None
            self._concepts[key] = (
                concept.display if concept else (False if known is not None and known.complete else None)
            )
        return self._concepts[key]

    def named(self, system: str, code: str, display: str) -> bool:
        """Whether a display is one of the names of a code that is known."""
        known = self.definitions.code_system(system)
        concept = known.concept(code) if known is not None else None
        return concept is None or concept.named(display)
