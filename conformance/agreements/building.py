"""From checked documents to what stands around requirements: agreements, chapters, profiles, words and data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from conformance.agreements.bsn import why_not_fictitious
from conformance.agreements.canonical import digest_of
from conformance.agreements.document import Document
from conformance.agreements.documents import Complaints, Library
from conformance.model.agreements import Agreement, Chapter, Json
from conformance.model.words import Text

IN_VOCABULARY = Text("een naam uit profiles/vocabulary.yaml", "a name of profiles/vocabulary.yaml")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The actors and claims that may be named."""

    actors: Mapping[str, Text]
    claims: Mapping[str, Text]


def text_of(raw: Mapping[str, str]) -> Text:
    """A sentence in two languages."""
    return Text(raw["nl"].strip(), raw["en"].strip())


def vocabulary(library: Library) -> Vocabulary:
    """The declared actors and claims."""
    for document in library.of("vocabulary"):
        actors, claims = document.value["actors"], document.value["claims"]
        return Vocabulary(
            {name: text_of(title) for name, title in actors.items()},
            {name: text_of(title) for name, title in claims.items()},
        )
    return Vocabulary({}, {})


def tables(library: Library) -> dict[str, Json]:
    """Everything a `ref` may point at: `tables/<name>` and `data/<name>`."""
    data = {_table_name(document.file): document.value["data"] for document in library.of("table")}
    whole = (*library.of("patients"), *library.of("studies"))
    return data | {_table_name(document.file): document.value for document in whole}


def _table_name(file: str) -> str:
    path = PurePosixPath(file.replace("\\", "/"))
    return f"{path.parent.name}/{path.stem}"


def digest_of_data(library: Library) -> str:
    """`sha256:` over the synthetic patients and studies."""
    return digest_of([document.value for kind in ("patients", "studies") for document in library.of(kind)])


def folder_of(document: Document) -> str:
    """The agreement a document belongs to, by its folder."""
    return PurePosixPath(document.file.replace("\\", "/")).parts[1]


def agreements(library: Library, complaints: Complaints) -> dict[str, Agreement]:
    """The agreements by id, which is also the name of their folder."""
    found: dict[str, Agreement] = {}
    for document in library.of("agreement"):
        raw = document.value
        if raw["agreement"] != folder_of(document):
            expected = Text("de naam van de map", "the name of the folder")
            complaints.unknown(document, ("agreement",), expected, raw["agreement"], {folder_of(document): 0})
        if raw["default"] not in raw["releases"]:
            expected = Text("een release van deze afspraken", "a release of this agreement")
            complaints.unknown(document, ("default",), expected, raw["default"], dict.fromkeys(raw["releases"]))
        found[folder_of(document)] = Agreement(
            id=raw["agreement"],
            title=text_of(raw["title"]),
            twiin=raw["twiin"],
            releases=tuple(raw["releases"]),
            default_release=raw["default"],
        )
    return found


def chapters(library: Library, known: Mapping[str, Agreement], complaints: Complaints) -> dict[str, Chapter]:
    """The chapters by `agreement/chapter`; two files may hold one chapter."""
    found: dict[str, Chapter] = {}
    for document in library.of("requirements"):
        folder, raw = folder_of(document), document.value
        if folder not in known:
            expected = Text("een map met agreement.yaml", "a folder with agreement.yaml")
            complaints.unknown(document, (), expected, folder, known)
        found[f"{folder}/{raw['chapter']}"] = Chapter(id=raw["chapter"], title=text_of(raw["title"]), agreement=folder)
    return found


def patients(library: Library, complaints: Complaints) -> Iterator[tuple[Document, str, Mapping[str, Json]]]:
    """Each described patient with its document and role; a BSN that could be a person's is complained about."""
    for document in library.of("patients"):
        for role, described in document.value["patients"].items():
            why = why_not_fictitious(described["bsn"])
            if why:
                expected = Text("een fictief BSN", "a fictitious BSN")
                step = Text("Kies een ander fictief nummer.", "Choose another fictitious number.")
                complaints.at(document, ("patients", role, "bsn"), expected, why, step)
            yield document, role, described


def groups(library: Library, known: Mapping[str, object], complaints: Complaints) -> dict[str, tuple[str, ...]]:
    """The declared groups of patients by name; each member is a patient whom nodes know."""
    expected = Text("een patiënt die knooppunten kennen", "a patient whom nodes know")
    found: dict[str, tuple[str, ...]] = {}
    for document in library.of("patients"):
        for name, roles in document.value.get("groups", {}).items():
            complaints.names(document, ("groups", name), roles, known, expected)
            found[name] = tuple(roles)
    return found


def studies(library: Library, roles: Mapping[str, object], complaints: Complaints) -> dict[str, Json]:
    """The described studies by id; each belongs to a patient of the data set."""
    found: dict[str, Json] = {}
    expected = Text("een patiënt uit scenarios/data/patients.yaml", "a patient of scenarios/data/patients.yaml")
    for document in library.of("studies"):
        for name, described in document.value["studies"].items():
            if described["patient"] not in roles:
                complaints.unknown(document, ("studies", name, "patient"), expected, described["patient"], roles)
            found[name] = described
    return found
