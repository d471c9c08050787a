"""From checked documents to profiles: what binds a role, and the core without which nothing of it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.agreements.building import IN_VOCABULARY, Vocabulary, folder_of, text_of
from conformance.agreements.document import Document
from conformance.agreements.documents import Complaints, Library
from conformance.model.agreements import Agreement, Profile, Requirement
from conformance.model.words import Text

EXISTING = Text("een eis die bestaat", "a requirement that exists")


def profiles(
    library: Library,
    known: Mapping[str, Agreement],
    requirements: Mapping[str, Requirement],
    words: Vocabulary,
    complaints: Complaints,
) -> dict[str, Profile]:
    """All profiles by id."""
    found: dict[str, Profile] = {}
    for document in library.of("role"):
        _names(document, known, requirements, words, complaints)
        complaints.once(document.value["profile"], found, document, ("profile",))
        found[document.value["profile"]] = _profile(document)
    return found


def _names(
    document: Document,
    known: Mapping[str, Agreement],
    requirements: Mapping[str, Requirement],
    words: Vocabulary,
    complaints: Complaints,
) -> None:
    """Complain about every name in a role file that nothing declares."""
    raw, folder = document.value, folder_of(document)
    here = Text(f"iets uit de afspraken van '{folder}'", f"something of agreement '{folder}'")
    own = {name: each for name, each in requirements.items() if each.agreement == folder}
    chapters = {each.chapter: 0 for each in own.values()}
    if folder not in known:
        expected = Text("een map met agreement.yaml", "a folder with agreement.yaml")
        complaints.unknown(document, (), expected, folder, known)
    complaints.names(document, ("actor",), [raw["actor"]], words.actors, IN_VOCABULARY)
    complaints.names(document, ("claims",), raw.get("claims", ()), words.claims, IN_VOCABULARY)
    complaints.names(document, ("chapters",), raw.get("chapters", ()), chapters, here)
    complaints.names(document, ("requirements",), raw.get("requirements", ()), own, here)
    complaints.names(document, ("core",), raw["core"], requirements, EXISTING)


def _profile(document: Document) -> Profile:
    raw = document.value
    return Profile(
        id=raw["profile"],
        version=raw["version"],
        title=text_of(raw["title"]),
        agreement=folder_of(document),
        actor=raw["actor"],
        chapters=tuple(raw.get("chapters", ())),
        requirements=tuple(raw.get("requirements", ())),
        claims=tuple(raw.get("claims", ())),
        core=tuple(raw["core"]),
        place=document.place(("profile",), key=True),
        endpoints=tuple(raw.get("endpoints", ())),
        parameters=raw.get("parameters", {}),
    )
