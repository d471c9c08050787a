"""What was agreed: requirements, profiles, scenarios, releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from conformance.model.words import Layer, Status, Strength, Text, Verification

Json = Any
"""A value as JSON knows it: None, bool, int, str, list or dict of these. No floats in documents."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document says something: file (relative to its root), line and column, counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Source:
    """The clause a requirement comes from; the text itself is never copied."""

    document: str
    section: str
    url: str
    note: str = ""


Member = Mapping[str, str]
"""One value for each dimension of a span, by the dimension's name."""

MEMBER = "member"
"""Where a step's arguments carry the member it was made for."""


def member_name(member: Member) -> str:
    """How step names and findings call a member."""
    return "-".join(member.values())


class Drawing(StrEnum):
    """How much of a span is played: each value of each dimension, each pair of values, or all."""

    EACH = "each"
    PAIRS = "pairs"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Members that are never played: all that carry these values, and why. `unless` names a claim or a patient: they
    are left out only where the node refuses to make it, or the node file does not name him."""

    member: Member
    because: Text
    unless: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Over what a requirement's words hold: dimensions, each with its values by name and what a value carries."""

    id: str
    title: Text
    dimensions: Mapping[str, Mapping[str, Json]]
    never: tuple[Exemption, ...]
    draw: Drawing
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which exchanges of a scenario a judgement looks at: an operation, narrowed by the step's own arguments.

    `dicomweb.*` is every operation of that kind.
    `same` names the dimensions in which an exchange beside the judged one has the same value; None: in all.
    """

    operation: str
    given: Mapping[str, Json] = field(default_factory=dict)
    same: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Which kind of judgement decides, on which exchanges, with which parameters.

    `on` maps the judgement's exchange parameters, in order, to selectors; the first may match many exchanges. `over`
    names the dimensions whose values make a member: the judgement runs once for each member of the plan.
    """

    by: str
    on: Mapping[str, Selector]
    over: tuple[str, ...] = ()
    parameters: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One agreement, in own words, with its source."""

    id: str
    title: Text
    text: Text
    remedy: Text
    chapter: str
    agreement: str
    strength: Strength
    actors: tuple[str, ...]
    layer: Layer
    verify: tuple[Verification, ...]
    releases: Mapping[str, Status]
    source: Source
    place: Place
    toetsing: str = ""
    judged: Judged | None = None
    untested: Text | None = None
    asks: Text | None = None
    needs: tuple[str, ...] = ()
    warn_until: date | None = None
    interpretation: Text | None = None

    @property
    def automatic(self) -> bool:
        """Whether recordings decide it."""
        return self.judged is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of requirements: one file."""

    id: str
    title: Text
    agreement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Who agreed: Twiin itself, or this house where no Twiin text exists."""

    id: str
    title: Text
    twiin: bool
    releases: tuple[str, ...]
    default_release: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """On what ground a profile makes a requirement of another agreement its own MUST, and for whom."""

    why: Text
    source: Source
    actors: tuple[str, ...]
    endpoints: tuple[str, ...] = ()
    """The kinds of address without which it does not bind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Which requirements bind a role, what that role must claim, show and have, and with which parameters.

    A `basis` underlies what the other profiles of its roles ask: it is shown first, its core and its addresses are
    theirs, and where it failed none of the others conforms in full.
    """

    id: str
    version: str
    title: Text
    agreement: str
    actors: tuple[str, ...]
    chapters: tuple[str, ...]
    requirements: tuple[str, ...]
    claims: tuple[str, ...]
    core: tuple[str, ...]
    """What the role is for: requirements of any agreement that bind it, without which nothing is shown."""
    place: Place
    endpoints: tuple[str, ...] = ()
    """The kinds of address that a node in this role has."""
    takes: Mapping[str, Taken] = field(default_factory=dict)
    """Requirements of other agreements, by id."""
    basis: bool = False
    parameters: Mapping[str, Json] = field(default_factory=dict)

    def holds(self, requirement: Requirement) -> bool:
        """Whether this profile lists a requirement of its own agreement, or takes one of another."""
        listed = requirement.chapter in self.chapters or requirement.id in self.requirements
        return requirement.id in self.takes or (listed and requirement.agreement == self.agreement)

    def bound_by(self, requirement: Requirement) -> tuple[str, ...]:
        """Those of its roles that a requirement binds."""
        if not self.holds(requirement):
            return ()
        taken = self.takes.get(requirement.id)
        actors = taken.actors if taken else requirement.actors
        return tuple(actor for actor in self.actors if actor in actors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """A step that stands for one step per member of a span, as many as are drawn."""

    span: Span
    draw: Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens: an operation with its arguments, known in the scenario by a name.

    In a plan no step is `across` any more: `given` carries the member it was made for.
    """

    name: str
    operation: str
    given: Mapping[str, Json]
    place: Place
    across: Across | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is done, once, and which requirements it shows."""

    id: str
    title: Text
    needs: tuple[str, ...]
    endpoints: tuple[str, ...]
    patients: tuple[str, ...]
    steps: tuple[Step, ...]
    shows: tuple[str, ...]
    place: Place
    releases: tuple[str, ...] = ()
    draws: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    """What the seed decides, by the name that the steps use: patients, values, numbers, ids that do not exist."""
    excused: tuple[Exemption, ...] = ()
    """In a plan: the members of its spans that are never played."""
    per: str = ""
    """Whether a plan unrolls it once for each `endpoint` of the node, or each `listener`; empty for once."""
