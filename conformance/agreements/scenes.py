"""From checked scenario documents to scenarios: steps in order, repetitions unrolled, every name known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from conformance.agreements.building import Vocabulary, text_of
from conformance.agreements.document import Document, Keys
from conformance.agreements.documents import Complaints, Library
from conformance.agreements.pointing import resolved
from conformance.agreements.problems import described, quoted, same
from conformance.agreements.references import Dangling, unrolled
from conformance.model.agreements import Json, Requirement, Scenario, Step
from conformance.model.words import Text

TEMPLATE = re.compile(r"\{([A-Za-z][\w.-]*?)\.([A-Za-z][\w.\[\]-]*)\}")
"""`{patients.anna.bsn}` or `{<earlier step>.<value>}`: the player fills it in."""
EXISTING = Text("iets dat in de afspraken bestaat", "something that exists in the agreements")
_OTHER_SOURCES = ("settings", "counterparts", "node")
_BESIDE_OPERATION = ("with", "each")


def scenarios(
    library: Library,
    words: Vocabulary,
    requirements: Mapping[str, Requirement],
    patients: Mapping[str, object],
    data: Mapping[str, Json],
    complaints: Complaints,
) -> dict[str, Scenario]:
    """All scenarios by id, in the order of their files."""
    found: dict[str, Scenario] = {}
    releases = {release: 0 for requirement in requirements.values() for release in requirement.releases}
    for document in library.of("scenario"):
        raw = document.value
        needs: Mapping[str, list[str]] = raw.get("needs", {})
        complaints.once(raw["scenario"], found, document, ("scenario",))
        shows = tuple(_shown(document, requirements, complaints))
        complaints.names(document, ("releases",), raw.get("releases", []), releases, EXISTING)
        complaints.names(document, ("needs", "claims"), needs.get("claims", []), words.claims, EXISTING)
        complaints.names(document, ("needs", "patients"), needs.get("patients", []), patients, EXISTING)
        found[raw["scenario"]] = Scenario(
            id=raw["scenario"],
            title=text_of(raw["title"]),
            needs=tuple(needs.get("claims", ())),
            endpoints=tuple(needs.get("endpoints", ())),
            patients=tuple(needs.get("patients", ())),
            steps=tuple(_steps(document, data, patients, complaints)),
            shows=shows,
            place=document.place(("scenario",), key=True),
            releases=tuple(raw.get("releases", ())),
            per_endpoint="per" in raw,
        )
    return found


def _shown(document: Document, requirements: Mapping[str, Requirement], complaints: Complaints) -> Iterator[str]:
    """Each requirement a scenario shows, once; `{chapter: agreement/chapter}` stands for its automatic ones."""
    chapters: dict[str, list[str]] = {}
    for requirement in requirements.values():
        listed = chapters.setdefault(f"{requirement.agreement}/{requirement.chapter}", [])
        listed.extend([requirement.id] if requirement.automatic else [])
    named: dict[str, None] = {}
    for number, entry in enumerate(document.value["shows"]):
        whole = isinstance(entry, dict)
        name = entry["chapter"] if whole else entry
        if name not in (chapters if whole else requirements):
            complaints.unknown(document, ("shows", number), EXISTING, name, chapters if whole else requirements)
        else:
            named |= dict.fromkeys(chapters[name] if whole else [name])
    yield from named


def _steps(
    document: Document, data: Mapping[str, Json], patients: Mapping[str, object], complaints: Complaints
) -> Iterator[Step]:
    earlier: set[str] = set()
    for number, raw in enumerate(document.value["steps"]):
        path: Keys = ("steps", number)
        operations = {key: value for key, value in raw.items() if key not in _BESIDE_OPERATION}
        if len(operations) != 1:
            expected = Text("één bewerking per stap, 'naam: bewerking'", "one operation in a step, 'name: operation'")
            step = Text("Splits of vul de stap aan.", "Split or complete the step.")
            complaints.at(document, path, expected, same(", ".join(operations) or "-"), step)
            continue
        ((name, operation),) = operations.items()
        for each, given in _repetitions(document, path, name, raw, data, complaints):
            _templates(document, (*path, "with"), given, earlier, patients, complaints)
            if each in earlier:
                expected = Text("stapnamen die verschillen", "step names that differ")
                step = Text("Geef de stap een andere naam.", "Give the step another name.")
                complaints.at(document, (*path, name), expected, quoted(each), step, key=True)
            earlier.add(each)
            yield Step(name=each, operation=operation, given=given, place=document.place(path, key=True))


def _repetitions(
    document: Document, path: Keys, name: str, raw: Mapping[str, Json], data: Mapping[str, Json], complaints: Complaints
) -> Iterator[tuple[str, dict[str, Json]]]:
    """The name and arguments of each step that one written step stands for."""
    given: dict[str, Json] = resolved(raw.get("with", {}), document, (*path, "with"), data, complaints)
    if "each" not in raw:
        yield name, given
        return
    each = resolved(raw["each"], document, (*path, "each"), data, complaints)
    if not isinstance(each, dict):
        expected = Text("een blok met sleutels om te herhalen", "a block of keys to repeat over")
        step = Text("Verwijs naar een blok.", "Refer to a block.")
        complaints.at(document, (*path, "each"), expected, described(each), step)
        return
    for key, item in each.items():
        try:
            yield f"{name}-{key}", unrolled(given, key, item)
        except Dangling as missing:
            expected = Text(f"een waarde in '{key}'", f"a value in '{key}'")
            step = Text("Verbeter de plaatsvervanger.", "Correct the placeholder.")
            complaints.at(document, (*path, "with"), expected, quoted(f"{{{missing.target}}}"), step)
            return


def templates_of(value: Json) -> Iterator[tuple[str, str]]:
    """Source and name of every `{source.name}` in a step's arguments."""
    if isinstance(value, str):
        for match in TEMPLATE.finditer(value):
            yield match[1], match[2]
    elif isinstance(value, list):
        for item in value:
            yield from templates_of(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from templates_of(item)


def _templates(
    document: Document,
    path: Keys,
    given: Json,
    earlier: set[str],
    patients: Mapping[str, object],
    complaints: Complaints,
) -> None:
    for source, name in templates_of(given):
        if source == "patients" or source.startswith("patients."):
            role = f"{source}.{name}".split(".")[1]
            if role not in patients:
                expected = Text("een patiënt uit de gegevensset", "a patient of the data set")
                complaints.unknown(document, path, expected, role, patients)
        elif source not in earlier and source.split(".", 1)[0] not in _OTHER_SOURCES:
            expected = Text("een eerdere stap", "an earlier step")
            complaints.unknown(document, path, expected, source, dict.fromkeys(sorted(earlier)))
