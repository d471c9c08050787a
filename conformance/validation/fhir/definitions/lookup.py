"""Finding conformance resources by canonical in everything that was loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions.cache import Cache, ScopedCache
from conformance.validation.fhir.definitions.naming import add_names
from conformance.validation.fhir.definitions.problem import MISSHAPEN, MISSHAPEN_TEXT, DefinitionProblem
from conformance.validation.fhir.definitions.store import Entry, Store, dump, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
HL7 = ("http://hl7.org/fhir/", "http://terminology.hl7.org/")


class Lookup:
    """Stores, asked one after the other."""

    def __init__(self, cache: Cache) -> None:
        """Without stores; `digest` names their content once they are there."""
        self.problems: list[DefinitionProblem] = []
        self.digest = ""
        self._cache = cache
        self._stores: list[Store] = []
        self._names: dict[str, list[str]] | None = None
        self._searches: dict[tuple[str, str], Json] | None = None

    @property
    def cache(self) -> ScopedCache:
        """A cache for whatever is compiled from exactly these definitions."""
        return ScopedCache(self._cache, self.digest)

    def resource(self, kind: str, canonical: str) -> Json | None:
        """A conformance resource by kind and canonical (`url` or `url|version`), as it stands in its source."""
        found = self._find(kind, canonical)
        return found[0].body(found[1]) if found else None

    def names(self, system: str, code: str) -> tuple[str, ...]:
        """What the loaded value sets call a code, in any language; the code system's own names are in `code_system`."""
        if self._names is None:
            kept = loaded(self.cache.get("names", "value sets"))
            self._names = kept if kept is not None else self._named()
        return tuple(self._names.get(f"{system}|{code}", ()))

    def _named(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for store in self._stores:  # with the shipped digest, whose value sets repeat the names of the code systems
            for entry in store.entries("ValueSet"):
                try:
                    add_names(found, store.body(entry))
                except MISSHAPEN as error:
                    where = f"{store.label}/{entry.file}"
                    self.problems.append(DefinitionProblem(where, "", f"{MISSHAPEN_TEXT} ({error})"))
        self.cache.put("names", "value sets", dump(found))
        return found

    def search_parameter(self, base: str, code: str) -> Json | None:
        """The search parameter of a resource type by its code, as used in a URL."""
        if self._searches is None:
            self._searches = {}
            for store in reversed(self._stores):
                for entry in store.entries("SearchParameter"):
                    resource = store.body(entry)
                    self._searches |= {
                        (str(each), str(resource.get("code"))): resource for each in resource.get("base", ())
                    }
        return self._searches.get((base, code))

    def canonicals(self, kind: str) -> Iterator[str]:
        """Every canonical of a kind, once."""
        seen: set[str] = set()
        for store in self._stores:
            for entry in store.entries(kind):
                if entry.url and entry.url not in seen:
                    seen.add(entry.url)
                    yield entry.url

    def package_of(self, canonical: str) -> str | None:
        """The source that defines a canonical, of whatever kind, and the file in it."""
        for kind in (
            "StructureDefinition",
            "ValueSet",
            "CodeSystem",
            "SearchParameter",
            "ConceptMap",
            "Questionnaire",
            "Measure",
            "Library",
            "ImplementationGuide",
        ):
            found = self._find(kind, canonical)
            if found:
                return f"{found[0].label}/{found[1].file}"
        return None

    def carried(self, canonical: str) -> bool | None:
        """True: here. None: HL7's own, which the shipped digest does not carry. False: unknown to every source."""
        if self.package_of(canonical):
            return True
        return None if canonical.startswith(HL7) else False

    def _find(self, kind: str, canonical: str) -> tuple[Store, Entry] | None:
        url, _, version = canonical.partition("|")
        loose: tuple[Store, Entry] | None = None
        for store in self._stores:
            for entry in store.find(kind, url):
                if not version or _fits(version, entry.version):
                    return store, entry
                if loose is None and url.startswith(HL7):
                    loose = (store, entry)
        return loose


def _fits(wanted: str, version: str) -> bool:
    """A version in a canonical: the same, or its leading numbers."""
    return wanted == version or version.startswith(wanted + ".") or not version
