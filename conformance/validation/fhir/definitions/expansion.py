"""The expansion of a value set, as far as it can be computed here, with an honest third answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions.filters import UnknownFilterError, filtered
from conformance.validation.fhir.definitions.grammars import could_be, grammar
from conformance.validation.fhir.definitions.problem import MISSHAPEN, MISSHAPEN_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.validation.fhir.definitions.grammars import Grammar
    from conformance.validation.fhir.definitions.terminology import CodeSystem

Json = dict[str, Any]
Codes = dict[str, str]
MAX_DEPTH = 20
MAX_PARTS = 20_000
MAX_REASONS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """Codes of one system: listed (code -> display), or decided by a grammar, or (`why`) not known here."""

    system: str
    codes: Mapping[str, str] = field(default_factory=dict)
    folded: frozenset[str] | None = None  # codes in lower case, for a system that does not mind case
    grammar: Grammar | None = None
    why: str = ""

    def contains(self, code: str) -> bool | None:
        """True, False, or None when it cannot be known here."""
        if code in self.codes or (self.folded is not None and code.casefold() in self.folded):
            return True
        if self.grammar is not None:
            return self.grammar(code)
        return None if self.why and could_be(self.system, code) else False


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a value set contains. `why` says why some answers are None; empty when all can be given."""

    url: str
    included: tuple[Part, ...]
    excluded: tuple[Part, ...] = ()
    imports: tuple[tuple[Expansion, ...], ...] = ()  # each: contained in all of these
    removed: tuple[tuple[Expansion, ...], ...] = ()  # each: left out when contained in all of these
    why: str = ""
    copyright: str = ""
    size: int = 1
    """How many parts an answer may have to look at: shared imports count as often as they are reached."""

    @property
    def complete(self) -> bool:
        """Whether every question can be answered here."""
        return not self.why

    def contains(self, system: str | None, code: str) -> bool | None:
        """Whether the code is in the value set; `system` None asks for the code alone, as a `code` element does."""
        inside = _any(part.contains(code) for part in self.included if system is None or part.system in {"", system})
        inside = _or(inside, _any(_all(each.contains(system, code) for each in group) for group in self.imports))
        if inside is False:
            return False
        outside = _any(part.contains(code) for part in self.excluded if system is None or part.system in {"", system})
        outside = _or(outside, _any(_all(each.contains(system, code) for each in group) for group in self.removed))
        if outside:
            return False
        return None if outside is None else inside

    def systems(self) -> frozenset[str]:
        """The code systems of which something is included."""
        inner = (each.systems() for group in self.imports for each in group)
        return frozenset(part.system for part in self.included).union(*inner)

    def codes(self, limit: int = 1000) -> list[tuple[str, str, str]]:
        """(system, code, display) of what is listed, for messages; at most `limit`."""
        found: list[tuple[str, str, str]] = []
        for system, code, display in self._listed():
            if len(found) >= limit:
                break
            if self.contains(system, code):
                found.append((system, code, display))
        return found

    def _listed(self) -> Iterator[tuple[str, str, str]]:
        for part in self.included:
            for code, display in part.codes.items():
                yield part.system, code, display
        for group in self.imports:
            yield from group[0]._listed()  # noqa: SLF001 - another value of the same class


