"""Everything that was agreed, in memory: references resolved, steps unrolled, no id left dangling."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from conformance.agreements import building, imaging, roles, scenes
from conformance.agreements.documents import Complaints, Library, read_library
from conformance.agreements.paths import agreements_root
from conformance.agreements.requirements import requirements
from conformance.agreements.spans import spans
from conformance.agreements.unrolling import whole
from conformance.model.agreements import Agreement, Chapter, Json, Place, Profile, Requirement, Scenario, Span
from conformance.model.words import Text

RELEASED = Path(__file__).resolve().parent / "released.json"
"""The digest of the agreements this version of the suite was released with; inside the package, so that a folder of
changed agreements can't vouch for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPatient:
    """A synthetic patient as the data set describes it; `known` is false for a number that no node may know."""

    role: str
    bsn: str
    known: bool
    description: Mapping[str, Json]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All agreements. `chapters` are keyed `agreement/chapter`, tables by `tables/<name>` or `data/<name>`.

    `groups` hold the roles of the patients about whom any scenario of a kind may be played.
    """

    root: Path
    agreements: Mapping[str, Agreement]
    chapters: Mapping[str, Chapter]
    requirements: Mapping[str, Requirement]
    profiles: Mapping[str, Profile]
    spans: Mapping[str, Span]
    scenarios: Mapping[str, Scenario]
    tables: Mapping[str, Json]
    patients: Mapping[str, DataPatient]
    groups: Mapping[str, tuple[str, ...]]
    studies: Mapping[str, Json]
    actors: Mapping[str, Text]
    claims: Mapping[str, Text]
    library: Library

    @property
    def digest(self) -> str:
        """`sha256:` over the content (not the layout) of every document."""
        return self.library.digest

    @property
    def data_digest(self) -> str:
        """`sha256:` over the descriptions of the synthetic patients and studies."""
        return building.digest_of_data(self.library)

    @property
    def released(self) -> bool:
        """Whether these are the agreements the suite was released with."""
        return self.digest == released_digest()

    @property
    def asked(self) -> tuple[str, ...]:
        """The requirements on which somebody's word is asked for, by id."""
        return tuple(one.id for one in self.requirements.values() if one.asks is not None)

    @property
    def imaging(self) -> Json:
        """The described studies of each patient, as scenarios name them."""
        return imaging.by_patient(self.studies)

    @property
    def loaded(self) -> Mapping[str, Json]:
        """What the data set gives each patient to answer, by role and query: the suite's own answer sheet."""
        return next((document.value["patients"] for document in self.library.of("sheet")), {})

    @property
    def whole_scenarios(self) -> Iterator[Scenario]:
        """The scenarios with a step for every member that any plan may draw."""
        studies = imaging.completed(self.studies, self.groups)
        return (whole(scenario, self.groups, studies) for scenario in self.scenarios.values())

    def shown_by(self, requirement: str) -> tuple[str, ...]:
        """The scenarios that show a requirement, in the order of the catalogue."""
        return tuple(scenario.id for scenario in self.scenarios.values() if requirement in scenario.shows)


def released_digest() -> str:
    """The sealed digest, or the empty string when the agreements were never sealed."""
    if not RELEASED.exists():
        return ""
    return str(json.loads(RELEASED.read_text(encoding="utf-8"))["agreements"])


def load_catalogue(root: Path | None = None) -> Catalogue:
    """Load the agreements below `root` (default: the shipped ones); raises DocumentError with every problem found.

    A folder is read once per process; `read_catalogue.cache_clear()` forgets it.
    """
    return read_catalogue(agreements_root(root))


@cache
def read_catalogue(folder: Path) -> Catalogue:
    """As `load_catalogue`, of a folder that holds `profiles/` and `scenarios/`."""
    library = read_library(folder)
    complaints = Complaints()
    words = building.vocabulary(library)
    tables = building.tables(library)
    agreements = building.agreements(library, complaints)
    found = requirements(library, agreements, words, tables, complaints)
    patients = _patients(library, complaints)
    groups = building.groups(library, {role: each for role, each in patients.items() if each.known}, complaints)
    found_spans = spans(library, tables, {**words.claims, **patients}, complaints)
    studies = building.studies(library, patients, complaints)
    described, sealed = imaging.completed(studies, groups), library.digest == released_digest()
    known = scenes.Known(words, found, found_spans, patients, groups, tables, described, sealed)
    catalogue = Catalogue(
        root=folder,
        agreements=agreements,
        chapters=building.chapters(library, agreements, complaints),
        requirements=found,
        profiles=roles.profiles(library, agreements, found, words, complaints),
        spans=found_spans,
        scenarios=scenes.scenarios(library, known, complaints),
        tables=tables,
        patients=patients,
        groups=groups,
        studies=studies,
        actors=words.actors,
        claims=words.claims,
        library=library,
    )
    complaints.stop()
    return catalogue


def _patients(library: Library, complaints: Complaints) -> dict[str, DataPatient]:
    return {
        role: DataPatient(
            role=role,
            bsn=described["bsn"],
            known=described.get("known", True),
            description=described,
            place=document.place(("patients", role), key=True),
        )
        for document, role, described in building.patients(library, complaints)
    }
