"""All definitions of one FHIR version: base definitions, packages, and what is computed from them on demand."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions.authored import shipped_files
from conformance.validation.fhir.definitions.cache import Cache
from conformance.validation.fhir.definitions.expansion import Expander, Expansion
from conformance.validation.fhir.definitions.lookup import Lookup
from conformance.validation.fhir.definitions.normal import normalised
from conformance.validation.fhir.definitions.packages import resolve
from conformance.validation.fhir.definitions.problem import MISSHAPEN, MISSHAPEN_TEXT, DefinitionProblem
from conformance.validation.fhir.definitions.shipped import shipped_digest
from conformance.validation.fhir.definitions.snapshot import Generator
from conformance.validation.fhir.definitions.sources import generation, open_store
from conformance.validation.fhir.definitions.store import dump, loaded
from conformance.validation.fhir.definitions.terminology import CodeSystem
from conformance.validation.fhir.model import Model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.validation.fhir.definitions.version import FhirVersion

Json = dict[str, Any]
BASE = "http://hl7.org/fhir/StructureDefinition/"


class Definitions(Lookup):
    """The definitions of one FHIR version. What is returned is shared: never modify it.

    Sources are asked in the order given; then what ships with the suite: its own profiles, then the digest of the base
    definitions.
    """

    def __init__(self, version: FhirVersion, cache: Cache) -> None:
        """An empty set; use `open`."""
        super().__init__(cache)
        self.version = version
        self.model = Model(self)
        self._structures: dict[str, Json | None] = {}
        self._expansions: dict[str, Expansion] = {}
        self._systems: dict[str, CodeSystem | None] = {}
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
        self = cls(version, (cache or Cache.default()).of(generation()))
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
        kept = loaded(self.cache.get("snapshots", name))
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
