"""All definitions of one FHIR version: base definitions, packages, and what is computed from them on demand."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions.authored import shipped_files
from conformance.validation.fhir.definitions.cache import Cache
from conformance.validation.fhir.definitions.expansion import Expander, Expansion
from conformance.validation.fhir.definitions.normal import normalised
from conformance.validation.fhir.definitions.packages import resolve
from conformance.validation.fhir.definitions.problem import MISSHAPEN, MISSHAPEN_TEXT, DefinitionProblem
from conformance.validation.fhir.definitions.shipped import shipped_digest
from conformance.validation.fhir.definitions.snapshot import Generator
from conformance.validation.fhir.definitions.sources import generation, open_store
from conformance.validation.fhir.definitions.store import Entry, Store, dump
from conformance.validation.fhir.definitions.terminology import CodeSystem
from conformance.validation.fhir.model import Model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.validation.fhir.definitions.version import FhirVersion

Json = dict[str, Any]
BASE = "http://hl7.org/fhir/StructureDefinition/"
HL7 = ("http://hl7.org/fhir/", "http://terminology.hl7.org/")


class Definitions:
    """The definitions of one FHIR version. What is returned is shared: never modify it.

    Sources are asked in the order given; then what ships with the suite: its own profiles, then the digest of the base
    definitions.
    """

    def __init__(self, version: FhirVersion, cache: Cache) -> None:
        """An empty set; use `open`."""
        self.version = version
        self.problems: list[DefinitionProblem] = []
        self.digest = ""
        self.model = Model(self)
        self._cache = cache
        self._stores: list[Store] = []
        self._structures: dict[str, Json | None] = {}
        self._expansions: dict[str, Expansion] = {}
        self._systems: dict[str, CodeSystem | None] = {}
        self._searches: dict[tuple[str, str], Json] | None = None
        self._expander = Expander(lambda canonical: self.resource("ValueSet", canonical), self.code_system)
        self._generator = Generator(self.structure, self.problems)

    @classmethod
    def open(
        cls, version: FhirVersion, sources: Sequence[Path | str] = (), *, cache: Cache | None = None
    ) -> Definitions:
        """Definitions from packages (.tgz, folder, `name#version` in ~/.fhir/packages), files and folders of files.

        Dependencies are followed. Raises DefinitionError for a source that cannot be used; a single definition
        that cannot be read is told in `problems`.
        """
        self = cls(version, cache or Cache.default())
        shipped = shipped_digest(version, self._cache)
        digests = [generation(), version.value]
        if shipped:
            self._stores.append(shipped[0])
            digests.append(shipped[1])
        resolution = resolve(list(sources), version)
        self.problems += resolution.problems
        own = [*resolution.paths, *shipped_files(version)]
        for number, path in enumerate(own):
            store, digest = open_store(path, self.model, self._cache, self.problems)
            self._stores.insert(number, store)
            digests.append(digest)
        self.digest = hashlib.sha256("\n".join(digests).encode()).hexdigest()
        return self

    @property
    def cache(self) -> ScopedCache:
        """A cache for whatever is compiled from exactly these definitions."""
        return ScopedCache(self._cache, self.digest)

    def resource(self, kind: str, canonical: str) -> Json | None:
        """A conformance resource by kind and canonical (`url` or `url|version`), as it stands in its source."""
        found = self._find(kind, canonical)
        return found[0].body(found[1]) if found else None

    def structure(self, canonical: str) -> Json | None:
        """A StructureDefinition with snapshot; the snapshot is generated when only a differential is there."""
        if canonical not in self._structures:
            self._structures[canonical] = self._structure(canonical)
        return self._structures[canonical]

    def try_snapshot(self, resource: Json) -> tuple[Json | None, list[DefinitionProblem]]:
        """The snapshot of a StructureDefinition that is not one of these definitions, and what is wrong with it."""
        problems: list[DefinitionProblem] = []
        where = str(resource.get("url") or resource.get("id") or "StructureDefinition")
        try:
            made = Generator(self.structure, problems).generate(normalised(resource), where)
        except MISSHAPEN as error:
            return None, [*problems, DefinitionProblem(where, "", f"{MISSHAPEN_TEXT} ({error})")]
        return made, problems

    def type(self, name: str) -> Json | None:
        """The base definition of a type: "Patient", "Identifier", "string"."""
        found = self.structure(BASE + name)
        return found if found is not None and found.get("type", found.get("name")) == name else None

    def expansion(self, canonical: str) -> Expansion:
        """What the value set contains, as far as it can be known here."""
        if canonical not in self._expansions:
            self._expansions[canonical] = self._expander.expand(canonical)
        return self._expansions[canonical]

    def code_system(self, url: str) -> CodeSystem | None:
        """A code system by canonical."""
        if url not in self._systems:
            resource = self.resource("CodeSystem", url)
            self._systems[url] = self._opened_system(resource) if resource else None
        return self._systems[url]

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

    def _opened_system(self, resource: Json) -> CodeSystem | None:
        system = CodeSystem(resource)
        try:
            system.concepts  # noqa: B018 - reads the concepts, so that a misshapen one shows here
        except MISSHAPEN as error:
            self.problems.append(DefinitionProblem(system.url, "", f"{MISSHAPEN_TEXT} ({error})"))
            return None
        return system

    def _structure(self, canonical: str) -> Json | None:
        found = self._find("StructureDefinition", canonical)
        if found is None:
            return None
        store, entry = found
        resource = store.body(entry)
        if "snapshot" in resource:
            return resource
        name = f"{entry.url}|{entry.version}"
        kept = _loaded(self.cache.get("snapshots", name))
        if kept is not None:
            return kept
        before = len(self.problems)
        where = f"{store.label}/{entry.file}"
        try:
            made = self._generator.generate(resource, where)
        except MISSHAPEN as error:
            self.problems.append(DefinitionProblem(where, "", f"{MISSHAPEN_TEXT} ({error})"))
            return None
        if len(self.problems) == before:
            self.cache.put("snapshots", name, dump(made))
        return made

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


def _loaded(data: bytes | None) -> Json | None:
    """What the cache holds; a damaged item is as good as none."""
    try:
        structure = json.loads(data, parse_float=Decimal) if data is not None else None
    except ValueError:
        return None
    return structure if isinstance(structure, dict) else None


def _fits(wanted: str, version: str) -> bool:
    """A version in a canonical: the same, or its leading numbers."""
    return wanted == version or version.startswith(wanted + ".") or not version


class ScopedCache:
    """A cache whose items belong to one set of definitions."""

    __slots__ = ("_cache", "_digest")

    def __init__(self, cache: Cache, digest: str) -> None:
        """`digest` names the set."""
        self._cache = cache
        self._digest = digest[:32]

    def get(self, kind: str, name: str) -> bytes | None:
        """The bytes kept under this name for these definitions, or None."""
        return self._cache.get(f"{kind}/{self._digest}", name)

    def put(self, kind: str, name: str, data: bytes) -> Path | None:
        """Keep the bytes for these definitions."""
        return self._cache.put(f"{kind}/{self._digest}", name, data)
