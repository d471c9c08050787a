"""What a user may choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class UnknownExtensions(Enum):
    """What an extension without a definition at hand is. Domains of examples (example.org) are always let through."""

    REFUSE = "error"
    WARN = "warning"
    INFORM = "information"


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of one validator. The defaults are those under which HL7's public cases state their verdicts."""

    unknown_extensions: UnknownExtensions = UnknownExtensions.REFUSE
    security_checks: bool = False  # text that looks like HTML tags is an error, not a warning
    html_in_markdown: bool = True
    experimental_content: bool = True
    displays: bool = True  # a display that is none of the code's names is an error
    best_practice: bool = True  # report best-practice rules (as warnings)
    references_must_exist: bool = False
    bundle_profiles: tuple[tuple[str, int, str], ...] = field(default=())  # (resource type, position, profile)
