"""Compile a source of definitions (package, folder, file) into a store, once per content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.codecs import fhir as codec
from conformance.validation.fhir.definitions import archive
from conformance.validation.fhir.definitions.normal import normalised, wanted
from conformance.validation.fhir.definitions.problem import (
    MISSHAPEN,
    MISSHAPEN_TEXT,
    DefinitionError,
    DefinitionProblem,
)
from conformance.validation.fhir.definitions.store import Store, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.codecs.fhir import TypeTable
    from conformance.validation.fhir.definitions.cache import Cache

Json = dict[str, Any]
_NOT_DEFINITIONS = frozenset({"package.json", ".index.json", "fhirpkg.lock.json"})


def signature(path: Path) -> str:
    """A digest that changes when the source does: of a file's bytes, of the names, sizes and times in a folder."""
    digest = hashlib.sha256()
    try:
        if path.is_dir():
            for name, file in archive.files(path):
                status = file.stat()
                digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
        else:
            digest.update(path.read_bytes())
    except OSError as error:
        raise DefinitionError(f"{path}: cannot be read ({error.strerror})") from error
    return digest.hexdigest()


@cache
def generation() -> str:
    """A digest of the code that shapes what is cached, so that no release reads an older release's compilation."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for folder in (here, Path(codec.__file__).parent):
        for file in sorted(folder.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def open_store(path: Path, types: TypeTable, cache_: Cache, problems: list[DefinitionProblem]) -> tuple[Store, str]:
    """The compiled store of a source and the source's digest. Problems of single files are appended to `problems`."""
    digest = signature(path)
    name = f"{digest}/{path.name}"
    kept = cache_.path("stores", name)
    if kept is not None and kept.is_file():
        try:
            store = Store.open(kept, path.name)
        except (OSError, ValueError):
            kept = None  # a damaged cache is compiled anew
        else:
            return store, digest
    found: list[DefinitionProblem] = []
    content = list(read(path, types, found))
    if not content:
        why = "; ".join(map(str, found)) or "give the package, or the folder or file that holds the definitions"
        raise DefinitionError(f"{path}: holds no FHIR definition; {why}")
    data = pack(iter(content))
    problems += found
    if not found:  # a source with problems is read again each time, so that its problems are told each time
        cache_.put("stores", name, data)
    return Store(data, path.name), digest


def read(path: Path, types: TypeTable, problems: list[DefinitionProblem]) -> Iterator[tuple[str, Json]]:
    """(file, resource in the validator's shape) of each definition in a source: Bundles opened, our YAML compiled."""
    if path.suffix == ".yaml":
        from conformance.validation.fhir.definitions.authored.guides import compiled  # YAML is for the first start only

        yield from ((path.name, normalised(each)) for each in compiled(path.read_bytes(), path.name))
        return
    for name, data in archive.members(path):
        short = name.removeprefix("package/")
        if short.rpartition("/")[2] in _NOT_DEFINITIONS or not _worth_reading(data):
            continue
        document = codec.parse(data, media=short, types=types)
        if not document.root:
            reason = document.problems[0].found if document.problems else "no resource"
            problems.append(DefinitionProblem(f"{path.name}/{short}", "", f"not read as FHIR: {reason}"))
            continue
        for resource in _unbundled(document.root):
            if wanted(resource):
                try:
                    yield short, normalised(resource)
                except MISSHAPEN as error:
                    problems.append(DefinitionProblem(f"{path.name}/{short}", "", f"{MISSHAPEN_TEXT} ({error})"))


def _worth_reading(data: bytes) -> bool:
    """Packages hold thousands of examples: only what can be a definition is parsed."""
    head = data[:600]
    return (
        any(
            kind in head
            for kind in (
                b"StructureDefinition",
                b"ValueSet",
                b"CodeSystem",
                b"SearchParameter",
                b"ConceptMap",
                b"NamingSystem",
                b"Questionnaire",
                b"ImplementationGuide",
                b"Measure",
                b"Library",
                b"Bundle",
            )
        )
        or b"resourceType" not in head
    )


def _unbundled(resource: Json) -> Iterator[Json]:
    if resource.get("resourceType") != "Bundle":
        yield resource
        return
    for entry in resource.get("entry", ()):
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
            yield entry["resource"]
