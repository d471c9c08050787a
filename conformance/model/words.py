"""Closed lists of words that decide: verdicts, triage, strength, status, layers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What one judgement, or one requirement, comes to.

    `inconclusive` could not be decided; `error` is the suite's own fault and never the node's;
    `not-applicable` comes from resolving the agreements, never from a judgement.
    """

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"
    NOT_APPLICABLE = "not-applicable"
    NOT_TESTED = "not-tested"


WORST_FIRST = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_TESTED, Verdict.PASS)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that stands for all of them; without any: `not-tested`."""
    present = set(verdicts)
    return next((verdict for verdict in WORST_FIRST if verdict in present), Verdict.NOT_TESTED)


class Triage(StrEnum):
    """Where to look first when a verdict is not a pass."""

    CONFIGURATION = "configuration"
    CONNECTION = "connection"
    TEST_DATA = "test-data"
    NODE = "node"
    SUITE = "suite"


class Strength(StrEnum):
    """How strongly the source obliges (RFC 2119 words)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Status(StrEnum):
    """What a requirement is worth in one release of the agreements.

    Only `normative` decides a conclusion. A rule of a release whose text was not read is at most `informative`.
    """

    NORMATIVE = "normative"
    TRIAL = "trial"
    INFORMATIVE = "informative"
    DRAFT = "draft"
    HISTORICAL = "historical"


class Layer(StrEnum):
    """The layers on which Twiin makes agreements."""

    LAW = "law"
    ORGANISATION = "organisation"
    CARE_PROCESS = "care-process"
    INFORMATION = "information"
    APPLICATION = "application"
    INFRASTRUCTURE = "infrastructure"


class Verification(StrEnum):
    """How fulfilment is shown: on the wire, from an artefact, from evidence, or by a signed word."""

    TEST = "test"
    STATIC = "static"
    EXAMINATION = "examination"
    ATTESTATION = "attestation"

    @property
    def automatic(self) -> bool:
        """Whether a judgement, not a person, decides."""
        return self in (Verification.TEST, Verification.STATIC)


class Claim(StrEnum):
    """What the vendor says of a capability (ICS)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class RunState(StrEnum):
    """How playing ended, or that it has not; not a verdict."""

    PLAYING = "playing"
    FINISHED = "finished"
    ABORTED = "aborted"


class Conclusion(StrEnum):
    """What a whole run comes to for one profile.

    `not-shown`: what the role is for was not seen to work. `conforming-on-what-decides`: something that does not decide
    was not met, or safe exchange was not.
    """

    CONFORMING = "conforming"
    ON_WHAT_DECIDES = "conforming-on-what-decides"
    NOT_CONFORMING = "not-conforming"
    NOT_SHOWN = "not-shown"
    UNDECIDED = "undecided"
    PARTIAL = "partial"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in Dutch and English."""

    nl: str
    en: str

    def __str__(self) -> str:
        return self.en
