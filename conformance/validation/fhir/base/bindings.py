"""Bindings by strength. What only a terminology server can know is said as such: never a pass, never a fail.

FHIR R4, terminologies.html section 4.1.5 (binding strengths).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.validation.fhir.engine import Engine
    from conformance.validation.fhir.findings import Origin
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

WEIGHT = {"required": Severity.ERROR, "extensible": Severity.WARNING, "preferred": Severity.INFORMATION}
MAXIMUM = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
UCUM = "http://unitsofmeasure.org"
REMEMBERED = 20_000
TEXTS = {"code", "string", "uri", "url", "markdown", "id"}

Extra = Callable[["Run", Any, "At"], None]


def binding_extras(engine: Engine, element: Mapping[str, Any], type_name: str, origin: Origin) -> list[Extra]:
    """The binding rules of an element for one of its types; none for types a binding means nothing to."""
    binding = element.get("binding") or {}
    bound = []
    value_set, strength = binding.get("valueSet"), binding.get("strength", "")
    if value_set and strength in WEIGHT:
        bound.append(Bound(engine, value_set, WEIGHT[strength], strength, origin))
    for extension in binding.get("extension", ()):
        if extension.get("url") == MAXIMUM:
            most = (
                extension.get("valueCanonical")
                or extension.get("valueUri")
                or extension.get("valueReference", {}).get("reference")
            )
            if most:
                bound.append(Bound(engine, most, Severity.ERROR, "required", origin))
    return [check for each in bound if (check := each.check(type_name)) is not None]


@dataclass(slots=True)
class Bound:
    """One value set at one element."""

    engine: Engine
    value_set: str
    weight: Severity
    strength: str
    origin: Origin
    remembered: dict[tuple[str | None, str], bool | None] = field(default_factory=dict)

    def check(self, type_name: str) -> Extra | None:
        """The rule for a type that can be coded."""
        if type_name in TEXTS:
            return self.text
        if type_name == "Coding":
            return self.coding
        if type_name == "CodeableConcept":
            return self.concept
        if type_name in {
            "Quantity",
            "SimpleQuantity",
            "Age",
            "Duration",
            "Count",
            "Distance",
            "Money",
            "MoneyQuantity",
        }:
            return self.quantity
        return None

    def contains(self, system: str | None, code: str) -> bool | None:
        """Whether the value set holds the code: None when that cannot be known here."""
        key = (system, code)
        try:
            return self.remembered[key]
        except KeyError:
            if len(self.remembered) > REMEMBERED:
                self.remembered.clear()
        known = self.engine.terminology.expansion(self.value_set).contains(system, code)
        self.remembered[key] = known
        return known

    def text(self, run: Run, value: Any, at: At) -> None:
        known = self.contains(None, value)
        if known is not True:
            self._say(run, at, known, value)

    def coding(self, run: Run, value: Any, at: At) -> None:
        code = value.get("code")
        if isinstance(code, str):
            known = self.contains(value.get("system") or "", code)
            if known is not True:
                self._say(run, at, known, f"{value.get('system', '')}|{code}")
            elif run.displays:
                self._display(run, value)
        elif self.weight is Severity.ERROR and not value.get("extension"):
            run.report(Code.CODE_MISSING, at, expected=self.value_set, origin=self.origin, severity=self.weight)

    def concept(self, run: Run, value: Any, at: At) -> None:
        codings = value.get("coding")
        if not isinstance(codings, list) or not codings:
            if not value.get("extension") and self.weight is not Severity.INFORMATION:
                run.report(Code.CODE_MISSING, at, expected=self.value_set, origin=self.origin, severity=self.weight)
            return
        shown, undecided = [], False
        for coding in codings:
            code = coding.get("code") if isinstance(coding, dict) else None
            if not isinstance(code, str):
                continue
            known = self.contains(coding.get("system") or "", code)
            if known:
                if run.displays:
                    self._display(run, coding)
                return
            undecided = undecided or known is None
            shown.append(f"{coding.get('system', '')}|{code}")
        if shown:
            self._say(run, at, None if undecided else False, ", ".join(shown))
        elif self.weight is Severity.ERROR:
            run.report(Code.CODE_MISSING, at, expected=self.value_set, origin=self.origin, severity=self.weight)

    def quantity(self, run: Run, value: Any, at: At) -> None:
        code = value.get("code")
        if isinstance(code, str):
            known = self.contains(value.get("system") or "", code)
            if known is not True:
                self._say(run, at, known, f"{value.get('system', '')}|{code}")

    def _display(self, run: Run, coding: dict[str, Any]) -> None:
        """A value set may name its codes in its own language: then that name is right where the value set is bound."""
        raw = run.displays.get(id(coding))
        if raw is not None and raw in run.found:
            names = self.engine.terminology.names(self.value_set)
            if str(coding["display"]).casefold() in names.get((str(coding.get("system")), str(coding.get("code"))), ()):
                run.found.remove(raw)

    def _say(self, run: Run, at: At, known: bool | None, found: str) -> None:
        if known is None:
            why = self.engine.terminology.expansion(self.value_set).why
            run.report(
                Code.CODE_NOT_CHECKED, at, expected=self.value_set, found=found, origin=self.origin, constraint=why
            )
        else:
            weight = Severity.WARNING if self._only_units(at) else self.weight
            expected = f"{self.value_set} ({self.strength})"
            run.report(
                Code.CODE_NOT_IN_VALUE_SET, at, expected=expected, found=found, origin=self.origin, severity=weight
            )

    def _only_units(self, at: At) -> bool:
        """A value set of units on a choice element is meant for its Quantity: R4's vital signs bind components so."""
        if "Quantity" in at[1] or not at[1].startswith("value"):
            return False
        return self.engine.terminology.expansion(self.value_set).systems() == {UCUM}