def _or(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False


def _any(answers: Iterator[bool | None]) -> bool | None:
    result: bool | None = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            result = None
    return result


def _all(answers: Iterator[bool | None]) -> bool | None:
    result: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


@dataclass(frozen=True, slots=True)
class Expander:
    """Computes expansions from value sets and code systems found by canonical."""

    value_set: Callable[[str], Json | None]
    code_system: Callable[[str], CodeSystem | None]
    known: dict[str, Expansion] = field(default_factory=dict)

    def expand(self, canonical: str, above: tuple[str, ...] = ()) -> Expansion:
        """The expansion; a value set that is not here, or that contains itself, gives one that knows nothing."""
        if canonical not in self.known:
            try:
                found = self._expand(canonical, above)
            except MISSHAPEN as error:
                found = _unknown(canonical, f"value set {canonical}: {MISSHAPEN_TEXT} ({error})")
            if found.size > MAX_PARTS:
                found = _unknown(
                    canonical, f"value set {canonical} is put together from too many parts to be computed here"
                )
            self.known[canonical] = found
        return self.known[canonical]

    def _expand(self, canonical: str, above: tuple[str, ...]) -> Expansion:
        if canonical in above or len(above) > MAX_DEPTH:
            return _unknown(canonical, f"value set {canonical} includes itself")
        resource = self.value_set(canonical)
        if resource is None:
            return _unknown(canonical, f"value set {canonical} is not in the loaded definitions")
        compose = resource.get("compose")
        if not compose:
            return _stored(canonical, resource)
        chain = (*above, canonical)
        included, imports = self._clauses(compose.get("include", ()), chain)
        excluded, removed = self._clauses(compose.get("exclude", ()), chain)
        reasons = [part.why for part in (*included, *excluded) if part.why]
        reasons += [each.why for group in (*imports, *removed) for each in group if each.why]
        groups = (*imports, *removed)
        return Expansion(
            canonical,
            tuple(included),
            tuple(excluded),
            tuple(imports),
            tuple(removed),
            why="; ".join(list(dict.fromkeys(reasons))[:MAX_REASONS]),
            copyright=str(resource.get("copyright", "")),
            size=len(included) + len(excluded) + 1 + sum(each.size for group in groups for each in group),
        )

    def _clauses(self, clauses: list[Json], chain: tuple[str, ...]) -> tuple[list[Part], list[tuple[Expansion, ...]]]:
        parts: list[Part] = []
        imports: list[tuple[Expansion, ...]] = []
        for clause in clauses:
            group = [self.expand(str(each), chain) for each in clause.get("valueSet", ())]
            part = self._part(clause) if clause.get("system") else None
            if part is not None and not group:
                parts.append(part)
            elif group:
                imports.append(
                    tuple(group if part is None else [Expansion(part.system, (part,), why=part.why), *group])
                )
        return parts, imports

    def _part(self, clause: Json) -> Part:
        system = str(clause["system"])
        found = self.code_system(
            system if "version" not in clause else f"{system}|{clause['version']}"
        ) or self.code_system(system)
        if clause.get("concept"):
            codes = {str(each.get("code", "")): str(each.get("display", "")) for each in clause["concept"]}
            fold = found is not None and not found.case_sensitive
            return Part(system, codes, frozenset(code.casefold() for code in codes) if fold else None)
        if clause.get("filter"):
            return _filtered(system, clause["filter"], found)
        if found is None or not found.complete:
            rule = grammar(system)
            listed = {} if found is None else {code: each.display for code, each in found.concepts.items()}
            return Part(
                system, listed, grammar=rule, why="" if rule else f"the content of {system} is not available here"
            )
        codes = {code: each.display for code, each in found.concepts.items()}
        return Part(system, codes, None if found.case_sensitive else frozenset(code.casefold() for code in codes))


def _filtered(system: str, filters: list[Json], found: CodeSystem | None) -> Part:
    if found is None or not found.complete:
        return Part(system, why=f"a filter on {system}, whose content is not available here")
    try:
        codes = filtered(found, filters)
    except UnknownFilterError as error:
        return Part(system, why=str(error))
    return Part(system, {code: found.concepts[code].display for code in found.concepts if code in codes})


def _stored(canonical: str, resource: Json) -> Expansion:
    """A value set that carries only its expansion."""
    expansion = resource.get("expansion")
    if not expansion:
        return _unknown(canonical, f"value set {canonical} has neither a definition nor an expansion")
    parts: dict[str, Codes] = {}
    _contained(expansion.get("contains", ()), parts)
    count = sum(len(codes) for codes in parts.values())
    why = "" if int(expansion.get("total", count)) <= count else f"the stored expansion of {canonical} is not whole"
    listed = tuple(Part(system, codes, why=why) for system, codes in parts.items())
    return Expansion(canonical, listed or (Part("", why=why),), why=why, copyright=str(resource.get("copyright", "")))


def _contained(contains: list[Json], parts: dict[str, Codes]) -> None:
    for each in contains:
        if "code" in each and not each.get("abstract"):
            parts.setdefault(str(each.get("system", "")), {})[str(each["code"])] = str(each.get("display", ""))
        _contained(each.get("contains", []), parts)


def _unknown(canonical: str, why: str) -> Expansion:
    return Expansion(canonical, (Part("", why=why),), why=why)
