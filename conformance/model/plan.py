"""What applies to a node and why the rest does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from conformance.model.agreements import Agreement, Exemption, Profile, Requirement, Scenario, Source, Taken
from conformance.model.node import Node
from conformance.model.words import Status, Strength, Text


class Exclusion(StrEnum):
    """Why a requirement of the catalogue does not bind this node in this run."""

    ACTOR = "actor"
    RELEASE = "release"
    CLAIM = "claim"
    ADDRESS = "address"
    PATIENT = "patient"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A requirement that binds: its status in the release and the scenarios that show it.

    One that a profile took from another agreement is judged once and counts in both, each time on its own ground.
    """

    requirement: Requirement
    profile: str
    status: Status
    scenarios: tuple[str, ...]
    narrowed: bool = False
    """Left out of this run by the user's own selection."""
    taken: Taken | None = None
    """On what ground the profile took it, where it is of another agreement."""

    @property
    def strength(self) -> Strength:
        """How strongly the profile obliges: what it takes is its own MUST."""
        return Strength.MUST if self.taken else self.requirement.strength

    @property
    def source(self) -> Source:
        """Where the profile has it from."""
        return self.taken.source if self.taken else self.requirement.source

    @property
    def decisive(self) -> bool:
        """Whether this requirement can make or break the conclusion (rule `all-must-2`)."""
        return self.status is Status.NORMATIVE and self.strength is Strength.MUST

    @property
    def qualifies(self) -> bool:
        """Whether the profile conforms only on what decides when this is not met (rule `all-must-2`)."""
        return self.status in (Status.TRIAL, Status.INFORMATIVE) and self.strength is Strength.MUST


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A requirement of the catalogue that does not apply, and why."""

    requirement: Requirement
    because: Exclusion
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """Members of a scenario that are not played for what the node file does not claim, or whom it does not name."""

    scenario: str
    exemption: Exemption


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimGap:
    """A claim that a profile's role must make and the node file does not make (`no` or `unknown`)."""

    profile: str
    claim: str
    refused: bool
    """True when claimed `no` (a fail), false when unknown (a gap)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePlan:
    """One profile resolved for one node and one release."""

    profile: Profile
    agreement: Agreement
    release: str
    planned: tuple[Planned, ...]
    claim_gaps: tuple[ClaimGap, ...]
    left_out: tuple[Excluded, ...] = ()
    """What the role has and does not bind this node: for its release, its claims, its addresses."""
    core: tuple[str, ...] = ()
    """What must be seen to pass, in this profile or another one of the plan, for anything to be shown."""
    missing: tuple[str, ...] = ()
    """The kinds of address that the role needs and the node file does not give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the user narrowed a run to; empty means everything."""

    profiles: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    keyword: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything that binds the node may have been left out."""
        return bool(self.profiles or self.scenarios or self.requirements or self.keyword)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a run will do and decide, computed without any traffic."""

    node: Node
    profiles: tuple[ProfilePlan, ...]
    scenarios: Mapping[str, Scenario]
    """In the order in which they are played, drawn from the seed."""
    excluded: tuple[Excluded, ...]
    selection: Selection
    seed: str
    """From which everything was drawn that a node must not foresee."""
    thorough: bool
    """Whether everything is played of which otherwise a part is drawn."""
    digest: str
    """SHA-256 of the resolved agreements and of what was drawn from which seed, canonical JSON."""
    unasked: tuple[Unasked, ...] = ()
    """What the node file takes away."""

    def pairs(self) -> tuple[tuple[str, Planned], ...]:
        """Each (scenario, planned requirement) that a run judges, once, in the order of the plan; what the basis took
        comes where its own agreement has it."""
        seen: dict[tuple[str, str], Planned] = {}
        for profile in sorted(self.profiles, key=lambda each: each.profile.basis):
            for planned in profile.planned:
                for scenario in () if planned.narrowed else planned.scenarios:
                    seen.setdefault((scenario, planned.requirement.id), planned)
        return tuple((scenario, planned) for (scenario, _), planned in seen.items())

    def in_turn(self) -> tuple[tuple[str, Planned], ...]:
        """The same pairs, scenario by scenario as these are played; what is reported keeps the order of the plan."""
        turns = {name: turn for turn, name in enumerate(self.scenarios)}
        return tuple(sorted(self.pairs(), key=lambda pair: turns[pair[0]]))
