"""Every YAML file of the agreements, read strictly and checked against the schema of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Protocol

from conformance.agreements import schema
from conformance.agreements.canonical import digest_of
from conformance.agreements.document import Document, Keys, field_name
from conformance.agreements.problems import DocumentError, Problem, near, quoted, same
from conformance.agreements.strict import read, read_json
from conformance.model.agreements import Place
from conformance.model.words import Text

_KINDS: Mapping[str, str] = {
    "profiles/vocabulary.yaml": "vocabulary",
    "profiles/tables/*.yaml": "table",
    "profiles/fhir/*.yaml": "guide",
    "profiles/spans/*.yaml": "span",
    "profiles/spans/*/*.yaml": "span",
    "profiles/*/agreement.yaml": "agreement",
    "profiles/*/roles/*.yaml": "role",
    "profiles/*/requirements/*.yaml": "requirements",
    "profiles/*/requirements/*/*.yaml": "requirements",
    "scenarios/data/patients.yaml": "patients",
    "scenarios/data/studies.yaml": "studies",
    "scenarios/data/sheet.json": "sheet",
    "scenarios/data/*.yaml": "table",
    "scenarios/*/*.yaml": "scenario",
}
"""Which files are which kind of document; the first pattern that fits counts."""


class Placed(Protocol):
    """Anything that knows where it was written."""

    @property
    def place(self) -> Place:
        """File, line and column."""


class Complaints:
    """The problems met while reading many documents: all are told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def guard(self, action: Callable[[], None]) -> None:
        """Run an action and keep its problems instead of stopping."""
        try:
            action()
        except DocumentError as error:
            self.problems.extend(error.problems)

    def at(self, document: Document, path: Keys, expected: Text, found: Text, step: Text, *, key: bool = False) -> None:
        """Add a problem at a path of a document."""
        self.problems.append(Problem(document.place(path, key=key), field_name(path), expected, found, step))

    def unknown(self, document: Document, path: Keys, expected: Text, name: str, known: Mapping[str, object]) -> None:
        """Add the problem that a name is used which nothing declares."""
        key = bool(path) and path[-1] == name
        self.at(document, path, expected, quoted(name), near(name, known), key=key)

    def names(
        self, document: Document, path: Keys, names: Iterable[str], known: Mapping[str, object], expected: Text
    ) -> None:
        """Add a problem for each listed name that is not known."""
        for number, name in enumerate(names):
            if name not in known:
                self.unknown(document, (*path, number) if path in document.values else path, expected, name, known)

    def once(self, name: str, found: Mapping[str, Placed], document: Document, path: Keys) -> None:
        """Add a problem when an id was given before, in whichever file."""
        if name in found:
            expected = Text("een code die één keer voorkomt", "an id that occurs once")
            seen = Text(f"'{name}' ook op {found[name].place}", f"'{name}' also at {found[name].place}")
            self.at(document, path, expected, seen, Text("Kies een andere code.", "Choose another id."), key=True)

    def stop(self) -> None:
        """Raise DocumentError when there is anything to tell."""
        if self.problems:
            raise DocumentError(self.problems)


@dataclass(frozen=True, slots=True)
class Library:
    """All documents by kind, and the digest of the content of each, by its path below the root."""

    documents: Mapping[str, tuple[Document, ...]]
    digests: Mapping[str, str]

    @property
    def digest(self) -> str:
        """One digest over the content of all of them."""
        return digest_of(dict(self.digests))

    def of(self, kind: str) -> tuple[Document, ...]:
        """The documents of a kind, in the order of their file names."""
        return self.documents.get(kind, ())


def read_library(root: Path) -> Library:
    """Read everything below `profiles/` and `scenarios/`; raises DocumentError with all problems of all files."""
    complaints = Complaints()
    documents: dict[str, list[Document]] = {}
    digests: dict[str, str] = {}

    def one(file: Path, kind: str) -> None:
        document = read_json(file, root) if file.suffix == ".json" else read(file, root)
        schema.check(document, kind)
        documents.setdefault(kind, []).append(document)
        digests[file.relative_to(root).as_posix()] = digest_of(document.value)

    for file in _files(root):
        kind = kind_of(file.relative_to(root).as_posix())
        if kind is None:
            complaints.problems.append(_misplaced(file.relative_to(root).as_posix()))
        else:
            complaints.guard(partial(one, file, kind))
    complaints.stop()
    return Library({kind: tuple(found) for kind, found in documents.items()}, digests)


def kind_of(file: str) -> str | None:
    """The document kind of a file by its place below the root, or None when nothing belongs there."""
    parts = PurePosixPath(file)
    fits = (kind for pattern, kind in _KINDS.items() if _fits(parts, PurePosixPath(pattern)))
    return next(fits, None)


def _fits(file: PurePosixPath, pattern: PurePosixPath) -> bool:
    return len(file.parts) == len(pattern.parts) and file.match(str(pattern))


def _files(root: Path) -> Iterator[Path]:
    for folder in ("profiles", "scenarios"):
        found = (file for file in (root / folder).rglob("*") if file.suffix in (".yaml", ".yml", ".json"))
        yield from sorted(found, key=lambda file: file.as_posix())


def _misplaced(file: str) -> Problem:
    expected = Text("een bestand op een plaats die de suite leest", "a file in a place that the suite reads")
    step = Text(
        "Gebruik de uitgang .yaml en een map als in CONTRIBUTING.md.",
        "Use the suffix .yaml and a folder as in CONTRIBUTING.md.",
    )
    return Problem(Place(file), "", expected, same(file), step)
