"""One run: who, when, with what, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from conformance.model.plan import Selection
from conformance.model.words import Conclusion, RunState, Text, Verdict

CLAIM = "claim:"
"""What stands before a claim where a requirement's id stands otherwise."""
ACCEPT_PARTIAL = "--accept-partial"
THOROUGH, ANONYMOUS = "--thorough", "--anonymous"
ACCEPT_NOT_DECISIVE = "--accept-not-decisive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """SHA-256 (`sha256:<hex>`) of what a verdict depends on; `evidence` is known only when the run ends."""

    suite: str
    agreements: str
    data: str
    plan: str = ""
    node: str = ""
    attestations: str = ""
    expectations: str = ""
    roots: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The facts of a run that are not evidence: `run.json` of a run folder.

    Times are ISO 8601 in UTC with milliseconds: when the first thing was said, and when the last one was answered.
    `released` is false when the agreements differ from the released ones: such a run never concludes conforming.
    `release` is what was asked for; an agreement that does not know it uses its own default. `selected` names the ids
    a narrowed run kept (None: everything). `lang` is the language in which the report opens. `seed` is what the plan's
    questions were drawn from, `thorough` whether all were asked; an `anonymous` run names the suite in no header field.
    """

    id: str
    started: str
    finished: str
    state: RunState
    suite: str
    release: str
    digests: Digests
    released: bool
    seed: str
    thorough: bool = False
    anonymous: bool = False
    selection: Selection = field(default_factory=Selection)
    command: tuple[str, ...] = ()
    tools: Mapping[str, str] = field(default_factory=dict)
    selected: tuple[str, ...] | None = None
    lang: str = "en"
    broken: bool = False
    """Whether the suite itself went wrong while playing."""
    redactions: Mapping[str, int] = field(default_factory=dict)

    @property
    def node_file(self) -> str:
        """The node file as the command names it; empty for the embedded reference node."""
        named = self.command[2:3]
        return "" if not named or named[0].startswith("-") else named[0]

    @property
    def accept_partial(self) -> bool:
        """Whether the command asked to let a narrowed run end by what it did test; told, and of no weight later on."""
        return ACCEPT_PARTIAL in self.command

    @property
    def accept_not_decisive(self) -> bool:
        """Whether the command asked to let what conforms on what decides end as conforming; told, and no more."""
        return ACCEPT_NOT_DECISIVE in self.command


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """The vendor's signed word, or evidence, on a requirement no exchange can show."""

    requirement: str
    fulfilled: bool
    by: str
    on: date
    evidence: str = ""
    sha256: str = ""
    """Digest of the evidence, `sha256:<hex>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """The body's permission to go without one requirement until a date; the finding stays a fail."""

    requirement: str
    reason: str
    owner: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An applicable requirement without a finding, and why; also a claim the role must make and does not."""

    requirement: str
    verdict: Verdict
    because: Text
    decisive: bool
    left_out: bool = False
    """Whether the user's own selection is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """A requirement over all its scenarios: the worst of its findings."""

    requirement: str
    verdict: Verdict
    decisive: bool
    findings: tuple[str, ...]
    waived: bool = False
    qualifies: bool = False
    """Whether it takes no part in the decision, but leaves a mark on it when it is not met."""
    unattested: bool = False
    """Whether it is undecided because nobody gave their word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Whether one requirement of the core was seen to pass; `not-applicable` when it does not bind this node at all."""

    requirement: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """So many requirements, and how many of them are not met, still open, or without anybody's word."""

    total: int = 0
    failed: int = 0
    undecided: int = 0
    unattested: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rests:
    """On how much a conclusion rests: what decides, what else applies, and how many requirements the role has."""

    held: int
    deciding: Count
    beside: Count

    @property
    def applying(self) -> int:
        """How many requirements bind this node."""
        return self.deciding.total + self.beside.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one profile comes to under a named rule, with the sentences that explain it."""

    profile: str
    rule: str
    conclusion: Conclusion
    reasons: tuple[Text, ...]
    results: tuple[RequirementResult, ...]
    gaps: tuple[Gap, ...]
    rests: Rests
    core: tuple[Shown, ...] = ()
    missing: tuple[str, ...] = ()
    """The kinds of address that the role needs and the node file does not give."""
    unserved: tuple[str, ...] = ()
    """The operations it is judged on of which not one exchange succeeded."""
    tested: Conclusion | None = None
    """What the tested part of a narrowed run comes to; None when the run was whole, or nothing of this was tested."""


class Known(StrEnum):
    """What a line of a known-failure list is about."""

    FINDING = "finding"
    MEMBER = "member"
    GAP = "gap"
    CONCLUSION = "conclusion"


ABSENT = "absent"
"""In place of a verdict or conclusion: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One line of a known-failure list: this finding, member, gap or conclusion is expected to be so, for this reason.

    `name` is a finding's id, that and a member's name, a gap's requirement or claim, or a profile; `expected` a verdict
    or a conclusion.
    """

    about: Known
    name: str
    expected: str
    reason: str


def of_member(finding: str, member: str) -> str:
    """How a line names one member of what a finding is about."""
    return f"{finding} {member}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """A difference between the known-failure list and what was found, both ways."""

    about: Known
    name: str
    expected: str
    found: str
