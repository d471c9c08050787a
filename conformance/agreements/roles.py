"""From checked documents to profiles: what binds a role, and the core without which nothing of it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.agreements.building import IN_VOCABULARY, Vocabulary, folder_of, text_of
from conformance.agreements.document import Document
from conformance.agreements.documents import Complaints, Library
from conformance.model.agreements import Agreement, Json, Profile, Requirement, Source, Taken
from conformance.model.words import Text

EXISTING = Text("een eis die bestaat", "a requirement that exists")
OF_OTHERS = Text("een eis uit andere afspraken", "a requirement of another agreement")
OWN_ROLE = Text("een rol van dit profiel", "a role of this profile")
HOUSE_RULE = Source(document="House rule of this suite", section="no Twiin agreement", url="")
SAME_SOURCE = "requirement"
"""In place of a source: that of the requirement itself."""


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
        found[document.value["profile"]] = _profile(document, requirements)
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
    complaints.names(document, ("actor",), raw["actor"], words.actors, IN_VOCABULARY)
    complaints.names(document, ("claims",), raw.get("claims", ()), words.claims, IN_VOCABULARY)
    complaints.names(document, ("chapters",), raw.get("chapters", ()), chapters, here)
    complaints.names(document, ("requirements",), raw.get("requirements", ()), own, here)
    complaints.names(document, ("core",), raw.get("core", ()), requirements, EXISTING)
    others = {name: each for name, each in requirements.items() if each.agreement != folder}
    for number, group in enumerate(raw.get("takes", ())):
        path = ("takes", number)
        complaints.names(document, (*path, "requirements"), group["requirements"], others, OF_OTHERS)
        complaints.names(document, (*path, "actor"), group.get("actor", ()), dict.fromkeys(raw["actor"]), OWN_ROLE)


def _profile(document: Document, requirements: Mapping[str, Requirement]) -> Profile:
    raw = document.value
    return Profile(
        id=raw["profile"],
        version=raw["version"],
        title=text_of(raw["title"]),
        agreement=folder_of(document),
        actors=tuple(raw["actor"]),
        chapters=tuple(raw.get("chapters", ())),
        requirements=tuple(raw.get("requirements", ())),
        claims=tuple(raw.get("claims", ())),
        core=tuple(raw.get("core", ())),
        place=document.place(("profile",), key=True),
        endpoints=tuple(raw.get("endpoints", ())),
        takes={name: taken for group in raw.get("takes", ()) for name, taken in _taken(group, requirements)},
        basis="basis" in raw,
        parameters=raw.get("parameters", {}),
    )


def _taken(group: Mapping[str, Json], requirements: Mapping[str, Requirement]) -> Iterator[tuple[str, Taken]]:
    """Each requirement of a group, on the ground the group gives; it binds whom it bound, or whom the group says."""
    for requirement in (requirements[name] for name in group["requirements"] if name in requirements):
        source = group.get("source", {})
        own = Source(**source) if source and source != SAME_SOURCE else HOUSE_RULE
        yield (
            requirement.id,
            Taken(
                why=text_of(group["why"]),
                source=requirement.source if source == SAME_SOURCE else own,
                actors=tuple(group.get("actor", requirement.actors)),
                endpoints=tuple(group.get("endpoints", ())),
            ),
        )
