"""From checked scenario documents to scenarios: steps in order, repetitions unrolled, every name known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.agreements.building import Vocabulary, text_of
from conformance.agreements.document import Document, Keys
from conformance.agreements.documents import Complaints, Library
from conformance.agreements.pointing import resolved
from conformance.agreements.problems import described, quoted, same
from conformance.agreements.references import Dangling, each_filled
from conformance.agreements.unrolling import PATIENTS, STUDIES, whole
from conformance.model.agreements import Across, Drawing, Json, Place, Requirement, Scenario, Span, Step
from conformance.model.words import Text

TEMPLATE = re.compile(r"\{([A-Za-z][\w.-]*?)\.([A-Za-z][\w.\[\]-]*)\}")
"""`{patients.anna.bsn}` or `{<earlier step>.<value>}`: the player fills it in."""
EXISTING = Text("iets dat in de afspraken bestaat", "something that exists in the agreements")
_OTHER_SOURCES = ("settings", "counterparts", "node")
_BESIDE_OPERATION = ("with", "each", "across")


@dataclass(frozen=True, slots=True)
class Known:
    """What scenarios may name."""

    words: Vocabulary
    requirements: Mapping[str, Requirement]
    spans: Mapping[str, Span]
    patients: Mapping[str, object]
    groups: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Json]
    studies: Json
    sealed: bool
    """Whether these are the agreements of the release: who sealed them had looked through their placeholders."""


def scenarios(library: Library, known: Known, complaints: Complaints) -> dict[str, Scenario]:
    """All scenarios by id, as they are written, in the order of their files."""
    found: dict[str, Scenario] = {}
    releases = {release: 0 for requirement in known.requirements.values() for release in requirement.releases}
    for document in library.of("scenario"):
        raw = document.value
        needs: Mapping[str, list[str]] = raw.get("needs", {})
        complaints.once(raw["scenario"], found, document, ("scenario",))
        complaints.names(document, ("releases",), raw.get("releases", []), releases, EXISTING)
        complaints.names(document, ("needs", "claims"), needs.get("claims", []), known.words.claims, EXISTING)
        complaints.names(document, ("needs", "patients"), needs.get("patients", []), known.patients, EXISTING)
        scenario = Scenario(
            id=raw["scenario"],
            title=text_of(raw["title"]),
            needs=tuple(needs.get("claims", ())),
            endpoints=tuple(needs.get("endpoints", ())),
            patients=tuple(needs.get("patients", ())),
            steps=tuple(_steps(document, known, complaints)),
            shows=tuple(_shown(document, known.requirements, complaints)),
            place=document.place(("scenario",), key=True),
            releases=tuple(raw.get("releases", ())),
            draws=_draws(document, known, complaints),
            per=raw.get("per", ""),
        )
        if not known.sealed:  # it unrolls every scenario over all members, which takes longer than all else
            _placeholders(document, scenario, known, complaints)
        found[scenario.id] = scenario
    return found


def _draws(document: Document, known: Known, complaints: Complaints) -> Mapping[str, Mapping[str, Json]]:
    draws = resolved(document.value.get("draws", {}), document, ("draws",), known.tables, complaints)
    group = Text("een groep patiënten uit de gegevensset", "a group of patients of the data set")
    other = Text("een naam die geen patiënt uit de gegevensset heeft", "a name that no patient of the data set has")
    for name, how in draws.items():
        if "patient" in how and how["patient"] not in known.groups:
            complaints.unknown(document, ("draws", name, "patient"), group, how["patient"], known.groups)
        if name in (*known.patients, PATIENTS, STUDIES):
            step = Text("Kies een andere naam.", "Choose another name.")
            complaints.at(document, ("draws", name), other, quoted(name), step, key=True)
    return {name: how for name, how in draws.items() if how.get("patient") in (None, *known.groups)}


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


def _steps(document: Document, known: Known, complaints: Complaints) -> Iterator[Step]:
    for number, raw in enumerate(document.value["steps"]):
        path: Keys = ("steps", number)
        operations = {key: value for key, value in raw.items() if key not in _BESIDE_OPERATION}
        if len(operations) != 1 or ("each" in raw and "across" in raw):
            expected = Text("één bewerking per stap, 'naam: bewerking'", "one operation in a step, 'name: operation'")
            step = Text("Splits of vul de stap aan.", "Split or complete the step.")
            complaints.at(document, path, expected, same(", ".join(raw) or "-"), step)
            continue
        ((name, operation),) = operations.items()
        place, across = document.place(path, key=True), _across(document, path, raw, known, complaints)
        for each, given in _repetitions(document, path, name, raw, known.tables, complaints):
            yield Step(name=each, operation=operation, given=given, place=place, across=across)


def _across(
    document: Document, path: Keys, raw: Mapping[str, Json], known: Known, complaints: Complaints
) -> Across | None:
    """`across: span`, or `across: {span: .., draw: ..}` to draw more or less than the span says."""
    if "across" not in raw:
        return None
    asked = raw["across"] if isinstance(raw["across"], dict) else {"span": raw["across"]}
    span = known.spans.get(asked["span"])
    if span is None:
        expected = Text("een bereik uit profiles/spans", "a span of profiles/spans")
        complaints.unknown(document, (*path, "across"), expected, asked["span"], known.spans)
        return None
    return Across(span=span, draw=Drawing(asked.get("draw", span.draw)))


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
            yield f"{name}-{key}", each_filled(given, key, item)
        except Dangling as missing:
            _dangles(document, path, missing, complaints)
            return


def _dangles(document: Document, path: Keys, missing: Dangling, complaints: Complaints) -> None:
    expected = Text("een waarde die er is", "a value that is there")
    step = Text("Verbeter de plaatsvervanger.", "Correct the placeholder.")
    complaints.at(document, (*path, "with"), expected, quoted(f"{{{missing.target}}}"), step)


def _placeholders(document: Document, scenario: Scenario, known: Known, complaints: Complaints) -> None:
    """Whether every step, of every member, has a name of its own and refers to what exists."""
    paths: dict[Place, Keys] = {
        document.place(("steps", number), key=True): ("steps", number) for number in range(len(document.value["steps"]))
    }
    try:
        steps = whole(scenario, known.groups, known.studies).steps
    except Dangling as missing:
        _dangles(document, ("steps",), missing, complaints)
        return
    earlier: set[str] = set()
    for step in steps:
        path = paths[step.place]
        _templates(document, (*path, "with"), step.given, earlier, known.patients, complaints)
        if step.name in earlier:
            expected = Text("stapnamen die verschillen", "step names that differ")
            advice = Text("Geef de stap een andere naam.", "Give the step another name.")
            complaints.at(document, path, expected, quoted(step.name), advice)
        earlier.add(step.name)


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
