"""What a user can ask of a run; the same words for `conformance run` and for plain pytest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conformance.model.plan import Selection

REFERENCE = "reference"
"""In place of a node file: the embedded reference node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One run as asked for. `release` and `out` None: the node file's release, a new folder under reports/runs."""

    node: str = REFERENCE
    agreements: Path | None = None
    release: str | None = None
    profiles: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    keyword: str = ""
    out: Path | None = None
    expect: Path | None = None
    accept_partial: bool = False
    lang: str = "en"
    command: tuple[str, ...] = ()

    @property
    def selection(self) -> Selection:
        """What the run is narrowed to."""
        return Selection(
            profiles=self.profiles,
            scenarios=self.scenarios,
            requirements=self.requirements,
            keyword=self.keyword,
        )
